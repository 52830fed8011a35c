"""The door of this room: a dataset becomes one that tells not who was filmed, where, when and by whom."""

from dataclasses import dataclass, field
from typing import Final

from pydicom.dataset import Dataset

from lib.errors import LeftOverError, MediaDirectoryError, MissingUidError, NoImageError, PrivateClassError
from lib.privacy.comments import drop_comments
from lib.privacy.free_text import TextCleaner
from lib.privacy.graphics import clear_unused_bits
from lib.privacy.known import known_in
from lib.privacy.left_over import left_over
from lib.privacy.options import Option, Profile
from lib.privacy.pseudonyms import Pseudonyms, identity_of
from lib.privacy.report import HeaderReport
from lib.privacy.safe_private import SafeList, shipped_list
from lib.privacy.statement import put_file_meta, put_statement
from lib.privacy.walk import walk
from lib.privacy.work import Work

WANTED: Final = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID")
STANDARD_ROOT: Final = "1.2.840.10008."
IMAGES: Final = ("1.2.840.10008.5.1.4.1.1.12.", "1.2.840.10008.5.1.4.1.1.7", "1.2.840.10008.5.1.4.1.1.1.")
"""X-ray runs, Secondary Captures and radiographs."""


@dataclass(frozen=True)
class Deidentifier:
    """How a site de-identifies: one for a whole set, so that its files go on fitting each other.

    Attributes:
        pseudonyms: Made with the site's key.
        profile: The Basic Profile with the chosen options.
        safe: Private elements that may stay under Retain Safe Private.
        more_words: Words of the site that are safe in texts, folded (`read_words`).
    """

    pseudonyms: Pseudonyms
    profile: Profile = field(default_factory=Profile)
    safe: SafeList = field(default_factory=shipped_list)
    more_words: frozenset[str] = frozenset()

    def clean(
        self, dataset: Dataset, known: frozenset[str] = frozenset(), *, pixels_clean: bool = False
    ) -> HeaderReport:
        """De-identify the header of one object in place, at every depth, with new file meta information.

        Args:
            dataset: The object.
            known: Names and numbers of the patient found in other files of the same patient (`known_in`).
            pixels_clean: The pixels were looked at for burned-in text, so the object says so.

        Raises:
            DeidentifyError: The object cannot be de-identified; it must not leave.
        """
        require_object(dataset)
        work = self._work(dataset, known | known_in(dataset))
        clear_unused_bits(dataset, work)
        drop_comments(dataset, work)
        walk(dataset, work)
        left = left_over(dataset, work)
        if left:
            raise LeftOverError(left)
        dataset.PatientName = dataset.PatientID = work.patient
        put_statement(dataset, self.profile, pixels_clean=pixels_clean)
        put_file_meta(dataset)
        notes = work.notes
        uid = str(dataset.SOPInstanceUID)
        return HeaderReport(uid, work.patient, self.profile, notes.changes(), tuple(notes.remarks))

    def _work(self, dataset: Dataset, known: frozenset[str]) -> Work:
        identity = identity_of(dataset)
        return Work(
            profile=self.profile,
            pseudonyms=self.pseudonyms,
            texts=TextCleaner(known, self.more_words, keeps_ages=self.profile.has(Option.PATIENT)),
            safe=self.safe,
            patient=self.pseudonyms.patient(identity),
            days=self.pseudonyms.day_shift(identity),
            sop_class=str(dataset.SOPClassUID),
        )


def require_object(dataset: Dataset) -> None:
    """Refuse what cannot be de-identified.

    Raises:
        DeidentifyError: It is a directory, of a vendor's own class, lacks UIDs, or is an image without one.
    """
    if "DirectoryRecordSequence" in dataset:
        raise MediaDirectoryError
    missing = [name for name in WANTED if not str(dataset.get(name) or "").strip()]
    if missing:
        raise MissingUidError(missing)
    sop_class = str(dataset.SOPClassUID)
    if not sop_class.startswith(STANDARD_ROOT):
        raise PrivateClassError
    if sop_class.startswith(IMAGES) and "PixelData" not in dataset:
        raise NoImageError
