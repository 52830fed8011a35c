"""How a site cleans pictures: with its zones, a person's answers, and again until nothing more is found."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pydicom.dataset import Dataset

from lib.privacy.pixels import Answers, PixelReport, Region, clean_pixels, read_answers, write_doubts
from lib.privacy.site_zones import with_zones

ANSWERS_END: Final = ".doubts.json"
MOST_LOOKS: Final = 4


@dataclass(frozen=True)
class PictureCleaner:
    """Blanks burned-in text, and asks a person where it is in doubt.

    Attributes:
        doubts: Folder for pictures of what a person has to decide, and for the answers.
        keep_markers: Leave lead markers (L, R).
        zones: The site's own table of zones.
    """

    doubts: Path
    keep_markers: bool = True
    zones: Path | None = None

    def clean(self, dataset: Dataset, known: frozenset[str], name: str) -> PixelReport:
        """Blank text in place; doubts are written under a name, what a person answered is followed.

        Raises:
            PixelDataError: The pixels are broken.
        """
        report = self._settled(dataset, known, name)
        if not report.may_leave:
            self.doubts.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_doubts(dataset, report, self.doubts, name)
        return report

    def look(self, dataset: Dataset, known: frozenset[str], name: str) -> PixelReport:
        """Blank in place what one look finds."""
        path = self.doubts / f"{name}{ANSWERS_END}"
        answers = with_zones(read_answers(path) if path.is_file() else Answers(), dataset, self.zones)
        return clean_pixels(dataset, known_words=known, keep_markers=self.keep_markers, answers=answers)

    def _settled(self, dataset: Dataset, known: frozenset[str], name: str) -> PixelReport:
        """Look until nothing more is blanked: what is black may let other things look like text.

        What does not settle is a doubt of the whole picture.
        """
        report = self.look(dataset, known, name)
        for _ in range(MOST_LOOKS):
            if report.doubtful or not report.blanked:
                return report
            before, again = dataset.PixelData, self.look(dataset, known, name)
            report = replace(again, blanked=tuple(dict.fromkeys((*report.blanked, *again.blanked))))
            if dataset.PixelData == before:
                return report
        return replace(report, doubtful=(Region(0, 0, dataset.Rows, dataset.Columns),))
