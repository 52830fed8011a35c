"""`fluoro train-base`: makes the shipped weights anew, from seeds."""

import logging
from pathlib import Path
from typing import Annotated

import typer

from lib.cli.output import AsJson, print_json, say
from lib.cli.progress import progress
from lib.settings import settings


def train_base(
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Gets vessels.safetensors, vessels.json."),
    ] = None,
    steps: Annotated[int | None, typer.Option("--steps", help="Steps, instead of the recipe's.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the checkpoint in DIR.")] = False,
    after: Annotated[
        Path | None,
        typer.Option("--after", metavar="WEIGHTS", help="Begin with these weights instead of none."),
    ] = None,
    recipe_file: Annotated[
        Path | None,
        typer.Option("--recipe", metavar="FILE", help="Another recipe than configs/train.yaml."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train the vessel network on simulated runs. Takes about two hours on two CPU cores."""
    from lib.trainers.base import Places
    from lib.trainers.base import train_base as train
    from lib.trainers.recipe import RECIPE_FILE, read_recipe

    logging.getLogger("lib").setLevel(logging.INFO)
    recipe = read_recipe(recipe_file or RECIPE_FILE, steps=steps)
    folder = out or settings().data / "training"
    places = Places(folder, settings().data / "shelf", after)
    with progress("filming", recipe.runs + recipe.validation_runs) as advance:
        report = train(recipe, places, resume=resume, on_run=lambda: advance(1))
    if as_json:
        print_json({**report, "folder": folder})
    else:
        say(f"Wrote {folder / str(report['weights'])} after {report['steps']} steps.")
