import numpy as np
import pytest

from lib.phantom.model import Branch, Lesion, Tree
from lib.phantom.trees.curves import evenly, length_along, meander, through
from lib.phantom.trees.growth import Growth, murray, rest_of
from lib.phantom.trees.lesions import LesionPlan, draw_stenosis, narrow, occlude, sac_on, widen


def straight(length_mm: float = 40.0, radius_mm: float = 1.5, name: str = "stem") -> Branch:
    points = evenly(np.array([[0.0, 0.0, 0.0], [0.0, 0.0, length_mm]]))
    return Branch(name, None, 0, points, np.full(len(points), radius_mm))


@pytest.mark.parametrize("ratio", [0.2, 0.7, 1.0])
def test_children_obey_the_law_of_murray(ratio: float) -> None:
    wide, narrow_one = murray(2.0, ratio)

    assert wide**3 + narrow_one**3 == pytest.approx(8.0)
    assert narrow_one / wide == pytest.approx(ratio)
    assert rest_of(2.0, narrow_one) == pytest.approx(wide)


def test_a_curve_goes_through_its_corners_with_even_steps() -> None:
    corners = np.array([[0.0, 0, 0], [10, 2, 0], [14, 20, 5], [0, 30, 9]])

    points = through(corners)

    gaps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    assert all(np.linalg.norm(points - corner, axis=1).min() < 0.35 for corner in corners)
    assert gaps.std() < 0.02


def test_a_meander_is_longer_and_keeps_its_ends() -> None:
    line = straight(60.0).points_mm

    swung = meander(line, 0.4, np.random.default_rng(0))

    assert length_along(swung)[-1] > 1.01 * length_along(line)[-1]
    assert np.allclose(swung[[0, -1]], line[[0, -1]])


@pytest.mark.parametrize("seed", range(12))
def test_a_stenosis_narrows_by_its_percentage_in_the_middle_and_not_outside(seed: int) -> None:
    lesion = Lesion("stenosis", 20.0, 10.0, 70.0)

    branch = narrow(straight(), lesion, np.random.default_rng(seed))

    along = length_along(straight().points_mm)
    assert branch.radii_mm.min() == pytest.approx(0.3 * 1.5, rel=0.03)
    assert abs(along[branch.radii_mm.argmin()] - 20.0) < 1.0
    assert np.allclose(branch.radii_mm[np.abs(along - 20.0) > 5.01], 1.5)
    assert branch.lesions == (lesion,)


def test_drawn_stenoses_lie_within_the_branch_and_between_20_and_99_percent() -> None:
    for seed in range(50):
        lesion = draw_stenosis(straight(), LesionPlan.coronary(), np.random.default_rng(seed))
        assert 20.0 <= lesion.percent_diameter <= 99.0
        assert lesion.length_mm / 2 <= lesion.middle_mm <= 40.5 - lesion.length_mm / 2


def test_an_aneurysm_widens_and_a_sac_begins_on_its_parent() -> None:
    wide = widen(straight(), np.random.default_rng(1))
    sac = sac_on(straight(), 0, np.random.default_rng(1))

    assert wide.radii_mm.max() > 1.4 * 1.5
    assert wide.lesions[0].percent_diameter < -40
    assert sac.lesions[0].kind == "aneurysm"
    assert np.array_equal(sac.points_mm[0], straight().points_mm[sac.parent_point])


def test_behind_an_occlusion_nothing_is_left() -> None:
    stem = straight()
    near = Branch("near", 0, 10, stem.points_mm, stem.radii_mm)
    far = Branch("far", 0, 80, stem.points_mm, stem.radii_mm)
    twig = Branch("twig of far", 2, 5, stem.points_mm, stem.radii_mm)
    last = Branch("twig of near", 1, 5, stem.points_mm, stem.radii_mm)

    rest = occlude(Tree("renal", (stem, near, far, twig, last)), 0, 0.5)

    assert [branch.name for branch in rest.branches] == ["stem", "near", "twig of near"]
    assert rest.branches[2].parent == 1
    assert rest.branches[0].points_mm[-1, 2] == pytest.approx(20.0, abs=0.5)
    assert rest.branches[0].lesions[-1].kind == "occlusion"


def test_a_chain_is_one_vessel_in_named_pieces() -> None:
    growth = Growth("coronary", np.random.default_rng(0))
    line = straight()

    chain = growth.chain(("a", "b", "c"), (0.25, 0.5), None, line.points_mm, line.radii_mm)

    branches = growth.tree().branches
    assert chain == (0, 1, 2)
    assert np.array_equal(branches[1].points_mm[0], branches[0].points_mm[-1])
    assert sum(len(b.points_mm) - 1 for b in branches) == len(line.points_mm) - 1
    assert growth.on(chain, 0.5) == growth.end(1)
    assert growth.goes_on(0)
    assert not growth.goes_on(2)
