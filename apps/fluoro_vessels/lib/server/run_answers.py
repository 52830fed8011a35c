"""Turns what is known of runs into answers; no patient data beyond a token."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from lib.datastore.ledger import Ledger
from lib.datastore.records import LabelHead, LabelVersion, LedgerRun, RunFacts
from lib.frames.carm import CArm
from lib.frames.cine import RunHeader
from lib.frames.spacing import Spacing

UNCALIBRATED: Final = "uncalibrated"

HELD_FOR: Final = timedelta(minutes=30)
"""So long after its last change a session says that somebody works on a run."""

SECONDS: Final = "seconds"
N_ACTIONS: Final = "n_actions"
"""Where the info of a label says how long the work took and how many actions."""


@dataclass(frozen=True)
class AboutRuns:
    """What the ledger knows of runs beside themselves, for one who asks.

    Attributes:
        facts: What headers say, by image id, of those that somebody opened.
        newest: The newest label of each run.
        held_by: Who else works on it.
        arriving: How far those are that the server segments by itself, and has not yet.
    """

    facts: Mapping[str, RunFacts]
    newest: Mapping[str, LabelHead]
    held_by: Mapping[str, Sequence[str]]
    arriving: Mapping[str, str]

    def listed(self, run: LedgerRun) -> dict[str, Any]:
        """Return what a list shows of a run."""
        facts, head = self.facts.get(run.image_id), self.newest.get(run.image_id)
        return {
            "image_id": run.image_id,
            "study_instance_uid": run.study_instance_uid,
            "series_instance_uid": run.series_instance_uid,
            "sop_class_uid": run.sop_class_uid,
            "modality": run.modality,
            "n_frames": run.n_frames,
            "rows": run.rows,
            "columns": run.columns,
            "state": run.state.value,
            "angles": None if facts is None else angles(facts.primary_angle_deg, facts.secondary_angle_deg),
            "frame_time_ms": None if facts is None else facts.frame_time_ms,
            "patient_token": None if facts is None else facts.patient_token,
            "labels": {"newest": None if head is None else _newest(head)},
            "held_by": self.held_by.get(run.image_id, ()),
            "arriving": self.arriving.get(run.image_id),
        }


def about_all(ledger: Ledger, asker: str) -> AboutRuns:
    """Return what is known of all runs, in four queries."""
    since = datetime.now(UTC) - HELD_FOR
    holders = ledger.holders(since, asker)
    return AboutRuns(ledger.run_facts(), ledger.newest_heads(), holders, ledger.open_arrivals())


def about_one(ledger: Ledger, asker: str, facts: RunFacts) -> AboutRuns:
    """Return what is known of one run."""
    image_id, since = facts.image_id, datetime.now(UTC) - HELD_FOR
    newest = {label.image_id: head_of(label) for label in ledger.labels(image_id)}
    holders = ledger.holders(since, asker, image_id)
    return AboutRuns({image_id: facts}, newest, holders, ledger.open_arrivals(image_id))


def angles(primary_deg: float | None, secondary_deg: float | None) -> dict[str, Any] | None:
    """Return the angles with the words that people use, None unless both are known."""
    if primary_deg is None or secondary_deg is None:
        return None
    text = CArm((primary_deg,), (secondary_deg,)).view
    return {"primary_deg": primary_deg, "secondary_deg": secondary_deg, "text": text}


def head_of(label: LabelVersion) -> LabelHead:
    """Return what a list shows of a label."""
    return LabelHead(
        id=label.id,
        image_id=label.image_id,
        tag=label.tag,
        version=label.version,
        state=label.state,
        author=label.author,
        created_at=label.created_at,
    )


def described(header: RunHeader) -> dict[str, Any]:
    """Return all that the header of a run says."""
    return {
        "n_frames": header.n_frames,
        "rows": header.rows,
        "columns": header.columns,
        "spacing": _spacing(header.spacing),
        "timing": {
            "source": header.timing.source,
            "frames_per_second": header.timing.frames_per_second,
            "frame_times_ms": header.timing.frame_times_ms,
        },
        "c_arm": _c_arm(header.carm),
        "problems": header.problems,
    }


def version(label: LabelVersion) -> dict[str, Any]:
    """Return what is told of one version of a label."""
    return {
        **_newest(head_of(label)),
        "model": label.model,
        "seconds": _count(label.info.get(SECONDS)),
        "actions": _count(label.info.get(N_ACTIONS)),
    }


def _newest(head: LabelHead) -> dict[str, Any]:
    return {
        "label_id": head.id,
        "tag": head.tag,
        "version": head.version,
        "author": head.author,
        "state": head.state.value,
        "at": head.created_at.isoformat(),
    }


def _count(value: object) -> int | None:
    """Return a number that a client noted beside a label, None for anything that is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _spacing(spacing: Spacing | None) -> dict[str, Any] | str:
    if spacing is None:
        return UNCALIBRATED
    return {
        "row_mm": spacing.row_mm,
        "column_mm": spacing.column_mm,
        "source": spacing.source.value,
        "is_calibrated": spacing.is_calibrated,
    }


def _c_arm(carm: CArm) -> dict[str, Any]:
    return {
        "view": carm.view,
        "primary_angles_deg": carm.primary_angles_deg,
        "secondary_angles_deg": carm.secondary_angles_deg,
        "sid_mm": carm.sid_mm,
        "sod_mm": carm.sod_mm,
        "ermf": carm.ermf,
        "r_wave_frame_numbers": [] if carm.ecg is None else [t + 1 for t in carm.ecg.r_wave_frames],
    }
