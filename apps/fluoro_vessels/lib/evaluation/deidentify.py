"""How well headers are de-identified: values are planted, then every action is scored.

The planted people and phrases come from a seed, so a figure can be had again. The scorer asks for what the
options of our defaults ask for; a tool without such options loses what it does not keep, so removal and
retention are also shown apart.
"""

import time
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Final

from pydicom.dataset import Dataset

from lib.evaluation.deidentify_methods import METHODS
from lib.evaluation.deidentify_people import draw_person
from lib.evaluation.deidentify_plant import plant_patient
from lib.evaluation.deidentify_score import Check, figures_of, score_set
from lib.evaluation.deidentify_wanted import Kind, PlantedObject

REMOVAL: Final = (
    Kind.TEXT_REMOVED,
    Kind.NOTHING_LEFT,
    Kind.PRIVATE_REMOVED,
    Kind.UID_CHANGED,
    Kind.PATIENT_CONSISTENT,
)
"""Kinds that protect; the others keep a file useful."""


def plant_set(bases: Sequence[Dataset], n_patients: int, seed: int) -> list[PlantedObject]:
    """Return the objects of made-up patients, planted into runs of nobody.

    Args:
        bases: Runs with pixels; they are copied, in turn.
        n_patients: How many patients.
        seed: Draws people and texts.
    """
    random = Random(seed)
    planted: list[PlantedObject] = []
    for number in range(n_patients):
        planted += plant_patient(number, draw_person(random), bases[number % len(bases)], random)
    return planted


def evaluate_deidentify(
    bases: Sequence[Dataset],
    n_patients: int,
    seed: int,
    methods: Sequence[str] = ("ours",),
    on_method: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Score methods on the same planted set; return figures in JSON types."""
    planted = plant_set(bases, n_patients, seed)
    results: dict[str, Any] = {}
    for name in methods:
        began = time.perf_counter()
        cleaned = METHODS[name]([each.dataset for each in planted])
        seconds = time.perf_counter() - began
        checks = score_set(planted, cleaned)
        results[name] = {**figures_of(checks), **_sides(checks), "ms_per_object": _ms(seconds, len(planted))}
        on_method()
    return {"n_patients": n_patients, "n_objects": len(planted), "seed": seed, "methods": results}


def _sides(checks: Sequence[Check]) -> dict[str, float]:
    """Return the shares of removal and of retention apart."""
    sides = {True: [0, 0], False: [0, 0]}
    for check in checks:
        side = sides[check.kind in REMOVAL]
        side[0] += check.is_right
        side[1] += 1
    return {
        "removal_percent": round(100 * sides[True][0] / max(sides[True][1], 1), 3),
        "retention_percent": round(100 * sides[False][0] / max(sides[False][1], 1), 3),
    }


def _ms(seconds: float, n: int) -> float:
    return round(1000 * seconds / max(n, 1), 2)
