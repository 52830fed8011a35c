"""The ledger's part about who was sent to which run, so that two people do not label the same one."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update

from lib.datastore.database import Database
from lib.datastore.ids import check_image_id
from lib.datastore.ledger_runs import state_and_length
from lib.datastore.tables_learning import ReservationRow


class ReservationsInLedger:
    """Reservations of runs; one that has expired counts as none."""

    _database: Database

    def reserve(self, image_id: str, owner: str, lasting: timedelta) -> bool:
        """Reserve a run, or say no because somebody else has it; one's own is made longer.

        Raises:
            RunNotFoundError: The ledger has no such run.
        """
        now = datetime.now(UTC)
        mine = ReservationRow.image_id == check_image_id(image_id)

        def change(connection: Connection) -> bool:
            state_and_length(connection, image_id)
            free = or_(ReservationRow.owner == owner, ReservationRow.until <= now)
            values = {"owner": owner, "until": now + lasting}
            if connection.execute(update(ReservationRow).where(mine, free).values(values)).rowcount:
                return True
            if connection.scalar(select(ReservationRow.image_id).where(mine)) is not None:
                return False
            connection.execute(insert(ReservationRow).values(image_id=image_id, **values))
            return True

        return self._database.write(change)

    def unreserve(self, image_id: str, owner: str) -> None:
        """Give a run back; nothing happens where somebody else has it."""
        mine = (ReservationRow.image_id == check_image_id(image_id), ReservationRow.owner == owner)
        with self._database.writing() as connection:
            connection.execute(delete(ReservationRow).where(*mine))

    def reserved(self) -> dict[str, str]:
        """Return who has which run, by image id, without what has expired."""
        query = select(ReservationRow.image_id, ReservationRow.owner).where(
            ReservationRow.until > datetime.now(UTC)
        )
        with self._database.reading() as connection:
            return {image_id: owner for image_id, owner in connection.execute(query)}  # noqa: C416 (mypy knows rows as rows)
