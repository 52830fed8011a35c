from dataclasses import replace

import numpy as np
import pytest

from lib.privacy.pixels import judging
from lib.privacy.pixels.finding import Found, find_text
from lib.privacy.pixels.judging import judge
from lib.privacy.pixels.reading import NOT_READ, Reading
from lib.privacy.pixels.report import Why
from lib.privacy.pixels.stills import Stills
from tests.written_runs import moving_run, write


def found(text: str, *, is_sure: bool, scale: float = 0.6) -> list[Found]:
    frame = write(moving_run(1), text, scale=scale)[0][0].astype(np.float32)
    best = find_text(Stills(1, frame, frame, frame))[0]
    return [Found(best.region, is_sure, best.line)]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Reading]:
    """What tesseract answers, one after the other."""
    answers: list[Reading] = []
    monkeypatch.setattr(judging, "read_strips", lambda strips: answers[: len(strips)])
    return answers


def test_what_is_unsure_and_can_be_read_is_text(read: list[Reading]) -> None:
    read.append(Reading("SMITH 4711", 91))

    verdict = judge(found("SMITH 4711", is_sure=False), frozenset(), keep_markers=True)

    assert [one.why for one in verdict.text] == [Why.READ]
    assert verdict.doubtful == ()


def test_what_is_unsure_and_cannot_be_read_is_a_doubt(read: list[Reading]) -> None:
    read.append(NOT_READ)

    verdict = judge(found("SMITH 4711", is_sure=False), frozenset(), keep_markers=True)

    assert verdict.text == ()
    assert [one.why for one in verdict.doubtful] == [Why.UNREAD]


def test_a_known_name_settles_a_doubt(read: list[Reading]) -> None:
    read.append(Reading("smith", 9))

    verdict = judge(found("SMITH 4711", is_sure=False), frozenset({"SMITH"}), keep_markers=True)

    assert len(verdict.text) == 1


def test_more_than_can_be_read_stays_a_doubt(read: list[Reading], monkeypatch: pytest.MonkeyPatch) -> None:
    read.append(Reading("SMITH 4711", 91))
    monkeypatch.setattr(judging, "MOST_READ", 0)

    assert judge(found("SMITH 4711", is_sure=False), frozenset(), keep_markers=True).doubtful


@pytest.mark.parametrize(("known", "n_kept"), [(frozenset(), 1), (frozenset({"LEFT"}), 0)])
def test_a_word_on_a_marker_is_kept_unless_it_is_a_name(
    read: list[Reading], known: frozenset[str], n_kept: int
) -> None:
    read.append(Reading("LEFT", 95))
    marker = found("LEFT", is_sure=True, scale=0.9)

    kept = judge(marker, known, keep_markers=True)
    blanked = judge(marker, known, keep_markers=False)

    assert len(kept.kept) == n_kept
    assert len(kept.text) == 1 - n_kept
    assert (len(blanked.text), len(blanked.kept)) == (1, 0)


@pytest.mark.parametrize(
    ("n_members", "likeness", "n_doubts"), [(None, 0.3, 1), (3, 0.3, 0), (3, 0.6, 1), (None, 0.1, 0)]
)
def test_few_things_in_a_row_are_a_doubt_only_where_they_are_more_like_text(
    read: list[Reading], n_members: int | None, likeness: float, n_doubts: int
) -> None:
    read.append(NOT_READ)
    one = found("SMITH 4711", is_sure=False)[0]
    line = replace(one.line, likeness=likeness, members=one.line.members[:n_members])

    verdict = judge([replace(one, line=line)], frozenset(), keep_markers=True)

    assert len(verdict.doubtful) == n_doubts
