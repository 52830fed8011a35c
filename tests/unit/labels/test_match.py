"""Which labels a spoken or typed text may mean."""

import pytest

from lib.labels import Label, LabelTable
from lib.labels.hearing import heard_words
from lib.labels.match import MOST, match_labels
from tests.seg_labels import label_table

TABLE = label_table()


def numbers(text: str) -> list[str | None]:
    return [candidate.label.number for candidate in match_labels(text, TABLE)]


def best(text: str) -> str:
    found = match_labels(text, TABLE)
    assert found, text
    return found[0].label.number or found[0].label.name


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("proximal L A D", "6"),
        ("proximal el ay dee", "6"),
        ("Proximal L.A.D.", "6"),
        ("p l a d", "6"),
        ("proximal led", "6"),
        ("segment 6", "6"),
        ("segment six", "6"),
        ("number six", "6"),
        ("segment number six", "6"),
        ("SYNTAX 6", "6"),
        ("six", "6"),
        ("6", "6"),
        ("mid RCA", "2"),
        ("middle are see eh", "2"),
        ("segment for", "4"),
        ("segment nine ay", "9a"),
        ("segment 9 A", "9a"),
        ("9a", "9a"),
        ("first diagonal", "9"),
        ("diagonal one", "9"),
        ("D one", "9"),
        ("twelve bee", "12b"),
        ("o m two", "12b"),
        ("sixteen see", "16c"),
        ("posterolateral from R C A a", "16a"),
        ("distal circumflects", "13"),
        ("left main", "5"),
        ("left p d a", "15"),
        ("right ess eff ay", "right superficial femoral artery"),
        ("left S F A", "left superficial femoral artery"),
        ("left anterior tibial", "left anterior tibial artery"),
        ("this is the catheter please", "catheter"),
        ("guide wire", "guidewire"),
    ],
)
def test_the_best_candidate_is_what_was_said(text: str, number: str) -> None:
    assert best(text) == number


def test_a_name_word_by_word_has_the_highest_score() -> None:
    assert match_labels("LAD proximal", TABLE)[0].score == 1.0


def test_what_fits_several_gives_all_of_them() -> None:
    assert numbers("L A D") == ["6", "7", "8"]
    assert numbers("p d a") == ["4", "15"]


@pytest.mark.parametrize(
    "text", ["banana", "", "   ", "!?", "99", "segment 17", "hello doctor how are you", "the"]
)
def test_nothing_fits_what_is_no_label(text: str) -> None:
    assert match_labels(text, TABLE) == []


def test_a_side_or_a_place_is_not_mistaken_for_its_opposite() -> None:
    assert numbers("mid LAD") == ["7"]
    names = [found.label.name for found in match_labels("left superficial femoral artery", TABLE)]
    assert names[0] == "left superficial femoral artery"
    assert all(name.startswith("left") for name in names)


@pytest.mark.parametrize("text", ["right", "left artery", "left right proximal distal artery", "a"])
def test_there_are_at_most_five_candidates_best_first(text: str) -> None:
    scores = [found.score for found in match_labels(text, TABLE)]

    assert len(scores) <= MOST
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


@pytest.mark.parametrize("label", TABLE.labels, ids=lambda label: label.name)
def test_every_name_of_every_label_finds_it_first(label: Label) -> None:
    for name in label.all_names():
        [first, *_] = match_labels(name, TABLE)
        assert (first.label, first.score) == (label, 1.0), name


def test_an_empty_table_has_no_candidates() -> None:
    assert match_labels("segment 6", LabelTable(())) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Proximal el ay dee", "proximal lad"),
        ("number six", "segment 6"),
        ("first diagonal", "1 diagonal"),
        ("nine a", "segment 9a"),
        ("double you", "w"),
        ("12 A", "segment 12a"),
        ("go to the vessel", "go to vessel"),
        ("007", "segment 7"),
        ("1" * 500, "segment " + "1" * 500),
    ],
)
def test_words_letters_and_numbers_are_heard(text: str, words: str) -> None:
    assert " ".join(heard_words(text)) == words
