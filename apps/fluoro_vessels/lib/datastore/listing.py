"""What a list of the PACS changes in the ledger: only that is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from lib.datastore.states import RunState
from lib.datastore.tables import RunRow
from lib.pacs.runs import RunRef

Facts = tuple[str | int, ...]
"""What the PACS says of a run, in the order of _FACTS."""

_FACTS: Final[tuple[Any, ...]] = (
    RunRow.study_instance_uid,
    RunRow.series_instance_uid,
    RunRow.sop_class_uid,
    RunRow.modality,
    RunRow.n_frames,
    RunRow.rows,
    RunRow.columns,
)
_FEW: Final = 500
"""Up to so many runs are looked up by id; for more it is quicker to read the whole table."""
_NOBODY: Final = "server"
"""Who changed the state of a run that nobody has touched."""


@dataclass(frozen=True)
class Changes:
    """What a list of the PACS changes in the ledger."""

    new: dict[str, Facts]
    changed: dict[str, Facts]
    gone: list[str]

    @property
    def are_any(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.new or self.changed or self.gone)


def facts_of(ref: RunRef) -> Facts:
    """Return what a reference says of its run."""
    return tuple(getattr(ref, column.key) for column in _FACTS)


def compare(connection: Connection, told: Mapping[str, Facts], are_all: bool) -> Changes:
    """Return what a list of the PACS says that the ledger does not know."""
    query = select(RunRow.image_id, RunRow.gone_at, *_FACTS)
    if not are_all and len(told) <= _FEW:
        query = query.where(RunRow.image_id.in_(list(told)))
    new, changed, gone = dict(told), {}, []
    for image_id, gone_at, *columns in connection.execute(query):
        known: Facts = tuple(columns)
        facts = new.pop(image_id, None)
        if facts is not None:
            better = _better(known, facts)
            if gone_at is not None or better != known:
                changed[image_id] = better
        elif are_all and gone_at is None:
            gone.append(image_id)
    return Changes(new, changed, gone)


def _better(known: Facts, told: Facts) -> Facts:
    """Return the fuller of two sets of facts: a list may leave out what an earlier answer told.

    Instances never change, so a missing text or count (empty, 0, or 1 frame) is no news.
    """
    return told if told == known else tuple(map(_fuller, known, told))


def _fuller(known: str | int, told: str | int) -> str | int:
    if isinstance(known, int) and isinstance(told, int):
        return max(known, told)
    return told or known


def apply(connection: Connection, changes: Changes) -> None:
    """Store changes, one batch of each kind."""
    now = datetime.now(UTC)
    names = [column.key for column in _FACTS]
    if changes.new:
        begin = {"state": RunState.NEW, "state_changed_by": _NOBODY, "state_changed_at": now}
        rows = [
            {
                "image_id": image_id,
                **dict(zip(names, facts, strict=True)),
                **begin,
                "first_seen_at": now,
                "info": {},
            }
            for image_id, facts in changes.new.items()
        ]
        connection.execute(insert(RunRow), rows)
    this_run = update(RunRow).where(RunRow.image_id == bindparam("this_id"))
    if changes.changed:
        rows = [
            {"this_id": image_id, "gone_at": None, **dict(zip(names, facts, strict=True))}
            for image_id, facts in changes.changed.items()
        ]
        connection.execute(this_run, rows)
    if changes.gone:
        connection.execute(this_run.values(gone_at=now), [{"this_id": image_id} for image_id in changes.gone])
