"""The ledger's part about who works on which run at the moment."""

from datetime import datetime

from sqlalchemy import select

from lib.datastore.database import Database
from lib.datastore.tables import SessionRow


class HoldersInLedger:
    """Reads sessions of all people, as far as others may know of them."""

    _database: Database

    def holders(self, since: datetime, but_not: str, image_id: str | None = None) -> dict[str, list[str]]:
        """Return who has an open session that was changed since a time, by image id.

        Args:
            since: Sessions that were left alone for longer do not count.
            but_not: Who asks.
            image_id: Only this run.
        """
        query = (
            select(SessionRow.image_id, SessionRow.owner)
            .where(SessionRow.used_at >= since, SessionRow.closed_at.is_(None), SessionRow.owner != but_not)
            .distinct()
            .order_by(SessionRow.image_id, SessionRow.owner)
        )
        if image_id is not None:
            query = query.where(SessionRow.image_id == image_id)
        by_run: dict[str, list[str]] = {}
        with self._database.reading() as connection:
            for held, owner in connection.execute(query):
                by_run.setdefault(held, []).append(owner)
        return by_run
