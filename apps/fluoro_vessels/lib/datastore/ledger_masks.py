"""The ledger's part about masks: one for each owner, run, frame and label."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from lib.datastore.database import Database
from lib.datastore.ids import check_image_id, check_label_id
from lib.datastore.ledger_runs import check_frames_of_run
from lib.datastore.packed_mask import pack_mask, unpack_mask
from lib.datastore.session_records import FrameMask, NewMask
from lib.datastore.tables import MaskRow
from lib.errors import MaskNotFoundError
from lib.interaction.prompts import Prompt, PromptKind


@dataclass(frozen=True)
class WhichMasks:
    """Masks of one owner: all, or those of a run, a frame (t) and a label."""

    owner: str
    image_id: str | None = None
    t: int | None = None
    label: int | None = None

    def conditions(self) -> tuple[ColumnElement[bool], ...]:
        """Return what a row must fulfil."""
        wanted = {MaskRow.image_id: self.image_id, MaskRow.frame: self.t, MaskRow.label: self.label}
        chosen = tuple(column == value for column, value in wanted.items() if value is not None)
        return (MaskRow.owner == self.owner, *chosen)


class MasksInLedger:
    """Masks of single frames; a new one of the same label takes the place of the old one."""

    _database: Database

    def put_mask(self, new: NewMask) -> FrameMask:
        """Keep a mask, in the place of the owner's mask of the same run, frame and label.

        Raises:
            RunNotFoundError: The ledger has no such run.
            FrameOutOfRunError: The run has no such frame.
        """
        check_image_id(new.image_id)

        def change(connection: Connection) -> FrameMask:
            check_frames_of_run(connection, new.image_id, (new.t,))
            same = WhichMasks(new.owner, new.image_id, new.t, new.label).conditions()
            old = connection.execute(select(MaskRow.id, MaskRow.created_at).where(*same)).one_or_none()
            now = datetime.now(UTC)
            row = {**_row_of(new), "changed_at": now}
            if old is None:
                row |= {"id": uuid.uuid4().hex, "created_at": now}
                connection.execute(insert(MaskRow).values(**row))
            else:
                connection.execute(update(MaskRow).where(MaskRow.id == old.id).values(**row))
            return _masks(connection, *same)[0]

        return self._database.write(change)

    def mask(self, mask_id: str, owner: str) -> FrameMask:
        """Return a mask, or raise MaskNotFoundError, also where it is somebody else's."""
        with self._database.reading() as connection:
            found = _masks(connection, MaskRow.id == check_label_id(mask_id), MaskRow.owner == owner)
        if not found:
            raise MaskNotFoundError(mask_id)
        return found[0]

    def masks(self, which: WhichMasks) -> list[FrameMask]:
        """Return masks in the order of run, frame and label."""
        with self._database.reading() as connection:
            return _masks(connection, *which.conditions())

    def delete_masks(self, which: WhichMasks) -> int:
        """Delete masks for good; returns how many."""
        with self._database.writing() as connection:
            return connection.execute(delete(MaskRow).where(*which.conditions())).rowcount

    def delete_mask(self, mask_id: str, owner: str) -> None:
        """Delete one mask for good, or raise MaskNotFoundError."""
        this_one = (MaskRow.id == check_label_id(mask_id), MaskRow.owner == owner)
        with self._database.writing() as connection:
            if not connection.execute(delete(MaskRow).where(*this_one)).rowcount:
                raise MaskNotFoundError(mask_id)

    def subtract_mask(
        self,
        which: WhichMasks,
        label: int,
        others: Collection[int] | None = None,
        frames: Collection[int] | None = None,
    ) -> list[FrameMask]:
        """Take a label's pixels from other labels of the same run and frame, all at once.

        Args:
            which: Whose masks, and of which run.
            label: The label whose pixels are taken.
            others: The labels that they are taken from; None: all others.
            frames: The frames (t) on which they are taken; None: all.

        Returns:
            The masks that changed.
        """
        wanted = [MaskRow.label != label]
        wanted += [] if others is None else [MaskRow.label.in_(others)]
        wanted += [] if frames is None else [MaskRow.frame.in_(frames)]
        ours = replace(which, label=label)
        with self._database.writing() as connection:
            taken = {(mask.image_id, mask.t): mask.mask for mask in _masks(connection, *ours.conditions())}
            left = _masks(connection, *which.conditions(), *wanted)
            changed = [mask for mask in left if _meets(mask, taken.get((mask.image_id, mask.t)))]
            for mask in changed:
                _set_mask(connection, mask.id, mask.mask & ~taken[mask.image_id, mask.t])
            return _masks(connection, MaskRow.id.in_([mask.id for mask in changed]))


def _meets(mask: FrameMask, other: NDArray[np.bool_] | None) -> bool:
    return other is not None and bool((mask.mask & other).any())


def _set_mask(connection: Connection, mask_id: str, mask: NDArray[np.bool_]) -> None:
    news = {"mask": pack_mask(mask), "changed_at": datetime.now(UTC)}
    connection.execute(update(MaskRow).where(MaskRow.id == mask_id).values(**news))


def _masks(connection: Connection, *conditions: ColumnElement[bool]) -> list[FrameMask]:
    query = select(MaskRow.__table__).where(*conditions)
    order = (MaskRow.image_id, MaskRow.frame, MaskRow.label)
    return [_mask(row) for row in connection.execute(query.order_by(*order))]


def _mask(row: Row[Any]) -> FrameMask:
    return FrameMask(
        id=row.id,
        owner=row.owner,
        image_id=row.image_id,
        t=row.frame,
        label=row.label,
        color=row.color,
        points=_points(row.points),
        mask=unpack_mask(row.mask),
        created_at=row.created_at,
        changed_at=row.changed_at,
    )


def _points(rows: Sequence[Sequence[float]]) -> tuple[Prompt, ...]:
    return tuple(Prompt(PromptKind.POINT, ((y, x),), bool(is_positive)) for y, x, is_positive in rows)


def _row_of(new: NewMask) -> dict[str, Any]:
    return {
        "owner": new.owner,
        "image_id": new.image_id,
        "frame": new.t,
        "label": new.label,
        "color": new.color,
        "points": [[*prompt.points[0], float(prompt.is_positive)] for prompt in new.points],
        "mask": pack_mask(new.mask),
    }
