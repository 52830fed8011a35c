from pathlib import Path

import pytest

from lib.errors import ZoneTableError
from lib.privacy.pixels import Answers, Region
from lib.privacy.pixels.report import Why
from lib.privacy.site_zones import require_zones, with_zones
from tests.builders import build_xa

HEAD = "manufacturer,model,image_type,rows,columns,top,left,bottom,right,source\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "our zones.csv"
    path.write_text(f"{HEAD}acme,,,,,0,0,8,20,measured on site\n")
    return path


def test_a_zone_of_the_site_is_blanked_beside_what_a_person_said(table: Path) -> None:
    answers = Answers(blank=(Region(20, 0, 24, 9),), keep=(Region(1, 1, 2, 2),))

    ours = with_zones(answers, build_xa(Manufacturer="ACME"), table)
    other = with_zones(answers, build_xa(Manufacturer="Other"), table)

    assert ours.blank == (*answers.blank, Region(0, 0, 8, 20, Why.ZONE))
    assert ours.keep == answers.keep
    assert other == answers


def test_a_site_without_a_table_adds_nothing() -> None:
    require_zones(None)

    assert with_zones(Answers(), build_xa(), None) == Answers()


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", None])
def test_a_table_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "zones.csv"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ZoneTableError, match="cannot be read as UTF-8"):
        require_zones(path)
