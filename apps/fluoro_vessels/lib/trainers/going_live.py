"""A version goes live because a person wants it: the gate is heard, and INT8 is compared with its weights."""

import logging
from typing import Final

from lib.errors import Int8DropError, RefusedByGateError
from lib.networks.runtime import open_engine
from lib.registry import Model, Version, VersionStore
from lib.trainers.calibrate import measure_drop
from lib.trainers.candidate import MOST_DROP
from lib.trainers.publish import DROP_SEED

logger = logging.getLogger(__name__)

DROP: Final = "dice_drop_int8"
"""Figure of a card: what INT8 lost when it was made."""

N_RUNS: Final = 2
"""Simulated runs on which INT8 is compared where the card has no such figure."""


def go_live(
    store: VersionStore, version: str, by: str, reason: str, *, against_gate: bool = False
) -> Version:
    """Promote a version by hand.

    Args:
        store: Holds the version.
        version: Which one.
        by: Who wants it.
        reason: Why, in words.
        against_gate: Promote also what the gate refused.

    Raises:
        UnknownVersionError: There is none; the sentence lists those that exist.
        RefusedByGateError: The gate found it no better, on enough patients.
        Int8DropError: Its INT8 network is not what its weights are.
        WeightsMissingError: A file of it is not there.
        WeightsChecksumError: A file of it was changed.
    """
    wanted = store.get(version)
    if wanted.verdict is not None and wanted.verdict.refuses and not against_gate:
        raise RefusedByGateError(version, wanted.verdict.reasons)
    drop = check_int8(wanted.model)
    if drop > MOST_DROP:
        raise Int8DropError(version, drop, MOST_DROP)
    return store.promote(version, by, reason)


def check_int8(model: Model) -> float:
    """Return the Dice that the INT8 network of a model loses to its weights; 0 where it lacks one of both.

    The card's figure counts where there is one, as the card's checksums are those of the files that were
    measured; otherwise both networks are compared on simulated runs, which takes some seconds.

    Raises:
        WeightsMissingError: A file is not there.
        WeightsChecksumError: A file is another one; nothing was loaded.
    """
    if DROP in model.card.measured:
        return model.card.measured[DROP]
    if not (model.has("weights") and model.has("openvino-int8")):
        return 0.0
    full, fast = open_engine(model, "fp32", "cpu"), open_engine(model, "int8", "cpu")
    drop = measure_drop(full, fast, range(DROP_SEED, DROP_SEED + N_RUNS))
    logger.info("INT8 costs %.4f Dice on %d frames", drop.drop, drop.n_frames)
    return drop.drop
