"""Text that a station burned into the pictures: found, blanked on every frame, or held back for a person."""

from lib.privacy.pixels.clean import Answers, clean_pixels
from lib.privacy.pixels.doubt import doubt_picture, read_answers, report_facts, write_doubts
from lib.privacy.pixels.reading import require_reader
from lib.privacy.pixels.report import PixelReport, Region

__all__ = [
    "Answers",
    "PixelReport",
    "Region",
    "clean_pixels",
    "doubt_picture",
    "read_answers",
    "report_facts",
    "require_reader",
    "write_doubts",
]
