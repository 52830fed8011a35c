"""Which run next: the answer to Next Sample."""
