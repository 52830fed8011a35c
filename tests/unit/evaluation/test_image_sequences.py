from pathlib import Path

import cv2
import numpy as np
import pytest

from lib.errors import NothingToScoreError, TruthShapeError
from lib.evaluation.folder import find_cases
from tests.evaluation_cases import bar
from tests.seg_labels import label_table


def put_sequence(folder: Path, n_frames: int = 3, masks: tuple[int, ...] = (0, 2)) -> None:
    (folder / "frames").mkdir(parents=True)
    (folder / "segmentedFrames").mkdir()
    for t in range(n_frames):
        cv2.imwrite(str(folder / "frames" / f"frame_{t:05}.png"), np.full((64, 64), 40 * (t + 1), np.uint8))
    for t in masks:
        grey = np.dstack([bar(9 + t) * np.uint8(250)] * 3)
        cv2.imwrite(str(folder / "segmentedFrames" / f"frame_{t:05}_gt.png"), grey)


def test_images_in_order_are_a_run_and_masks_its_truth(tmp_path: Path) -> None:
    put_sequence(tmp_path / "set" / "patient3_coro_1")

    (case,) = find_cases(tmp_path)
    cine, truth = case.open(label_table())

    assert (case.name, case.subject, case.is_run) == ("set/patient3_coro_1", "patient3", True)
    assert (cine.header.n_frames, truth.times, truth.device) == (3, (0, 2), None)
    np.testing.assert_allclose(cine.frames[:, 0, 0], np.array([40, 80, 120]) / 255)
    np.testing.assert_array_equal(truth.vessel[0], bar(9))
    np.testing.assert_array_equal(truth.vessel[2], bar(11))


def test_a_sequence_without_masks_is_no_case(tmp_path: Path) -> None:
    put_sequence(tmp_path / "patient1_coro_1", masks=())

    with pytest.raises(NothingToScoreError):
        find_cases(tmp_path)


def test_a_mask_of_another_size_is_refused(tmp_path: Path) -> None:
    put_sequence(tmp_path / "patient1_coro_1")
    mask = tmp_path / "patient1_coro_1" / "segmentedFrames" / "frame_00002_gt.png"
    cv2.imwrite(str(mask), np.zeros((32, 64), np.uint8))

    with pytest.raises(TruthShapeError, match="patient1_coro_1"):
        find_cases(tmp_path)[0].open(label_table())
