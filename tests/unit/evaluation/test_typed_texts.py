"""The scorer of typed texts, and the lists of phrases that it scores."""

from pathlib import Path

import pytest

from lib.evaluation.typed_texts import CleanedPhrase, clean_phrases, figures_of, read_phrases
from lib.privacy.free_text import TextCleaner
from lib.settings import PROJECT_FOLDER

LISTS = PROJECT_FOLDER / "benchmarks" / "typed_texts"


def looked_at(line: str, cleaned: str) -> CleanedPhrase:
    [found] = clean_phrases(read_phrases(line), lambda _: cleaned)
    return found


def test_marks_are_no_part_of_the_text() -> None:
    [phrase] = read_phrases("# a remark\n\n<Dr.> {King} asked, {7 March 2019} LAD\n")

    assert phrase.text == "Dr. King asked, 7 March 2019 LAD"
    assert phrase.secrets == ("King", "7 March 2019")
    assert phrase.words == ("asked", "lad")


@pytest.mark.parametrize(
    ("line", "cleaned", "left"),
    [
        ("{Ng} RCA", "RCA", ()),
        ("{Ng} RCA", "NG RCA", ("Ng",)),
        ("{Ng Weiling} RCA", "Ng RCA", ("Ng Weiling",)),
        ("{Müller} RCA", "muller RCA", ("Müller",)),
        ("on {7 March 2019} RCA", "on 7 RCA", ()),
        ("on {7 March 2019} RCA", "on March RCA", ("7 March 2019",)),
        ("{67} year", "67 year", ("67",)),
        ("left {Left}", "left", ()),
        ("left {Left}", "left Left", ("Left",)),
        ("<Dr.> {King}", "Dr", ()),
    ],
)
def test_a_secret_is_left_where_a_part_of_it_tells_something(
    line: str, cleaned: str, left: tuple[str, ...]
) -> None:
    assert looked_at(line, cleaned).left == left


def test_words_that_should_stay_are_counted() -> None:
    found = figures_of([looked_at("{King} left main <seen>", "left"), looked_at("RCA {Ng}", "RCA Ng")])

    assert (found["n_secrets"], found["gone_percent"]) == (2, 50.0)
    assert (found["n_words"], found["kept_percent"]) == (3, 66.7)
    assert found["lost"] == {"main": 1}
    assert found["left"] == [{"text": "RCA Ng", "cleaned": "RCA Ng"}]


@pytest.mark.parametrize(("name", "n_left"), [("first", 0), ("second", 2)])
def test_no_more_is_left_of_the_lists_than_was(name: str, n_left: int) -> None:
    phrases = read_phrases(Path(LISTS / f"{name}.txt").read_text(encoding="utf-8"))

    cleaned = clean_phrases(phrases, TextCleaner().describe)

    assert sum(len(one.left) for one in cleaned) <= n_left
    assert figures_of(cleaned)["kept_percent"] > 90
