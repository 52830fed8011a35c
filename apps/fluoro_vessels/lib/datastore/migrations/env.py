"""What Alembic runs: the ledger's own connection, inside the transaction that it began."""

from alembic import context

from lib.datastore.tables import Table

context.configure(connection=context.config.attributes["connection"], target_metadata=Table.metadata)
context.run_migrations()
