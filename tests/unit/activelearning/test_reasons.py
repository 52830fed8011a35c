import pytest

from lib.activelearning.choice import Choice
from lib.activelearning.reasons import reason
from lib.activelearning.run_score import RunScore
from tests.unit.activelearning.scored_runs import a_score

RUN = a_score("1.1", patient="P-1", angle_group="RAO cranial", uncertainty=0.8)
OTHERS = [a_score(f"1.{n}", uncertainty=0.1 * n) for n in range(2, 12)]
ELSEWHERE = ("P-2", "AP")


def a_choice(strategy: str, *views: tuple[str, str], run: RunScore = RUN) -> Choice:
    """Return a choice of one run, with these patients and views labelled."""
    return Choice(strategy, 1, [run], [], views)


@pytest.mark.parametrize(
    ("strategy", "sentences"),
    [
        ("first", "The first of 1,200 runs that wait. Begin with frames 31 and 40."),
        ("random", "Drawn by chance from 1,200 runs that wait. Begin with frames 31 and 40."),
        ("diverse", "No run is labelled yet, so any run is new. Begin with frames 31 and 40."),
        (
            "uncertainty",
            "The model is unsure about frames 31 and 40, more than in 60 % of the runs that wait.",
        ),
    ],
)
def test_each_strategy_says_why_in_words(strategy: str, sentences: str) -> None:
    choice = Choice(strategy, 1200, [RUN, *OTHERS, *OTHERS], [], [])

    assert reason(choice, RUN, (39, 30)) == sentences


def test_a_run_that_chance_chose_is_not_called_the_most_uncertain() -> None:
    surest = OTHERS[0]

    sentences = reason(Choice("uncertainty", 11, [RUN, *OTHERS], [], []), surest, (30,))

    assert sentences == (
        "The model is unsure about frame 31, though less than in many runs that wait: "
        "chance has its say while few are labelled."
    )


def test_mixed_says_that_no_run_of_the_patient_is_labelled() -> None:
    sentences = reason(a_choice("mixed", ELSEWHERE), RUN, (30,))

    assert sentences == (
        "The model is unsure about frame 31, and no other run that waits was looked at; "
        "no run of this patient is labelled yet."
    )


def test_a_view_is_new_only_where_the_patient_is_not() -> None:
    sentences = reason(a_choice("diverse", ("P-1", "AP")), RUN, (1, 2))

    assert sentences == (
        "It looks unlike the runs that are labelled; no RAO cranial view is labelled yet. "
        "Begin with frames 2 and 3."
    )


@pytest.mark.parametrize(
    ("run", "labelled"),
    [(RUN, ("", "")), (RUN, ("P-1", "RAO cranial")), (a_score("1.1", uncertainty=0.8), ELSEWHERE)],
)
def test_nothing_is_called_new_that_may_be_known(run: RunScore, labelled: tuple[str, str]) -> None:
    assert "yet" not in reason(a_choice("mixed", labelled, run=run), run, (0,))


def test_a_reason_names_no_patient() -> None:
    sentences = [reason(a_choice(strategy, ELSEWHERE), RUN, (1,)) for strategy in ("mixed", "diverse")]

    assert not any("P-" in sentence for sentence in sentences)
