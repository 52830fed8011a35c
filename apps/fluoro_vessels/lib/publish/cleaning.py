"""How objects of one patient are cleaned; the port to `lib.privacy`."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

from pydicom.dataset import Dataset
from pydicom.uid import SegmentationStorage

from lib.privacy.deidentify import Deidentifier
from lib.privacy.known import known_in
from lib.privacy.pixels import Answers, PixelReport, Region, clean_pixels, read_answers, write_doubts
from lib.privacy.report import HeaderReport
from lib.privacy.site_zones import with_zones

ANSWERS_END: Final = ".doubts.json"
MOST_LOOKS: Final = 4


class Cleaning(Protocol):
    """Makes objects fit to leave."""

    def known(self, objects: Iterable[Dataset]) -> frozenset[str]:
        """Return the names and numbers that the objects of a run tell."""
        ...

    def pixels(self, run: Dataset, known: frozenset[str], name: str) -> PixelReport:
        """Blank burned-in text in place; doubts are kept for a person under a name.

        Raises:
            PixelDataError: The pixels are broken.
        """
        ...

    def header(self, dataset: Dataset, known: frozenset[str]) -> HeaderReport:
        """De-identify a header in place.

        Raises:
            DeidentifyError: It cannot be done.
        """
        ...

    def shows_text(self, dataset: Dataset, known: frozenset[str], name: str) -> bool:
        """Tell whether text is left in the pixels of a cleaned object; `name` is that of its run."""
        ...


@dataclass(frozen=True)
class SiteCleaning:
    """Cleans with the key of this site.

    Attributes:
        deidentifier: For the headers; one for the whole set.
        doubts: Folder for pictures of what a person has to decide, outside the set, and for the answers.
        keep_markers: Leave lead markers (L, R).
        zones: The site's own table of zones.
    """

    deidentifier: Deidentifier
    doubts: Path
    keep_markers: bool = True
    zones: Path | None = None

    def known(self, objects: Iterable[Dataset]) -> frozenset[str]:
        """See `Cleaning.known`."""
        return frozenset().union(*map(known_in, objects))

    def pixels(self, run: Dataset, known: frozenset[str], name: str) -> PixelReport:
        """See `Cleaning.pixels`; what a person answered to earlier doubts is followed."""
        report = self._settled(run, known, name)
        if not report.may_leave:
            self.doubts.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_doubts(run, report, self.doubts, name)
        return report

    def header(self, dataset: Dataset, known: frozenset[str]) -> HeaderReport:
        """See `Cleaning.header`."""
        return self.deidentifier.clean(dataset, known, pixels_clean=_has_pictures(dataset))

    def shows_text(self, dataset: Dataset, known: frozenset[str], name: str) -> bool:
        """See `Cleaning.shows_text`: cleaning the pixels once more would change them or raise a doubt."""
        if not _has_pictures(dataset):
            return False
        before = dataset.PixelData
        report = self._look(dataset, known, name)
        return bool(report.doubtful) or dataset.PixelData != before

    def _settled(self, run: Dataset, known: frozenset[str], name: str) -> PixelReport:
        """Look until nothing more is blanked: what is black may let other things look like text.

        The last look finds what another look would; a run that does not settle must not refuse the set.
        """
        report = self._look(run, known, name)
        for _ in range(MOST_LOOKS):
            if report.doubtful or not report.blanked:
                return report
            before, again = run.PixelData, self._look(run, known, name)
            report = replace(again, blanked=tuple(dict.fromkeys((*report.blanked, *again.blanked))))
            if run.PixelData == before:
                return report
        return replace(report, doubtful=(Region(0, 0, run.Rows, run.Columns),))

    def _look(self, dataset: Dataset, known: frozenset[str], name: str) -> PixelReport:
        path = self.doubts / f"{name}{ANSWERS_END}"
        answers = with_zones(read_answers(path) if path.is_file() else Answers(), dataset, self.zones)
        return clean_pixels(dataset, known_words=known, keep_markers=self.keep_markers, answers=answers)


def _has_pictures(dataset: Dataset) -> bool:
    """Tell whether text could be burned in; the pixels of a segmentation are no picture."""
    return "PixelData" in dataset and dataset.SOPClassUID != SegmentationStorage
