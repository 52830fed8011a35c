import numpy as np
import pytest

from lib.activelearning.choose import MOST_COMPARED, STRATEGIES, choose
from lib.activelearning.run_score import RunScore
from lib.errors import UnknownStrategyError
from tests.unit.activelearning.scored_runs import a_score, share_of_first

SEEDS = range(200)
MANY_LABELLED = [a_score(f"9.{n}", (0.0, 0.0)) for n in range(400)]


def first_choices(pool: list[RunScore], labelled: list[RunScore], strategy: str, image_id: str) -> float:
    return share_of_first([choose(pool, labelled, 1, strategy, seed) for seed in SEEDS], image_id)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_each_run_is_chosen_once_and_the_same_seed_chooses_the_same(strategy: str) -> None:
    generator = np.random.default_rng(1)
    pool = [a_score(f"1.{n}", generator.random(4), uncertainty=generator.random()) for n in range(30)]

    chosen = choose(pool, pool[:3], 40, strategy, seed=7)

    assert sorted(chosen) == sorted(run.image_id for run in pool)
    assert chosen == choose(pool, pool[:3], 40, strategy, seed=7)
    assert choose([], [], 3, strategy, seed=7) == []


def test_first_keeps_the_order_of_the_pool() -> None:
    pool = [a_score("1.2"), a_score("1.1"), a_score("1.3")]

    assert choose(pool, [], 2, "first", 0) == ["1.2", "1.1"]


def test_an_unknown_strategy_is_refused_with_those_that_exist() -> None:
    with pytest.raises(UnknownStrategyError, match="mixed, uncertainty, diverse, random, first"):
        choose([a_score("1.1")], [], 1, "epistemic", 0)


def test_uncertainty_trusts_the_model_more_the_more_runs_are_labelled() -> None:
    pool = [a_score("1.1", uncertainty=0.6), *(a_score(f"1.{n}", uncertainty=0.4) for n in range(2, 12))]

    early = first_choices(pool, [], "uncertainty", "1.1")
    late = first_choices(pool, MANY_LABELLED, "uncertainty", "1.1")

    assert 1 / 11 < early < 0.3
    assert late > 0.95


def test_diverse_goes_where_nothing_is_labelled() -> None:
    near = [a_score(f"1.{n}", (1.0, 0.01 * n)) for n in range(2, 12)]
    pool = [*near, a_score("1.1", (0.0, 1.0))]

    assert first_choices(pool, near[:5], "diverse", "1.1") > 0.8


def test_diverse_spreads_one_call_over_what_looks_different() -> None:
    places = {"a": (1.0, 0.0, 0.0), "b": (0.0, 1.0, 0.0), "c": (0.0, 0.0, 1.0)}
    pool = [a_score(f"{name}.{n}", place) for name, place in places.items() for n in range(8)]

    chosen = [choose(pool, [], 3, "diverse", seed) for seed in SEEDS]

    assert np.mean([len({image_id[0] for image_id in ids}) == 3 for ids in chosen]) > 0.9


@pytest.mark.parametrize("what", ["patient", "angle_group"])
def test_diverse_prefers_patients_and_views_that_have_no_label(what: str) -> None:
    old = [a_score(f"1.{n}", **{what: "A"}) for n in range(9)]  # type: ignore[arg-type]
    new = a_score("2.1", **{what: "B"})  # type: ignore[arg-type]
    labelled = [a_score("3.1", (0.0, 1.0), **{what: "A"})] * 8  # type: ignore[arg-type]

    assert first_choices([*old, new], labelled, "diverse", "2.1") > 2 / 10


def test_runs_of_unknown_patients_do_not_count_as_one_patient() -> None:
    labelled = [a_score("3.1", (1.0, 1.0))] * 50
    pool = [a_score("1.1", (0.0, 1.0)), a_score("1.2", (0.0, 1.0), patient="B")]

    assert 0.3 < first_choices(pool, labelled, "diverse", "1.1") < 0.7


def test_mixed_wants_both_uncertain_and_new() -> None:
    pool = [
        a_score("1.1", (1.0, 0.0), uncertainty=0.9),
        a_score("1.2", (0.0, 1.0), uncertainty=0.9),
        a_score("1.3", (0.0, 1.0), uncertainty=0.1),
    ]

    assert first_choices(pool, [a_score("3.1", (1.0, 0.0))] * 40, "mixed", "1.2") > 0.95


@pytest.mark.parametrize("strategy", ["mixed", "diverse"])
def test_a_run_without_vessels_is_seldom_chosen(strategy: str) -> None:
    pool = [a_score("1.1", (5.0, 5.0), foreground=0.0), *(a_score(f"1.{n}") for n in range(2, 7))]

    assert first_choices(pool, [], strategy, "1.1") < 0.05


def test_random_draws_runs_with_vessels_two_times_of_three_and_any_run_else() -> None:
    pool = [a_score("1.1"), a_score("1.2", foreground=0.0)]

    with_vessels = first_choices(pool, [], "random", "1.1")

    assert 0.75 < with_vessels < 0.92


def test_of_a_large_pool_the_best_are_compared() -> None:
    pool = [a_score(f"1.{n}", (1.0, n % 2), uncertainty=0.01) for n in range(2 * MOST_COMPARED)]
    best = a_score("2.1", (0.0, 1.0), uncertainty=0.9)

    assert choose([*pool, best], MANY_LABELLED, 1, "mixed", 0) == ["2.1"]
