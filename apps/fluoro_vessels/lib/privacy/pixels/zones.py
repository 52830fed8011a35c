"""Fixed zones: where a station always writes, by its model; kept in zones.csv.

A site adds lines for its own stations: words of Manufacturer and Manufacturer's Model Name, a value of Image
Type, the size of the picture, and the zone in pixels. What is left empty holds for all; a line without a zone
means the whole picture.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from pydicom.dataset import Dataset

from lib.errors import ZoneTableError
from lib.frames.values import Values
from lib.privacy.pixels.report import Region, Why

TABLE: Final = Path(__file__).with_name("zones.csv")
SIDES: Final = ("top", "left", "bottom", "right")


@dataclass(frozen=True)
class Zone:
    """Where the stations of one kind write.

    Attributes:
        manufacturer: Words in Manufacturer (0008,0070), in small letters; empty for any.
        model: Words in Manufacturer's Model Name (0008,1090); likewise.
        image_type: One value of Image Type (0008,0008); empty for any.
        size: Rows and columns that the picture must have; None for any.
        sides: Top, left, bottom and right; None for the whole picture.
    """

    manufacturer: str
    model: str
    image_type: str
    size: tuple[int, int] | None
    sides: tuple[int, int, int, int] | None

    def holds_for(self, header: Values) -> bool:
        """Tell whether an object was made by such a station."""
        size = (header.integer("Rows"), header.integer("Columns"))
        return (
            self.manufacturer in (header.text("Manufacturer") or "").casefold()
            and self.model in (header.text("ManufacturerModelName") or "").casefold()
            and (not self.image_type or self.image_type in header.texts("ImageType"))
            and self.size in (None, size)
        )

    def region(self, rows: int, columns: int) -> Region:
        """Return the zone in a picture, cut off at its edges."""
        top, left, bottom, right = self.sides or (0, 0, rows, columns)
        return Region(top, left, min(bottom, rows), min(right, columns), Why.ZONE)


def zones_of(dataset: Dataset, table: Path = TABLE) -> tuple[Region, ...]:
    """Return the zones in which the station that made an object writes; () for one that is not known.

    Raises:
        ZoneTableError: A line of the table is no zone.
    """
    header = Values(dataset)
    rows, columns = header.integer("Rows") or 0, header.integer("Columns") or 0
    found = (zone.region(rows, columns) for zone in read_zones(table) if zone.holds_for(header))
    return tuple(region for region in found if region.height > 0 and region.width > 0)


@cache
def read_zones(table: Path) -> tuple[Zone, ...]:
    """Return the zones of a table.

    Raises:
        ZoneTableError: A line is no zone.
    """
    with table.open(encoding="utf-8", newline="") as file:
        return tuple(_zones(table.name, csv.DictReader(file)))


def _zones(name: str, lines: "csv.DictReader[str]") -> Iterator[Zone]:
    for number, line in enumerate(lines, 2):
        try:
            size, sides = _numbers(line, ("rows", "columns")), _numbers(line, SIDES)
            yield Zone(
                line["manufacturer"].casefold(),
                line["model"].casefold(),
                line["image_type"],
                None if size is None else (size[0], size[1]),
                None if sides is None else (sides[0], sides[1], sides[2], sides[3]),
            )
        except (KeyError, AttributeError) as error:
            raise ZoneTableError(name, number, "a column is missing") from error
        except ValueError as error:
            raise ZoneTableError(name, number, "a number is missing or none") from error


def _numbers(line: dict[str, str], names: tuple[str, ...]) -> tuple[int, ...] | None:
    """Return the numbers of some columns; None where all are empty."""
    if not any(line[name] for name in names):
        return None
    return tuple(int(line[name]) for name in names)
