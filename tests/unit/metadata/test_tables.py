"""Tables as files."""

import csv
import io

import pyarrow.parquet
import pytest

from lib.metadata.columns import Column
from lib.metadata.run import FRAME_COLUMNS, RUN_COLUMNS, read_metadata
from lib.metadata.tables import TableKind, csv_bytes, parquet_bytes, table_bytes
from tests.builders import build_rf, build_xa

COLUMNS = (
    Column("words", str, "", "", ""),
    Column("size", float, "mm", "how large", ""),
    Column("is_good", bool, "", "", ""),
    Column("count", int, "", "", ""),
)


def test_csv_leaves_empty_what_nobody_knows_and_quotes_commas() -> None:
    rows = [
        {"words": 'a,"b"', "size": 1 / 3, "is_good": True, "count": 2},
        dict.fromkeys(("words", "size", "is_good", "count")),
    ]

    text = csv_bytes(rows, COLUMNS).decode()

    assert text == 'words,size,is_good,count\n"a,""b""",0.333333333,true,2\n,,,\n'


def test_parquet_keeps_types_and_units_also_of_empty_columns() -> None:
    rows = [{"words": None, "size": None, "is_good": None, "count": 1}]

    table = pyarrow.parquet.read_table(io.BytesIO(parquet_bytes(rows, COLUMNS)))

    assert [str(kind) for kind in table.schema.types] == ["string", "double", "bool", "int64"]
    assert table.schema.field("size").metadata[b"unit"] == b"mm"
    assert table.to_pylist() == rows


@pytest.mark.parametrize("kind", TableKind)
def test_runs_of_all_kinds_fit_one_table(kind: TableKind) -> None:
    read = [read_metadata(build_xa()), read_metadata(build_rf())]

    runs = table_bytes(kind, [one.run for one in read], RUN_COLUMNS)
    frames = table_bytes(kind, [row for one in read for row in one.frames], FRAME_COLUMNS)

    assert (n_rows(kind, runs), n_rows(kind, frames)) == (2, 5)


def n_rows(kind: TableKind, data: bytes) -> int:
    if kind is TableKind.CSV:
        return len(list(csv.DictReader(io.StringIO(data.decode()))))
    return int(pyarrow.parquet.read_table(io.BytesIO(data)).num_rows)
