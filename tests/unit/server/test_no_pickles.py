"""Nothing in this project runs code out of a file: checked in the source, wherever somebody may add it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from lib.settings import APP_FOLDER

RUNS_CODE = {
    "pickle.load",
    "pickle.loads",
    "marshal.loads",
    "joblib.load",
    "yaml.unsafe_load",
    "eval",
    "exec",
}
WORDS = ("load", "eval(", "exec(", "unpack_archive", "extractall")
"""A file without any of these is not looked at closely."""

TRUSTED = {"viewer_files.py"}
"""Unpacks one archive whose checksum stands in the lock file."""


def calls() -> Iterator[tuple[Path, str, dict[str | None, str]]]:
    """Yield every call of the project: where, of what, with which options."""
    for path in sorted((APP_FOLDER / "lib").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if any(word in text for word in WORDS) else ():
            if isinstance(node, ast.Call):
                options = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
                yield path, ast.unparse(node.func), options


def test_no_file_is_executed_or_unpacked_whole_and_all_are_read_as_data() -> None:
    for path, name, options in calls():
        assert name not in RUNS_CODE, path
        assert not name.endswith((".extractall", "unpack_archive")) or path.name in TRUSTED, path
        if name == "yaml.load":
            assert "Loader" in options or path.name == "parse.py", path
        if name == "torch.load":
            assert options.get("weights_only") == "True", path
        if name in ("np.load", "numpy.load"):
            assert options.get("allow_pickle", "False") == "False", path
