"""The command line: `./fluoro COMMAND`."""

import logging
import os
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from lib.cli import audit, export, keys, labels, models, pacs, quality
from lib.cli.backup import backup, restore
from lib.cli.bench import bench
from lib.cli.deidentify import deidentify
from lib.cli.evaluate import evaluate
from lib.cli.import_labels import import_labels
from lib.cli.list import list_runs
from lib.cli.load import load
from lib.cli.measure import measure
from lib.cli.metadata import metadata
from lib.cli.output import JSON_FLAG, print_json, say
from lib.cli.phantom import phantom
from lib.cli.publish import publish
from lib.cli.quantize import quantize
from lib.cli.segment import segment
from lib.cli.train import train
from lib.cli.train_base import train_base
from lib.errors import FluoroError, SettingsError
from lib.settings import settings

WRONG_USAGE: Final = 2
STOPPED: Final = 130
GLOBAL_OPTIONS: Final = {"--studies": 2, "--data": 2, "--verbose": 1}
"""Options of every command, with the words that each takes."""

PASS_ON: Final = {"allow_extra_args": True, "ignore_unknown_options": True}

app = typer.Typer(
    name="fluoro",
    help="Blood vessels in X-ray runs: load, list, segment. Not for clinical use.",
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def main(
    studies: Annotated[
        str | None, typer.Option("--studies", metavar="URL", help="DICOMweb root of the PACS.")
    ] = None,
    data: Annotated[Path | None, typer.Option("--data", metavar="DIR", help="All run-time state.")] = None,
    is_verbose: Annotated[
        bool, typer.Option("--verbose", help="Say what happens on standard error.")
    ] = False,
) -> None:
    """Take the options that the server has too, before or behind the command."""
    # As environment variables they reach settings and benchmarks alike.
    if studies is not None:
        os.environ["FLUORO_PACS__URL"] = studies
    if data is not None:
        os.environ["FLUORO_DATA"] = str(data.resolve())
    settings.cache_clear()
    _follow_the_embedded_pacs()
    _configure_logging(is_verbose)


app.command("load")(load)
app.command("list")(list_runs)
app.command("segment")(segment)
app.command("measure")(measure)
app.command("metadata")(metadata)
app.command("deidentify")(deidentify)
app.command("phantom")(phantom)
app.command("evaluate")(evaluate)
app.command("train-base")(train_base)
app.command("train")(train)
app.command("quantize")(quantize)
app.add_typer(labels.app, name="labels")
app.add_typer(models.app, name="models")
app.add_typer(export.app, name="export")
app.command("import")(import_labels)
app.command("publish")(publish)
app.add_typer(quality.app, name="quality")
app.add_typer(keys.app, name="keys")
app.add_typer(audit.app, name="audit")
app.add_typer(pacs.app, name="pacs")
app.command("backup")(backup)
app.command("restore")(restore)
app.command("bench", context_settings=PASS_ON)(bench)


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code: 0 good, 1 failed, 2 wrong usage."""
    as_json = JSON_FLAG in arguments
    try:
        code = app(
            args=global_options_first(arguments) or ["--help"], prog_name="fluoro", standalone_mode=False
        )
        return code if isinstance(code, int) else 0
    except typer.TyperException as error:
        return _fail(_usage_text(error), as_json, WRONG_USAGE)
    except FluoroError as error:
        return _fail(str(error), as_json, WRONG_USAGE if isinstance(error, SettingsError) else 1)
    except (typer.Abort, KeyboardInterrupt):
        return _fail("Stopped.", as_json, STOPPED)


def global_options_first(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with the global options in front, where Click wants them."""
    first: list[str] = []
    rest = list(arguments)
    end = rest.index("--") if "--" in rest else len(rest)
    position = 0
    while position < end:
        name, equals, _ = rest[position].partition("=")
        n_words = 1 if equals else GLOBAL_OPTIONS.get(name, 1)
        if name in GLOBAL_OPTIONS and position + n_words <= end:
            first += rest[position : position + n_words]
            del rest[position : position + n_words]
            end -= n_words
        else:
            position += 1
    return first + rest


def _follow_the_embedded_pacs() -> None:
    """Where nobody names a PACS, take the embedded one at the port that its variable gives."""
    embedded = settings().embedded_pacs
    if "port" in embedded.model_fields_set and "url" not in settings().pacs.model_fields_set:
        os.environ["FLUORO_PACS__URL"] = f"http://127.0.0.1:{embedded.port}/dicom-web"
        settings.cache_clear()


def _configure_logging(is_verbose: bool) -> None:
    """Let our own rooms speak on standard error, and nobody else: pydicom quotes malformed values."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(logging.Filter("lib"))
    logging.basicConfig(level=logging.INFO if is_verbose else logging.WARNING, handlers=[handler])
    warnings.filterwarnings("ignore", module="pydicom")


def _usage_text(error: typer.TyperException) -> str:
    """Return what is wrong with the words of a command."""
    format_message = getattr(error, "format_message", None)
    return f"{format_message() if format_message else error} See `fluoro --help`."


def _fail(sentence: str, as_json: bool, code: int) -> int:
    """Say why the command failed; with --json also as an object on standard output."""
    say(sentence)
    if as_json:
        print_json({"error": sentence})
    return code
