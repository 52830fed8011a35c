"""Rows as files: CSV for people and spreadsheets, Parquet with types for programs."""

import csv
import io
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

from lib.metadata.columns import Cell, Column
from lib.metadata.run import Row

DIGITS: Final = 9
"""Significant digits of a number in CSV: more than any header has."""


class TableKind(StrEnum):
    """How a table is written; the value ends the file's name."""

    CSV = ".csv"
    PARQUET = ".parquet"


def table_bytes(kind: TableKind, rows: Iterable[Row], columns: Sequence[Column]) -> bytes:
    """Return a table as a file of a kind."""
    return {TableKind.CSV: csv_bytes, TableKind.PARQUET: parquet_bytes}[kind](rows, columns)


def csv_bytes(rows: Iterable[Row], columns: Sequence[Column]) -> bytes:
    """Return rows as CSV (RFC 4180, UTF-8); what nobody knows is empty, yes or no is true or false."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column.name for column in columns)
    writer.writerows([_shown(row[column.name]) for column in columns] for row in rows)
    return text.getvalue().encode()


def parquet_bytes(rows: Iterable[Row], columns: Sequence[Column]) -> bytes:
    """Return rows as Parquet; each column knows its unit and meaning, what nobody knows is null."""
    import pyarrow  # type: ignore[import-untyped]
    import pyarrow.parquet  # type: ignore[import-untyped]

    types = {str: pyarrow.string(), int: pyarrow.int64(), float: pyarrow.float64(), bool: pyarrow.bool_()}
    schema = pyarrow.schema(
        pyarrow.field(one.name, types[one.kind], metadata={"unit": one.unit, "means": one.means})
        for one in columns
    )
    sink = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist([dict(row) for row in rows], schema=schema), sink)
    return bytes(sink.getvalue())


def _shown(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    return f"{cell:.{DIGITS}g}" if isinstance(cell, float) else str(cell)
