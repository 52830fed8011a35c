"""Accepted measurements on disk: one folder each, beside the saved labels."""

import json
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from lib.datastore.durable import TEMPORARY_PREFIX, disk_full_says_so, write_bytes_whole
from lib.datastore.ids import check_image_id, is_safe
from lib.errors.measure_out import MeasurementNotFoundError

FOLDER: Final = "measurements"
RECORD: Final = "record.json"


@dataclass(frozen=True)
class MeasurementRecord:
    """What is kept of a measurement beside its files.

    Attributes:
        id: Of the measurement.
        image_id: The run.
        owner: Who measured.
        label: Name of the label whose vessels were measured.
        frame_number: The measured frame, from 1.
        values: Its numbers as `document` has them.
        verdict: What the quality allowed.
        accepted_at: When a person accepted it.
        sop_instance_uid: Of its report.
        wanted_at: When somebody wanted it in the PACS; None: nobody did.
        sent_at: When the PACS took it; None: it has not.
        problem: Why the PACS has not taken it, one sentence; "" where nothing is wrong.
    """

    id: str
    image_id: str
    owner: str
    label: str
    frame_number: int
    values: tuple[Mapping[str, Any], ...]
    verdict: str
    accepted_at: datetime
    sop_instance_uid: str
    wanted_at: datetime | None = None
    sent_at: datetime | None = None
    problem: str = ""

    @property
    def state(self) -> str:
        """`accepted`, `waiting` for the PACS, or `sent`."""
        if self.sent_at is not None:
            return "sent"
        return "accepted" if self.wanted_at is None else "waiting"


class MeasurementShelf:
    """The folder of accepted measurements; a measurement is there whole or not at all."""

    def __init__(self, data: Path) -> None:
        """Use a data folder; nothing is made before something is kept."""
        self._folder = data / FOLDER

    def keep(self, record: MeasurementRecord, files: Mapping[str, bytes]) -> None:
        """Keep a measurement with its files, by name.

        Raises:
            DiskFullError: There is no room; nothing is left behind.
        """
        place = self._place(record)
        with disk_full_says_so(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            aside = place.parent.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}")
            try:
                for name, content in files.items():
                    write_bytes_whole(aside / name, content)
                write_bytes_whole(aside / RECORD, _encoded(record))
                place.parent.mkdir(exist_ok=True)
                aside.rename(place)
            finally:
                shutil.rmtree(aside, ignore_errors=True)

    def change(self, record: MeasurementRecord, **news: Any) -> MeasurementRecord:
        """Note something new about a measurement and return its record."""
        changed = replace(record, **news)
        write_bytes_whole(self._place(record) / RECORD, _encoded(changed))
        return changed

    def of_run(self, image_id: str) -> list[MeasurementRecord]:
        """Return the measurements of a run, oldest first."""
        records = [_decoded(path) for path in self._folder.glob(f"{check_image_id(image_id)}/*/{RECORD}")]
        return sorted(records, key=lambda record: (record.accepted_at, record.id))

    def record(self, measurement_id: str) -> MeasurementRecord:
        """Return what is known about a measurement, or raise MeasurementNotFoundError."""
        found = list(self._folder.glob(f"*/{measurement_id}/{RECORD}")) if is_safe(measurement_id) else []
        if not found:
            raise MeasurementNotFoundError(measurement_id)
        return _decoded(found[0])

    def waiting(self) -> list[MeasurementRecord]:
        """Return what the PACS should have and has not, oldest first."""
        records = [_decoded(path) for path in self._folder.glob(f"*/*/{RECORD}")]
        return sorted(
            (one for one in records if one.state == "waiting"), key=lambda one: (one.accepted_at, one.id)
        )

    def file(self, record: MeasurementRecord, name: str) -> bytes | None:
        """Return a file of a measurement; None where it has none of that name."""
        path = self._place(record) / name
        return path.read_bytes() if path.is_file() else None

    def remove(self, record: MeasurementRecord) -> None:
        """Forget a measurement."""
        shutil.rmtree(self._place(record), ignore_errors=True)

    def _place(self, record: MeasurementRecord) -> Path:
        return self._folder / record.image_id / record.id


def _encoded(record: MeasurementRecord) -> bytes:
    return (json.dumps(asdict(record), default=datetime.isoformat) + "\n").encode()


def _decoded(path: Path) -> MeasurementRecord:
    values = json.loads(path.read_text(encoding="utf-8"))
    for name in ("accepted_at", "wanted_at", "sent_at"):
        values[name] = None if values[name] is None else datetime.fromisoformat(values[name])
    return MeasurementRecord(**{**values, "values": tuple(values["values"])})
