"""Vessel trees in three dimensions: how each territory branches."""
