from pathlib import Path

import numpy as np

from lib.arrays import Frames
from lib.trainers.dataset import whole_example
from lib.trainers.examples import LabelledFrame, open_examples, write_examples


def a_run(n_frames: int = 3, seed: int = 0) -> Frames:
    """Return (T, 64, 64) of noise with a dark bar."""
    frames = np.random.default_rng(seed).uniform(0.6, 0.9, (n_frames, 64, 64)).astype(np.float32)
    frames[:, 20:60, 30:36] -= 0.4
    return frames


def bar() -> np.ndarray:
    mask = np.zeros((64, 64), bool)
    mask[20:60, 30:36] = True
    return mask


def test_labelled_frames_come_back_as_the_examples_of_their_runs(tmp_path: Path) -> None:
    first, second = a_run(), a_run(1, seed=1)
    labelled = [
        LabelledFrame("P-1", "1.2", 0, first, bar(), np.zeros_like(bar())),
        LabelledFrame("P-1", "1.2", 2, first, bar(), np.zeros_like(bar())),
        LabelledFrame("P-2", "1.3", 0, second, bar(), None),
    ]

    n_frames = write_examples(labelled, tmp_path)

    shelf = open_examples(tmp_path)
    assert n_frames == 3
    assert [entry.n_picks for entry in shelf.entries] == [2, 1]
    example = whole_example(shelf, shelf.entries[0], 1, is_alone=False)
    np.testing.assert_array_equal(example.truth[0], bar())
    assert example.centre_line.any()
    assert not (example.centre_line & ~bar()).any()
    darker = example.stack[1][~bar()].mean() - example.stack[1][bar()].mean()
    assert darker > 1


def test_where_nobody_marked_devices_none_are_asked_for(tmp_path: Path) -> None:
    frames = a_run(1)
    write_examples([LabelledFrame("P-1", "1.2", 0, frames, bar(), None)], tmp_path / "unknown")
    write_examples([LabelledFrame("P-1", "1.2", 0, frames, bar(), bar())], tmp_path / "known")

    asked = {}
    for name in ("unknown", "known"):
        shelf = open_examples(tmp_path / name)
        asked[name] = whole_example(shelf, shelf.entries[0], 0, is_alone=True).asked

    assert asked["unknown"][0].all()
    assert not asked["unknown"][1].any()
    assert asked["known"].all()


def test_no_patient_is_written_down(tmp_path: Path) -> None:
    write_examples([LabelledFrame("P-secret", "1.2.840.99", 0, a_run(1), bar(), None)], tmp_path)

    for path in tmp_path.iterdir():
        assert b"P-secret" not in path.read_bytes()
        assert b"1.2.840.99" not in path.read_bytes()
