"""The background of simulated runs."""

import numpy as np
import pytest

from lib.phantom.anatomy.layers import draw_anatomy
from lib.phantom.anatomy.parts import Scene, assemble
from lib.phantom.anatomy.rays import depth_of, length, rays_of, span, to_picture
from lib.phantom.anatomy.solids import Solid, axes_along, bone, rod
from lib.phantom.anatomy.texture import cloud
from lib.phantom.imaging.view import View
from lib.phantom.model import Anatomy, Depth

TERRITORIES = ("coronary", "cerebral", "peripheral", "renal")


def view(primary: float = 0.0, secondary: float = 0.0, rows: int = 256, columns: int = 256) -> View:
    return View(primary, secondary, 1050.0, 750.0, 180.0 * 1.4 / columns, rows, columns)


def total(anatomy: Anatomy) -> Depth:
    return np.add.reduce([layer.depth for layer in anatomy.layers])


@pytest.mark.parametrize("territory", TERRITORIES)
@pytest.mark.parametrize("seed", range(4))
def test_layers_have_the_picture_s_size_and_are_finite(territory: str, seed: int) -> None:
    anatomy = draw_anatomy(territory, view(rows=200, columns=256), np.random.default_rng(seed))

    for layer in anatomy.layers:
        assert layer.depth.shape == (200, 256)
        assert layer.depth.dtype == np.float32
        assert np.isfinite(layer.depth).all()
    assert np.ptp(total(anatomy)) > 0.1


@pytest.mark.parametrize("territory", TERRITORIES)
def test_the_same_seed_gives_the_same_patient(territory: str) -> None:
    one, other = (draw_anatomy(territory, view(20, 10), np.random.default_rng(5)) for _ in range(2))

    assert np.array_equal(total(one), total(other))


def test_different_seeds_give_different_patients() -> None:
    one, other = (draw_anatomy("coronary", view(), np.random.default_rng(seed)) for seed in (1, 2))

    assert not np.allclose(total(one), total(other), atol=0.05)


def test_a_coronary_background_has_one_layer_for_each_motion() -> None:
    anatomy = draw_anatomy("coronary", view(), np.random.default_rng(0))

    assert sorted(layer.moves_with for layer in anatomy.layers) == ["breath", "heart", "still"]


def test_bones_of_the_skull_do_not_breathe() -> None:
    anatomy = draw_anatomy("cerebral", view(), np.random.default_rng(0))

    breath = [np.ptp(layer.depth) for layer in anatomy.layers if layer.moves_with == "breath"]
    still = [np.ptp(layer.depth) for layer in anatomy.layers if layer.moves_with == "still"]
    assert max(breath, default=0.0) < 0.5 * max(still)


def test_the_heart_is_darker_than_the_lung_beside_it() -> None:
    hearts = [draw_anatomy("coronary", view(-30), np.random.default_rng(seed)).layers for seed in range(6)]

    heights = [np.ptp(layer.depth) for layers in hearts for layer in layers if layer.moves_with == "heart"]
    assert 0.1 < np.median(heights) < 1.5


def test_an_ellipsoid_s_middle_ray_runs_through_its_diameter() -> None:
    rays = rays_of(view(37, -21))
    ball = Solid((0, 0, 0), (20, 20, 20), 0.01)

    depth = to_picture(depth_of([ball], rays), rays)

    assert depth.max() == pytest.approx(0.4, rel=0.01)
    assert np.unravel_index(depth.argmax(), depth.shape) == pytest.approx((128, 128), abs=4)


def test_a_solid_is_drawn_where_the_view_projects_it() -> None:
    camera = view(40, 20)
    rays = rays_of(camera)
    place = (18.0, -25.0, 31.0)

    depth = to_picture(depth_of([Solid(place, (6, 6, 6), 0.01)], rays), rays)

    y, x = np.indices(depth.shape)
    centre = (depth * y).sum() / depth.sum(), (depth * x).sum() / depth.sum()
    assert centre == pytest.approx(tuple(camera.project(np.array([place]))[0][0]), abs=0.6)


def test_a_column_is_cut_by_its_ends() -> None:
    rays = rays_of(view())
    column = rod([(0, 0, -20), (0, 0, 20)], (15, 15), 0.01)

    depth = to_picture(depth_of([column], rays), rays)

    up = 256 / 180
    assert depth[int(128 - 15 * up), 128] == pytest.approx(0.3, rel=0.03)
    assert abs(depth[int(128 - 26 * up), 128]) < 0.01


def test_a_bone_s_edge_is_darker_than_its_inside() -> None:
    rays = rays_of(view())
    outer = rod([(0, 0, -60), (0, 0, 60)], (16, 16), 0.06)

    row = to_picture(depth_of(bone(outer, 4.0, 0.002), rays), rays)[128]

    edge = row[128 + int(12 * 256 / 180) - 1]
    assert edge > 1.3 * row[128]


def test_what_two_solids_share_is_no_longer_than_either() -> None:
    rays = rays_of(view(10, 10))
    one = span(Solid((0, 0, 0), (30, 40, 50), 1), rays)
    other = span(Solid((15, 5, 0), (25, 40, 20), 1, axes_along((1, 1, 0))), rays)

    shared = length(one, other)

    assert (shared <= np.minimum(length(one), length(other)) + 1e-3).all()
    assert shared.max() > 20


def test_a_scene_without_parts_is_empty() -> None:
    assert assemble(Scene(), rays_of(view()), np.random.default_rng(0)) == {}


@pytest.mark.parametrize("shape", [(100, 300), (512, 512)])
def test_a_cloud_is_stronger_in_the_coarse_than_in_the_fine(shape: tuple[int, int]) -> None:
    field = cloud(shape, 128.0, 2.0, -3.0, np.random.default_rng(3))

    spectrum = np.abs(np.fft.rfft(field, axis=1)) ** 2
    coarse, fine = spectrum[:, 2:6].mean(), spectrum[:, 40:80].mean()
    assert field.shape == shape
    assert field.std() == pytest.approx(1, abs=1e-3)
    assert coarse > 30 * fine
