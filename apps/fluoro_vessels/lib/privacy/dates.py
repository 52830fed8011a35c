"""Dates moved by whole days; times of day stay, so that frames, runs and injections keep their distances.

DICOM: DA, DT and TM, PS3.5 6.2; Retain Longitudinal Temporal Information Options, PS3.15 E.3.6.
"""

import re
from datetime import date, timedelta
from typing import Final

DATE: Final = re.compile(r"(\d{4})[.\-/]?(\d{2})[.\-/]?(\d{2})")
DATE_TIME: Final = re.compile(r"(\d{4})(\d{2})?(\d{2})?((?:\d{2}){0,3}(?:\.\d{1,6})?)([+-]\d{4})?")
TIME: Final = re.compile(r"\d{2}:?(\d{2}(:?\d{2}(\.\d{1,6})?)?)?")


def moved_date(text: str, days: int) -> str | None:
    """Return a DA as YYYYMMDD, moved; also one in the old form 1994.10.16. None: it is no date."""
    found = DATE.fullmatch(text.strip(" \0"))
    if found is None:
        return None
    return _moved(int(found[1]), int(found[2]), int(found[3]), days)


def moved_date_time(text: str, days: int) -> str | None:
    """Return a DT, moved and as exact as it was: 2024 stays a year. The zone stays. None: it is no DT."""
    found = DATE_TIME.fullmatch(text.strip(" \0"))
    if found is None or (found[4] and not found[3]):
        return None
    day = _moved(int(found[1]), int(found[2] or 1), int(found[3] or 1), days)
    if day is None:
        return None
    n_digits = 4 + len(found[2] or "") + len(found[3] or "")
    return day[:n_digits] + found[4] + (found[5] or "")


def is_time(text: str) -> bool:
    """Tell whether a text is a TM, also in the old form 08:30:00."""
    return TIME.fullmatch(text.strip(" \0")) is not None


def _moved(year: int, month: int, day: int, days: int) -> str | None:
    try:
        return (date(year, month, day) + timedelta(days)).strftime("%Y%m%d").zfill(8)
    except (ValueError, OverflowError):
        return None
