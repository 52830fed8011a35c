"""`fluoro bench`: runs a script of `benchmarks/`."""

import ast
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from lib.cli.output import AsJson, print_json, say
from lib.settings import APP_FOLDER, PROJECT_FOLDER

FOLDER = PROJECT_FOLDER / "benchmarks"


def bench(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="Which one; without it they are listed.")] = None,
    as_json: AsJson = False,
) -> None:
    """Measure; what follows NAME goes to the script."""
    scripts = find_scripts(FOLDER)
    if name is None:
        _list(scripts, as_json)
        return
    name = name.replace("-", "_")
    if name not in scripts:
        raise typer.BadParameter(f"there is no benchmark {name!r}; there are: {', '.join(scripts)}.")
    arguments = [*context.args, *(["--json"] if as_json else [])]
    raise typer.Exit(run_script(scripts[name], arguments))


def find_scripts(folder: Path) -> dict[str, Path]:
    """Return the scripts by name; a module that begins with an underscore is a part of others."""
    return {path.stem: path for path in sorted(folder.glob("*.py")) if not path.stem.startswith("_")}


def run_script(script: Path, arguments: list[str]) -> int:
    """Run a script with this Python and return its exit code; it may import its neighbours."""
    places = (str(APP_FOLDER), str(PROJECT_FOLDER), str(script.parent), os.environ.get("PYTHONPATH"))
    path = os.pathsep.join(filter(None, places))
    command = [sys.executable, str(script), *arguments]
    return subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, check=False).returncode


def _list(scripts: dict[str, Path], as_json: bool) -> None:
    """Print the names with the first lines of the scripts' docstrings."""
    about = {name: _first_line(path) for name, path in scripts.items()}
    if as_json:
        print_json({"benchmarks": about})
        return
    for name, line in about.items():
        sys.stdout.write(f"{name:<16} {line}\n")
    if not about:
        say(f"There are no benchmarks in {FOLDER}.")


def _first_line(script: Path) -> str:
    text = ast.get_docstring(ast.parse(script.read_text(encoding="utf-8"))) or ""
    return text.partition("\n")[0]
