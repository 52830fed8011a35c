import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from lib.errors import DoubtAnswersError
from lib.privacy.pixels import PixelReport, Region, doubt_picture, read_answers, report_facts, write_doubts
from lib.privacy.pixels.report import Why
from tests.builders import build_xa
from tests.written_runs import moving_run

REPORT = PixelReport(
    blanked=(Region(1, 2, 11, 42),),
    doubtful=(Region(40, 50, 60, 110, Why.UNREAD), Region(80, 50, 100, 110, Why.UNREAD)),
    kept=(),
    method="text looked for in the picture; stored as before",
)


def test_the_picture_frames_what_a_person_has_to_look_at() -> None:
    run = build_xa(pixels=moving_run())

    picture = cv2.imdecode(np.frombuffer(doubt_picture(run, REPORT), np.uint8), cv2.IMREAD_COLOR)

    assert picture.shape == (128, 256, 3)
    for region in REPORT.doubtful:
        assert tuple(picture[region.top, region.left + 5]) == (80, 80, 255)
    assert tuple(picture[1, 10]) == (80, 220, 80)


def test_the_facts_hold_places_and_reasons_and_no_text() -> None:
    facts = report_facts(REPORT)

    assert json.loads(json.dumps(facts)) == facts
    assert facts["doubtful"][0] == {
        "top": 40,
        "left": 50,
        "bottom": 60,
        "right": 110,
        "why": "looks a little like a line of text, and cannot be read",
        "decision": None,
    }


def test_answers_come_back_as_they_were_written(tmp_path: Path) -> None:
    facts, picture = write_doubts(build_xa(pixels=moving_run()), REPORT, tmp_path / "held", "run")
    written = json.loads(facts.read_text())
    written["doubtful"][0]["decision"], written["doubtful"][1]["decision"] = "blank", "keep"
    facts.write_text(json.dumps(written))

    answers = read_answers(facts)

    assert [(one.top, one.why) for one in answers.blank] == [(40, Why.PERSON)]
    assert [(one.top, one.why) for one in answers.keep] == [(80, Why.PERSON)]
    assert {path.name for path in facts.parent.iterdir()} == {"run.doubts.json", "run.doubts.png"}
    assert {path.stat().st_mode & 0o777 for path in (facts, picture)} == {0o600}


def test_a_region_without_decision_is_named(tmp_path: Path) -> None:
    facts, _ = write_doubts(build_xa(pixels=moving_run()), REPORT, tmp_path, "run")

    with pytest.raises(DoubtAnswersError, match="region 1 is not decided"):
        read_answers(facts)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"doubtful": [{"decision": "keep", "top": 4}]}', '{"doubtful": 3}']
)
def test_what_is_no_report_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "run.doubts.json"
    path.write_text(content)

    with pytest.raises(DoubtAnswersError, match=r"run\.doubts\.json holds no answers"):
        read_answers(path)
    with pytest.raises(DoubtAnswersError, match="no such file"):
        read_answers(tmp_path / "other.json")
