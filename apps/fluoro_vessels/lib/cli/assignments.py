"""Parameters of a method on the command line: `--set NAME=VALUE`."""

from collections.abc import Sequence

import typer


def split_assignments(assignments: Sequence[str]) -> dict[str, str]:
    """Read NAME=VALUE; the last of several for one name counts."""
    values: dict[str, str] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals or not name.strip():
            raise typer.BadParameter(f"{assignment!r} is not NAME=VALUE.", param_hint="--set")
        values[name.strip()] = value.strip()
    return values
