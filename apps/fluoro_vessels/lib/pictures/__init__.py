"""Arrays become pictures for people: PNG, overlays, movies. Never for measuring."""
