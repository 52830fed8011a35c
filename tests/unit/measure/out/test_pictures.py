"""Pictures for people: the caliper stands at the walls, the curve below, the mark at the frame."""

import io

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from lib.measure.out.canvas import CALIPER, LESION, WALL, Canvas
from lib.measure.out.files import FileKind, content
from lib.measure.out.graph_panel import HEIGHT_PX, Curve, Panel, ticks
from lib.measure.out.heat_map import heat_map
from lib.measure.out.pictures import key_frame, movie_pictures
from tests.measured_site import SIDE, a_measurement

FRAMES = np.full((4, SIDE, SIDE), 0.5, np.float32)


def pixels_of(picture: NDArray[np.uint8], color: tuple[int, int, int]) -> NDArray[np.int64]:
    return np.argwhere((picture == color).all(axis=-1))


def test_the_caliper_stands_outside_the_walls_and_leaves_the_lumen_free() -> None:
    picture = key_frame(FRAMES, a_measurement())
    zoom = picture.shape[1] / SIDE
    arms = pixels_of(picture[: int(SIDE * zoom)], CALIPER)[:, 0] / zoom

    assert len(arms)
    assert not ((arms > 29) & (arms < 32)).any()


def test_the_key_frame_shows_walls_and_lesion() -> None:
    picture = key_frame(FRAMES, a_measurement())

    assert len(pixels_of(picture, WALL)) > 100
    assert len(pixels_of(picture, LESION)) > 100


def test_an_even_vessel_has_no_lesion_to_show() -> None:
    assert not len(pixels_of(key_frame(FRAMES, a_measurement(lesion=None)), LESION))


def test_the_movie_has_every_frame_with_the_curve_below() -> None:
    pictures = list(movie_pictures(FRAMES, a_measurement()))

    assert len(pictures) == 4
    assert len({picture.shape for picture in pictures}) == 1
    heights = pictures[0].shape[0] - HEIGHT_PX
    assert [bool(len(pixels_of(picture[:heights], CALIPER))) for picture in pictures] == [
        True, True, False, True,
    ]  # fmt: skip


def test_the_mark_moves_with_the_frame() -> None:
    first, *_, last = movie_pictures(FRAMES, a_measurement())

    assert not np.array_equal(first[-HEIGHT_PX:], last[-HEIGHT_PX:])


@pytest.mark.parametrize("changes", [{"times_ms": None}, {"course": None}, {"reference_px": None}])
def test_what_is_not_known_is_left_out_of_the_pictures(changes: dict[str, None]) -> None:
    found = a_measurement(**changes)

    assert key_frame(FRAMES, found).ndim == 3
    assert len(list(movie_pictures(FRAMES, found))) == 4


def test_a_movie_is_mp4_and_a_key_frame_png() -> None:
    found = a_measurement()

    assert content(FileKind.MOVIE, found, FRAMES, 10.0)[4:8] == b"ftyp"
    assert content(FileKind.KEY_FRAME, found, FRAMES, None).startswith(b"\x89PNG")


def test_an_avi_has_the_pictures_of_the_movie_as_fast() -> None:
    movie = content(FileKind.MOVIE, a_measurement(), FRAMES, 10.0)
    data = content(FileKind.MOVIE_AVI, a_measurement(), FRAMES, 10.0)

    assert data[8:12] == b"AVI "
    with av.open(io.BytesIO(data)) as avi, av.open(io.BytesIO(movie)) as mp4:
        assert avi.streams.video[0].average_rate == 10
        for shown, expected in zip(avi.decode(video=0), mp4.decode(video=0), strict=True):
            off = shown.to_ndarray(format="gray").astype(int) - expected.to_ndarray(format="gray")
            assert np.abs(off).mean() < 3


def test_a_jpeg_shows_the_key_frame() -> None:
    png = content(FileKind.KEY_FRAME, a_measurement(), FRAMES, None)
    data = content(FileKind.KEY_JPEG, a_measurement(), FRAMES, None)

    assert data.startswith(b"\xff\xd8")
    first, second = (
        cv2.imdecode(np.frombuffer(one, np.uint8), cv2.IMREAD_COLOR).astype(int) for one in (png, data)
    )
    assert np.abs(first - second).mean() < 3


def test_a_gap_in_a_line_is_not_drawn_over() -> None:
    canvas = Canvas.dark(20, 40)
    canvas.line([(10, 2), (10, 10), (np.nan, np.nan), (10, 30), (10, 38)], CALIPER, 3)

    columns = set(pixels_of(canvas.picture, CALIPER)[:, 1].tolist())
    assert 5 in columns
    assert 34 in columns
    assert not columns & set(range(13, 28))


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 4.2), (-3, 97), (0, 0.013), (5, 5000)])
def test_an_axis_has_a_few_round_numbers_inside_its_limits(low: float, high: float) -> None:
    found = ticks(low, high)

    assert 2 <= len(found) <= 5
    assert all(low <= tick <= high for tick in found)


def test_a_panel_of_nothing_can_be_drawn() -> None:
    panel = Panel("nothing", "s", "mm", (Curve([0.0], [np.nan], WALL),))

    assert panel.draw(200).shape == (HEIGHT_PX, 200, 3)


def test_a_heat_map_colours_what_is_likely_and_leaves_the_rest_grey() -> None:
    probability = np.zeros((32, 32), np.float32)
    probability[8:12] = 1.0
    picture = heat_map(FRAMES[0], probability)

    assert picture.shape == (SIDE, SIDE, 3)
    assert np.ptp(picture[40, 10].astype(int)) == 0
    assert np.ptp(picture[20, 10].astype(int)) > 40
