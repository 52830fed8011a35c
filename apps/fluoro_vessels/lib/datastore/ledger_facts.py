"""The ledger's part about what the headers of runs say: read once, for lists of thousands."""

from dataclasses import asdict, fields
from typing import Final

from sqlalchemy import Connection, insert, select, update

from lib.datastore.database import Database
from lib.datastore.ids import check_image_id
from lib.datastore.ledger_runs import state_and_length
from lib.datastore.records import RunFacts
from lib.datastore.tables import RunFactsRow

_FACTS: Final = tuple(getattr(RunFactsRow, field.name) for field in fields(RunFacts))


class FactsInLedger:
    """Facts of runs that somebody opened; a run never changes, so neither do they."""

    _database: Database

    def put_run_facts(self, facts: RunFacts) -> None:
        """Keep what was read of a run; what is there already stays.

        Raises:
            RunNotFoundError: The ledger has no such run.
        """

        def change(connection: Connection) -> None:
            state_and_length(connection, facts.image_id)
            known = select(RunFactsRow.image_id).where(RunFactsRow.image_id == facts.image_id)
            if connection.scalar(known) is None:
                connection.execute(insert(RunFactsRow).values(**asdict(facts)))

        self._database.write(change)

    def note_fullest_frame(self, image_id: str, t: int) -> None:
        """Keep which frame of a run shows the vessels best, once its facts are there."""
        this_run = update(RunFactsRow).where(RunFactsRow.image_id == check_image_id(image_id))
        with self._database.writing() as connection:
            connection.execute(this_run.values(fullest_frame=t))

    def run_facts_of(self, image_id: str) -> RunFacts | None:
        """Return the facts of a run, None until somebody read them."""
        query = select(*_FACTS).where(RunFactsRow.image_id == check_image_id(image_id))
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else RunFacts(*row)

    def run_facts(self) -> dict[str, RunFacts]:
        """Return all facts that were read, by image id."""
        with self._database.reading() as connection:
            return {row.image_id: RunFacts(*row) for row in connection.execute(select(*_FACTS))}
