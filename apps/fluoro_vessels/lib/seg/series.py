"""The series that a SEG is: its number, description, times and the software that made it.

DICOM: Segmentation Series Module, PS3.3 C.8.20.1; Enhanced General Equipment Module, C.7.5.2.
"""

import re
import tomllib
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from lib.frames.values import Values
from lib.seg.codes import LONGEST
from lib.seg.content import SegLabel
from lib.seg.inherited import put_acquisition_equipment
from lib.settings import PROJECT_FOLDER

MANUFACTURER: Final = "Fluoro Vessels"


def put_series(seg: Dataset, source: Dataset, label: SegLabel) -> None:
    """Open a new series for this version of the label."""
    seg.Modality = "SEG"
    seg.SeriesInstanceUID = generate_uid(prefix=None)
    seg.SeriesNumber = _series_number(source, label.version)
    seg.SeriesDescription = series_description(source, label)


def put_time(seg: Dataset, created: datetime) -> None:
    """Write when the label was saved, in the time zone of the source if it has one, else in ours."""
    if created.tzinfo is not None:
        created = created.astimezone(_zone(str(seg.get("TimezoneOffsetFromUTC") or "")))
    day, time = created.strftime("%Y%m%d"), created.strftime("%H%M%S.%f")
    for group in ("InstanceCreation", "Series", "Content"):
        setattr(seg, f"{group}Date", day)
        setattr(seg, f"{group}Time", time)


def put_equipment(seg: Dataset, source: Dataset) -> None:
    """Write the Enhanced General Equipment Module, PS3.3 C.7.5.2; software has no serial number."""
    seg.Manufacturer = MANUFACTURER
    seg.ManufacturerModelName = MANUFACTURER
    seg.SoftwareVersions = software_version()
    seg.DeviceSerialNumber = software_version()
    put_acquisition_equipment(seg, source)


def series_description(source: Dataset, label: SegLabel) -> str:
    """Return what people read in a list of series: version, run and segments, in at most 64 characters.

    The run comes before the segments, because viewers cut the text (OHIF after about 25 characters). It is
    named by its Instance Number, as viewers do; a run without one is not named.
    """
    number = Values(source).integer("InstanceNumber")
    of_run = "" if number is None else f" of image {number}"
    names = ", ".join(dict.fromkeys(segment.label.name for segment in label.segments))
    which = f"{'Draft' if label.is_draft else 'Label'} v{label.version}{of_run}"
    full, short = f"{which} ({names})", f"{which} ({len(label.segments)} segments)"
    return full if len(full) <= LONGEST else short


@lru_cache(maxsize=1)
def software_version() -> str:
    """Return the version of this project, as pyproject.toml says it."""
    with (PROJECT_FOLDER / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def _series_number(source: Dataset, version: int) -> int:
    """Return a number that sorts behind the source's and grows with the version."""
    number = Values(source).integer("SeriesNumber") or 0
    return (number if 0 <= number < 1_000_000 else 0) * 1000 + min(version, 999)


def _zone(offset: str) -> timezone | None:
    match = re.fullmatch(r"([+-])(\d\d)([0-5]\d)", offset.strip())
    if match is None:
        return None
    sign, hours, minutes = match.groups()
    return timezone((1 if sign == "+" else -1) * timedelta(hours=int(hours) % 24, minutes=int(minutes)))
