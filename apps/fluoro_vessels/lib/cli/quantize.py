"""`fluoro quantize`: makes trained weights ready to ship: INT8 beside them, checksums, card."""

import logging
from pathlib import Path
from typing import Annotated, Any

import typer

from lib.cli.output import AsJson, print_json, say
from lib.settings import settings

FROM = "vessels.safetensors of `fluoro train-base`; its report lies beside it."


def quantize(
    weights: Annotated[Path, typer.Argument(metavar="WEIGHTS", help=FROM)],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Gets the model; without it <data>/models/vessels."),
    ] = None,
    n_runs: Annotated[int, typer.Option("--runs", help="Simulated runs to calibrate with.", min=1)] = 64,
    n_test_runs: Annotated[
        int, typer.Option("--test-runs", help="Unseen runs that show what INT8 costs.", min=1)
    ] = 16,
    as_json: AsJson = False,
) -> None:
    """Make an INT8 network of trained weights and write both with a card into a folder of models."""
    from lib.trainers.publish import Publication, publish

    logging.getLogger("lib").setLevel(logging.INFO)
    folder = out or settings().data / "models" / "vessels"
    card = publish(Publication(weights, folder, n_runs, n_test_runs))
    measured: dict[str, Any] = card.measured
    if as_json:
        print_json({"folder": folder, **card.model_dump()})
    else:
        say(f"Wrote the model {card.id}, version {card.version}, to {folder}.")
        say(f"INT8 costs {measured['dice_drop_int8']:.4f} Dice ({measured['dice_int8']:.4f}).")
