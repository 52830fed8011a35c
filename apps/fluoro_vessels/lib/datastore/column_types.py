"""How the ledger keeps times, states and lists of numbers."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator, TypeEngine

from lib.datastore.states import LabelState, RunState, StateT


class UtcTime(TypeDecorator[datetime]):
    """Timezone-aware in and out, UTC.

    SQLite has no type for times. There they are text of one length, `2026-01-31T08:15:00.000000+00:00`,
    which sorts in the order of time and is the quickest to read.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return text for SQLite, a time with zone for others."""
        kind = String(32) if dialect.name == "sqlite" else DateTime(timezone=True)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Turn any aware time into UTC; a naive one is a programming error."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"time {value} has no time zone")
        utc = value.astimezone(UTC)
        return utc.isoformat(timespec="microseconds") if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Read what was written."""
        if value is None:
            return None
        return datetime.fromisoformat(value) if dialect.name == "sqlite" else value.astimezone(UTC)


class StateType(TypeDecorator[StateT]):
    """A state as its word."""

    impl = String(16)
    cache_ok = True
    _states: Mapping[str, StateT]

    def process_result_value(self, value: Any, dialect: Dialect) -> StateT | None:
        """Return the state that the word names."""
        del dialect
        return None if value is None else self._states[value]


class RunStateType(StateType[RunState]):
    """A run's state as its word."""

    cache_ok = True
    _states = {state.value: state for state in RunState}  # noqa: RUF012


class LabelStateType(StateType[LabelState]):
    """A label's state as its word."""

    cache_ok = True
    _states = {state.value: state for state in LabelState}  # noqa: RUF012


class Numbers(TypeDecorator[tuple[int, ...]]):
    """Frame numbers or indices as a JSON list; NULL means that nobody said."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_result_value(self, value: list[int] | None, dialect: Dialect) -> tuple[int, ...] | None:
        """Return the list as the tuple that records hold."""
        del dialect
        return None if value is None else tuple(value)
