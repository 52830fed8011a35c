from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lib.trainers.lessons import finished_times, masks_of
from tests.labelled_patients import labelled_patients
from tests.seg_labels import label_table


@pytest.mark.parametrize(
    ("finished", "info", "learned"),
    [
        ((1, 2), {}, (1,)),
        ((), {}, ()),
        (None, {"session_id": "abc"}, ()),
        (None, {}, (0, 3)),
    ],
    ids=["finished and not excluded", "nothing finished", "drawn here", "another client"],
)
def test_only_finished_frames_are_learned_from(
    tmp_path: Path, finished: tuple[int, ...] | None, info: dict[str, str], learned: tuple[int, ...]
) -> None:
    [label] = labelled_patients(tmp_path, 1).labels()
    label = replace(label, finished_frames=finished, info=info)
    label_map = np.zeros((4, 2, 2), np.uint8)
    label_map[[0, 2, 3], 0, 0] = 1

    assert finished_times(label, label_map, frozenset({2})) == learned


def test_a_lesson_has_the_frames_of_a_run_and_what_the_gate_asks(tmp_path: Path) -> None:
    lessons = labelled_patients(tmp_path, 1, finished=(0, 2))

    [lesson] = lessons.read(lessons.labels())

    assert [frame.t for frame in lesson.frames] == [0, 2]
    assert lesson.frames[0].frames is lesson.frames[1].frames
    assert lesson.frames[0].vessel.sum() == 2 * 64
    assert lesson.frames[0].device is None
    assert lesson.slices["vendor"] == "maker 0"
    assert lesson.frames[0].patient.startswith("P-")


def test_drafts_are_no_lessons_and_a_lost_label_is_named(tmp_path: Path) -> None:
    assert labelled_patients(tmp_path / "drafts", 1, tag="draft").labels() == []
    lessons = labelled_patients(tmp_path / "lost", 2)
    first, second = lessons.labels()
    lessons.runs.store.path(first).unlink()

    [lesson] = lessons.read([first, second])

    assert lesson.frames[0].run == second.image_id
    assert list(lessons.left_out) == [first.image_id]


def test_segments_and_stenoses_are_vessel_and_instruments_are_devices() -> None:
    table = label_table()
    names = ("vessel", "stenosis", "RCA mid", "catheter", "guidewire", "background anatomy")
    label_map = np.array([[[table.by_name(name).index for name in names]]], np.uint8)

    vessel, device = masks_of(label_map, table)

    assert vessel[0, 0].tolist() == [True, True, True, False, False, False]
    assert device[0, 0].tolist() == [False, False, False, True, True, False]
