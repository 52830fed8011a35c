from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest

RunJson = Callable[..., tuple[int, dict[str, Any], str]]
SMALL = ("--size", 64, "--frames", 3)


def test_runs_and_their_truth_are_written(run_json: RunJson, tmp_path: Path) -> None:
    code, told, _ = run_json("phantom", "-o", tmp_path / "out", "--runs", 2, "--seed", 5, *SMALL)

    assert code == 0
    assert [run["seed"] for run in told["runs"]] == [5, 6]
    assert len(list((tmp_path / "out").iterdir())) == 6
    for run in told["runs"]:
        header = pydicom.dcmread(run["outputs"]["dicom"])
        assert header.SOPInstanceUID == run["sop_instance_uid"]
        assert header.NumberOfFrames == run["n_frames"] == 3
        with np.load(run["outputs"]["masks"]) as truth:
            assert tuple(truth["shape"]) == (3, 64, 64)


def test_the_same_seed_writes_the_same_bytes(run_json: RunJson, tmp_path: Path) -> None:
    for name in ("first", "second"):
        run_json("phantom", "-o", tmp_path / name, "--seed", 8, *SMALL)

    first, second = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("first", "second")
    )
    assert first == second


def test_territory_and_subtraction_are_as_asked(run_json: RunJson, tmp_path: Path) -> None:
    _, told, _ = run_json("phantom", "-o", tmp_path, "--territory", "renal", "--dsa", *SMALL)

    header = pydicom.dcmread(told["runs"][0]["outputs"]["dicom"])
    assert (told["runs"][0]["territory"], told["runs"][0]["is_dsa"]) == ("renal", True)
    assert header.MaskSubtractionSequence[0].MaskOperation == "NONE"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--territory", "hepatic"), "'hepatic' is none of coronary, cerebral, peripheral, renal"),
        (("--size", 16), "--size"),
        (("--runs", 0), "greater than or equal to 1"),
        (("--seed", -1), "greater than or equal to 0"),
    ],
)
def test_a_wish_that_cannot_be_fulfilled_is_refused(
    arguments: tuple[object, ...], said: str, run_json: RunJson, tmp_path: Path
) -> None:
    code, told, _ = run_json("phantom", "-o", tmp_path / "out", *arguments)

    assert code == 2
    assert said in told["error"]
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_a_file_is_refused(run_json: RunJson, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    code, told, _ = run_json("phantom", "-o", tmp_path / "file" / "out", *SMALL)

    assert code == 2
    assert "cannot be written" in told["error"]
