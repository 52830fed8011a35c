"""What the server remembers: the ledger, saved labels, the cache of runs and the outbox."""
