"""docs/metadata.md lists the columns as they are."""

from collections.abc import Sequence

import pytest

from lib.metadata.columns import KINDS, Column
from lib.metadata.run import FRAME_COLUMNS, RUN_COLUMNS
from lib.settings import PROJECT_FOLDER


def line(column: Column) -> str:
    cells = (f"`{column.name}`", KINDS[column.kind], column.unit, column.means, column.dicom)
    return "| " + " | ".join(cells) + " |"


@pytest.mark.parametrize("columns", [RUN_COLUMNS, FRAME_COLUMNS], ids=["runs", "frames"])
def test_the_page_lists_every_column_in_its_order(columns: Sequence[Column]) -> None:
    page = (PROJECT_FOLDER / "docs" / "metadata.md").read_text(encoding="utf-8")

    table = "\n".join(map(line, columns))

    assert table in page, f"docs/metadata.md should list\n{table}"
