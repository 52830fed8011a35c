"""Errors of settings."""

from lib.errors.kinds import InvalidInputError


class SettingsError(InvalidInputError):
    """A setting is unknown, malformed or out of its limits."""
