"""Masks become polygons and come back; nothing thin is lost."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from lib.exchange.outlines import area, outlines
from lib.exchange.polygons import INSET, filled, polygon_from, polygons_of
from tests.exchange_runs import thin_mask


def iou(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    return float((one & other).sum() / (one | other).sum())


def test_a_pixel_becomes_a_square_along_its_edges() -> None:
    mask = np.zeros((4, 5), bool)
    mask[2, 3] = True

    assert outlines(mask)[0].tolist() == [[3, 2], [4, 2], [4, 3], [3, 3]]
    assert np.abs(polygons_of(mask)[0] - outlines(mask)[0]).max() == pytest.approx(INSET)


def test_a_slanting_line_of_single_pixels_is_one_polygon() -> None:
    mask = np.eye(9, dtype=bool)

    polygons = polygons_of(mask)

    assert len(polygons) == 1
    assert np.array_equal(filled(polygons, mask.shape), mask)


def test_around_holes_the_outline_runs_the_other_way() -> None:
    mask = np.ones((5, 5), bool)
    mask[2, 2] = False

    assert [area(line) for line in outlines(mask)] == [25, -1]


def test_thin_lines_rings_and_touching_corners_come_back_exactly() -> None:
    mask = thin_mask()

    polygons = polygons_of(mask)

    assert iou(filled(polygons, mask.shape), mask) == 1.0
    assert all(area(polygon) > 0 for polygon in polygons)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_noise_comes_back_exactly(share: float) -> None:
    random = np.random.default_rng(5)
    for rows, columns in ((1, 9), (9, 1), (12, 17), (40, 31)):
        mask = random.random((rows, columns)) < share

        polygons = polygons_of(mask)

        assert np.array_equal(filled(polygons, mask.shape), mask)
        assert sum(area(line) for line in outlines(mask)) == mask.sum()


def test_long_outlines_are_cut_into_pieces_that_loaders_keep() -> None:
    comb = np.zeros((20, 1200), bool)
    comb[10:] = True
    comb[:, ::2] = True

    polygons = polygons_of(comb)

    assert max(len(polygon) for polygon in polygons) < 1000
    assert np.array_equal(filled(polygons, comb.shape), comb)


def test_no_polygon_has_a_bridge_so_opencv_leaves_holes_open() -> None:
    ring = np.ones((30, 30), bool)
    ring[8:22, 8:22] = False
    drawn = np.zeros(ring.shape, np.uint8)

    cv2.fillPoly(drawn, [polygon.astype(np.int32) for polygon in polygons_of(ring)], 1)

    assert not drawn[8:22, 8:22].any()


def test_tools_that_draw_outlines_too_draw_thin_vessels_no_wider() -> None:
    mask = np.zeros((40, 60), bool)
    mask[5, 3:50] = mask[5:30, 49] = True
    mask[20:35, 10:13] = True
    drawn = np.zeros(mask.shape, np.uint8)

    cv2.fillPoly(drawn, [polygon.astype(np.int32) for polygon in polygons_of(mask)], 1)

    assert np.array_equal(drawn > 0, mask)


def test_a_sliver_without_a_pixel_centre_still_marks_pixels() -> None:
    sliver = polygon_from([[1.1, 1.1], [3.2, 1.2], [1.1, 1.2]])

    assert np.argwhere(filled([sliver], (4, 5))).tolist() == [[1, 1], [1, 3]]


def test_polygons_may_reach_beyond_the_picture() -> None:
    large = polygon_from([-5, -5, 99, -5, 99, 2, -5, 2])

    assert filled([large], (4, 5)).sum() == 10


@pytest.mark.parametrize("corners", [[1, 2, 3, 4], [0, 0, 1, 0, float("nan"), 1], ["a"] * 6])
def test_what_is_no_polygon_is_refused(corners: list[object]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (callers say what it means)
        polygon_from(corners)
