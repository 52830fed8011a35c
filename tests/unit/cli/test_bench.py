from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lib.cli import bench
from lib.cli.main import run

SCRIPT = '''"""Measures {name}.

More.
"""
import json, sys
from lib.errors import FluoroError
print(json.dumps({{"arguments": sys.argv[1:]}}))
sys.exit({code})
'''


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with two benchmarks and a part of them."""
    for name, code in (("good", 0), ("bad", 3), ("_table", 0)):
        (tmp_path / f"{name}.py").write_text(SCRIPT.format(name=name, code=code), encoding="utf-8")
    monkeypatch.setattr(bench, "FOLDER", tmp_path)
    return tmp_path


def test_without_a_name_the_benchmarks_are_listed(
    run_json: Callable[..., tuple[int, dict[str, Any], str]],
) -> None:
    code, said, _ = run_json("bench")

    assert (code, said) == (0, {"benchmarks": {"bad": "Measures bad.", "good": "Measures good."}})


def test_a_script_gets_its_arguments_and_json(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "good", "--runs", "5", "--json"]) == 0

    assert capfd.readouterr().out == '{"arguments": ["--runs", "5", "--json"]}\n'


def test_a_script_may_import_its_neighbours(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONSAFEPATH", "1")
    (tmp_path / "_part.py").write_text("word = 'found'\n")
    script = tmp_path / "whole.py"
    script.write_text("from _part import word\nprint(word)\n")

    assert bench.run_script(script, []) == 0
    assert capfd.readouterr().out == "found\n"


def test_the_exit_code_is_the_scripts(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "bad"]) == 3

    assert capfd.readouterr().out == '{"arguments": []}\n'


@pytest.mark.parametrize("name", ["../good", "_table", "no such"])
def test_only_names_of_the_list_run(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", name]) == 2

    assert "there are: bad, good" in capsys.readouterr().err
