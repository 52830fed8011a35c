import json
from pathlib import Path

import numpy as np
import pytest

from lib.errors import TruthShapeError, TruthUnreadableError
from lib.evaluation.folder import find_cases
from tests.evaluation_cases import bar, put_run, put_seg
from tests.seg_labels import label_table


def put_truth(path: Path, **masks: np.ndarray) -> None:
    packed = {name: np.packbits(mask, axis=-1) for name, mask in masks.items()}
    np.savez_compressed(path, shape=np.array(next(iter(masks.values())).shape), **packed)


def masks(n_frames: int = 4) -> dict[str, np.ndarray]:
    lengths = {"vessel": 30, "catheter": 20, "guidewire": 10, "implant": 5}
    return {name: np.repeat(bar(length, length)[None], n_frames, 0) for name, length in lengths.items()}


def test_a_phantom_run_is_scored_on_every_frame(tmp_path: Path) -> None:
    put_run(tmp_path, "0001")
    put_truth(tmp_path / "0001_truth.npz", **masks())

    case = find_cases(tmp_path)[0]
    _, truth = case.open(label_table())

    assert (case.name, case.subject, truth.times, truth.group) == ("0001", "0001", (0, 1, 2, 3), "")
    np.testing.assert_array_equal(truth.vessel[3], bar(30, 30))
    assert truth.device is not None
    np.testing.assert_array_equal(truth.device[0], bar(20, 20) | bar(10, 10) | bar(5, 5))


def test_its_territory_is_its_group(tmp_path: Path) -> None:
    put_run(tmp_path, "0001")
    put_truth(tmp_path / "0001_truth.npz", **masks())
    (tmp_path / "0001_truth.json").write_text(json.dumps({"territory": "renal", "is_dsa": True}))

    assert find_cases(tmp_path)[0].open(label_table())[1].group == "renal DSA"


def test_exact_masks_count_before_a_seg(tmp_path: Path) -> None:
    run = put_run(tmp_path, "0001")
    put_truth(tmp_path / "0001_truth.npz", **masks())
    put_seg(tmp_path / "seg.dcm", run, vessel=np.zeros((4, 64, 64), bool))

    (case,) = find_cases(tmp_path)

    assert case.open(label_table())[1].vessel.any()


def test_a_truth_without_its_masks_is_named(tmp_path: Path) -> None:
    put_run(tmp_path, "0001")
    put_truth(tmp_path / "0001_truth.npz", vessel=masks()["vessel"])

    with pytest.raises(TruthUnreadableError, match=r"0001_truth\.npz does not hold the masks"):
        find_cases(tmp_path)[0].open(label_table())


def test_a_truth_of_another_run_is_refused(tmp_path: Path) -> None:
    put_run(tmp_path, "0001")
    put_truth(tmp_path / "0001_truth.npz", **masks(3))

    with pytest.raises(TruthShapeError, match="3 x 64 x 64, but its image 4 x 64 x 64"):
        find_cases(tmp_path)[0].open(label_table())
