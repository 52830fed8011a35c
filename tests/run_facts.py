"""Facts of runs for tests."""

from datetime import UTC, datetime
from typing import Any

from lib.datastore.records import RunFacts


def some_facts(**changes: Any) -> RunFacts:
    """Return the facts of a run that stood RAO cranial."""
    usual: dict[str, Any] = {
        "image_id": "1.2.3",
        "primary_angle_deg": -30.0,
        "secondary_angle_deg": 20.0,
        "frame_time_ms": 66.0,
        "patient_token": "P-00000000",
        "fullest_frame": None,
        "read_at": datetime(2026, 1, 31, tzinfo=UTC),
    }
    return RunFacts(**{**usual, **changes})
