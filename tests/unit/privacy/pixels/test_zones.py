from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from lib.errors import ZoneTableError
from lib.privacy.pixels.report import Region, Why
from lib.privacy.pixels.zones import TABLE, read_zones, zones_of

HEAD = "manufacturer,model,image_type,rows,columns,top,left,bottom,right,source\n"


def made_by(manufacturer: str, model: str, rows: int = 512, **elements: object) -> Dataset:
    header = Dataset()
    header.Manufacturer, header.ManufacturerModelName = manufacturer, model
    header.Rows, header.Columns = rows, 512
    for name, value in elements.items():
        setattr(header, name, value)
    return header


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "zones.csv"
    path.write_text(f"{HEAD}Acme,Angio 3,,512,512,0,300,40,600,measured on site\n")
    return path


def test_a_zone_holds_for_its_station_and_size_only(table: Path) -> None:
    assert zones_of(made_by("ACME Corp", "ANGIO 3000"), table) == (Region(0, 300, 40, 512, Why.ZONE),)
    assert zones_of(made_by("ACME Corp", "Angio 4"), table) == ()
    assert zones_of(made_by("Other", "Angio 3"), table) == ()
    assert zones_of(made_by("ACME Corp", "Angio 3", rows=1024), table) == ()


def test_the_table_that_comes_with_it_knows_copies_of_screens() -> None:
    copied = made_by("Any", "Any", ImageType=["DERIVED", "SECONDARY", "SCREEN SAVE"])

    assert len(read_zones(TABLE)) == 2
    assert zones_of(copied) == (Region(0, 0, 512, 512, Why.ZONE),)
    assert zones_of(made_by("Any", "Any", ImageType=["ORIGINAL", "PRIMARY"])) == ()


@pytest.mark.parametrize("line", ["Acme,A,,512,,,,,,", "Acme,A,,,,0,0,x,9,", "Acme,A,,,,0,0,,9,"])
def test_a_line_that_is_no_zone_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "zones.csv"
    path.write_text(f"{HEAD}{line}\n")

    with pytest.raises(ZoneTableError, match=r"Line 2 of zones.csv is no zone"):
        read_zones(path)
