"""Logs for programs: one JSON object a line, without anything of a patient."""

import json
import logging
from typing import Any

import pytest

from lib.sections.running import LogSettings
from lib.server.log_config import log_config
from lib.server.log_json import JsonFormatter
from lib.server.observe.facts import facts_of

CANARY = "CANARY"


def line(message: str, *arguments: object, **extra: Any) -> dict[str, Any]:
    """Return what the formatter makes of a record."""
    exception = extra.pop("exc_info", None)
    record = logging.LogRecord("lib.anywhere", logging.INFO, "", 1, message, arguments, exception)
    vars(record).update(extra)
    written = JsonFormatter().format(record)
    assert "\n" not in written
    told: dict[str, Any] = json.loads(written)
    return told


def test_a_record_is_an_object_with_time_level_and_message() -> None:
    told = line("stored SEG for run %s\nin %.1f s", "1.2.3", 0.5)

    assert told["message"] == "stored SEG for run 1.2.3\nin 0.5 s"
    assert (told["level"], told["logger"]) == ("INFO", "lib.anywhere")
    assert told["time"].endswith("+00:00")


def test_figures_stand_beside_the_message() -> None:
    assert line("answered", fields={"status": 200, "route": "/info/"})["route"] == "/info/"


def test_within_a_request_its_number_and_who_asks_are_told() -> None:
    scope = {"headers": [(b"x-client-id", b"anna"), (b"x-request-id", b"proxy-7")], "client": None}
    facts_of(scope)

    told = line("segmented")

    assert (told["request_id"], told["who"]) == ("proxy-7", "anna")


def test_what_an_exception_quotes_stays_out() -> None:
    try:
        raise ValueError(f"Invalid value for VR PN: '{CANARY}'")
    except ValueError as error:
        told = line("failed", exc_info=(ValueError, error, error.__traceback__))

    assert told["exception"].startswith("ValueError at test_log_json.py")
    assert CANARY not in str(told)


@pytest.mark.parametrize(("file", "output"), [("json", "text"), ("text", "json")])
def test_the_settings_say_how_the_file_and_standard_error_are_written(
    tmp_path: Any, file: str, output: str
) -> None:
    handlers = log_config(tmp_path, LogSettings(file=file, output=output, level="DEBUG"))["handlers"]  # type: ignore[arg-type]

    assert (handlers["file"]["formatter"], handlers["stderr"]["formatter"]) == (file, output)
