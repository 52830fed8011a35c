"""How objects of one patient are cleaned; the port to `lib.privacy`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from pydicom.dataset import Dataset
from pydicom.uid import SegmentationStorage

from lib.privacy.deidentify import Deidentifier
from lib.privacy.known import known_in
from lib.privacy.picture_cleaner import PictureCleaner
from lib.privacy.pixels import PixelReport
from lib.privacy.report import HeaderReport


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
        pictures: For the pixels; what a person has to decide lies outside the set.
    """

    deidentifier: Deidentifier
    pictures: PictureCleaner

    def known(self, objects: Iterable[Dataset]) -> frozenset[str]:
        """See `Cleaning.known`."""
        return frozenset().union(*map(known_in, objects))

    def pixels(self, run: Dataset, known: frozenset[str], name: str) -> PixelReport:
        """See `Cleaning.pixels`; what a person answered to earlier doubts is followed."""
        return self.pictures.clean(run, known, name)

    def header(self, dataset: Dataset, known: frozenset[str]) -> HeaderReport:
        """See `Cleaning.header`."""
        return self.deidentifier.clean(dataset, known, pixels_clean=_has_pictures(dataset))

    def shows_text(self, dataset: Dataset, known: frozenset[str], name: str) -> bool:
        """See `Cleaning.shows_text`: cleaning the pixels once more would change them or raise a doubt."""
        if not _has_pictures(dataset):
            return False
        before = dataset.PixelData
        report = self.pictures.look(dataset, known, name)
        return bool(report.doubtful) or dataset.PixelData != before


def _has_pictures(dataset: Dataset) -> bool:
    """Tell whether text could be burned in; the pixels of a segmentation are no picture."""
    return "PixelData" in dataset and dataset.SOPClassUID != SegmentationStorage
