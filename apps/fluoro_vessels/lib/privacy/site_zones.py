"""A site's own table of zones: where its stations always write, beside the zones that are shipped."""

from dataclasses import replace
from pathlib import Path

from pydicom.dataset import Dataset

from lib.errors import ZoneTableError
from lib.privacy.pixels import Answers
from lib.privacy.pixels.zones import read_zones, zones_of


def require_zones(table: Path | None) -> None:
    """Read a site's table once, before the first picture is looked at.

    Raises:
        ZoneTableError: It cannot be read, or a line of it is no zone.
    """
    if table is None:
        return
    try:
        read_zones(table)
    except (OSError, UnicodeDecodeError) as error:
        raise ZoneTableError(str(table), 1, "the table cannot be read as UTF-8 text") from error


def with_zones(answers: Answers, dataset: Dataset, table: Path | None) -> Answers:
    """Return what a person said, and the site's zones of an object as regions to make black.

    Args:
        answers: What a person said to doubts.
        dataset: The object; its station, Image Type and size decide which zones hold.
        table: The site's table; None: it has none.
    """
    if table is None:
        return answers
    return replace(answers, blank=(*answers.blank, *zones_of(dataset, table)))
