"""`fluoro quality agreement` and `fluoro quality look-again`."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from lib.cli.main import run
from lib.quality.look_again import LookAgain
from tests.offices import FakeOpinion, Office, line, open_office

RunJson = Callable[..., tuple[int, dict[str, Any], str]]
TRUNK = line(20)
TREE = line(20) | line(50, 20, 70)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Labels in the data folder that the commands read; the model sees a tree."""
    monkeypatch.setenv("FLUORO_DATA", str(tmp_path))
    with_fake = partial(LookAgain, opinion=lambda: FakeOpinion(TREE))
    monkeypatch.setattr("lib.quality.open.LookAgain", with_fake)
    with open_office(tmp_path) as office:
        yield office


def test_agreement_as_json_has_figures_and_pairs(office: Office, run_json: RunJson) -> None:
    office.save({0: TRUNK}, "anna")
    office.save({0: TRUNK}, "ben")

    code, told, _ = run_json("quality", "agreement")

    assert code == 0
    assert told["figures"]["vessel"] == {"n_frames": 1, "dice": 1.0, "surface_dice_2px": 1.0, "cldice": 1.0}
    [pair] = told["pairs"]
    assert (pair["first"], pair["second"], pair["image_id"]) == ("anna", "ben", office.run)
    assert told["failed"] == {}


def test_look_again_looks_and_lists_the_worst_first(office: Office, run_json: RunJson) -> None:
    office.save({0: TREE})
    bad = office.save({1: TRUNK}, finished=[1], image_id=office.other)

    code, told, _ = run_json("quality", "look-again", "--most", "1")

    assert (code, told["model"]) == (0, "fake@1")
    [label] = told["labels"]
    assert (label["label_id"], label["frame_numbers"]) == (bad.id, [2])
    assert "that the label leaves out, frame 2." in label["reason"]


def test_a_label_that_cannot_be_read_is_named_and_the_others_are_listed(
    office: Office, run_json: RunJson
) -> None:
    lost = office.save({0: TREE})
    kept = office.save({0: TREE}, image_id=office.other)
    office.desk.path(lost).unlink()

    code, told, said = run_json("quality", "look-again")

    assert (code, list(told["failed"]), [one["label_id"] for one in told["labels"]]) == (
        0,
        [lost.id],
        [kept.id],
    )
    assert lost.id in said


def test_for_people_there_are_tables(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.save({0: TRUNK}, "anna")
    office.save({0: TREE}, "ben")

    codes = run(["quality", "agreement"]), run(["quality", "look-again"])

    out = capsys.readouterr().out
    assert codes == (0, 0)
    assert "any vessel" in out
    assert "Label and model" in out
