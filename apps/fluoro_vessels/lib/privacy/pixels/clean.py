"""The door of this room: burned-in text leaves the pixels of a dataset."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pydicom.dataset import Dataset
from pydicom.uid import UID, SegmentationStorage

from lib.errors import DoubtfulPixelsError
from lib.frames.layout import read_layout
from lib.frames.stored import read_codes
from lib.frames.values import Values
from lib.privacy.pixels.finding import find_text, is_crowded
from lib.privacy.pixels.judging import Verdict, judge
from lib.privacy.pixels.markers import find_markers
from lib.privacy.pixels.merging import merged, touches
from lib.privacy.pixels.recoding import blank, has_uncounted_frames
from lib.privacy.pixels.report import PixelReport, Region, Why
from lib.privacy.pixels.stills import Stills, stills_of
from lib.privacy.pixels.zones import zones_of


@dataclass(frozen=True)
class Answers:
    """What a person who looked at the doubtful regions of an instance said.

    Attributes:
        blank: Regions to make black.
        keep: Regions that hold nothing that identifies.
    """

    blank: tuple[Region, ...] = ()
    keep: tuple[Region, ...] = ()


NO_ANSWERS: Final = Answers()
COVERED: Final = 0.9
"""Share of a doubt that an answer must cover to settle it."""


def clean_pixels(
    dataset: Dataset,
    *,
    known_words: frozenset[str] = frozenset(),
    keep_markers: bool = True,
    answers: Answers = NO_ANSWERS,
    is_strict: bool = False,
) -> PixelReport:
    """Blank burned-in text on every frame, in place.

    Where nothing is found the pixel data stay as they are, byte for byte; only frames that the header does
    not count are cut off, since nobody sees them. With a doubt left the sure
    regions are blanked all the same; the caller must not let the object out (`PixelReport.may_leave`).
    Where no doubt is left, Burned In Annotation (0028,0301) becomes NO; where it said YES and nothing is
    found, that is a doubt.

    Args:
        dataset: An object with file meta information; one without pictures gives an empty report.
        known_words: Names and numbers of the patient from the header, as they stand there; a region in which
            one of them is read is never kept, however short.
        keep_markers: Leave lead markers (L, R), which say what side is shown.
        answers: What a person said to the doubts of an earlier look at the same instance.
        is_strict: Raise where a doubt is left; the dataset is unchanged then.

    Raises:
        DoubtfulPixelsError: A doubt is left and `is_strict`.
        PixelDataError: The pixel data are broken.
        UnsupportedImageError: The pixels are of a kind that nothing here reads.
        ReaderMissingError: Something has to be read, and tesseract is not installed.

    DICOM:
        Clean Pixel Data Option, PS3.15 E.3.1.
    """
    if "PixelData" not in dataset or dataset.get("SOPClassUID") == SegmentationStorage:
        return PixelReport((), (), (), "no pictures")
    values = Values(dataset)
    uid = values.text("SOPInstanceUID") or "without UID"
    layout = read_layout(values, uid)
    codes = read_codes(values, layout, uid)
    verdict = _verdict(stills_of(codes, layout), known_words, keep_markers=keep_markers)
    text = merged([*verdict.text, *answers.blank, *zones_of(dataset)])
    doubtful = _open_doubts(verdict.doubtful, (*text, *answers.keep))
    if not doubtful and "YES" in values.texts("BurnedInAnnotation") and not (text or answers.keep):
        doubtful = (Region(0, 0, layout.rows, layout.columns, Why.HEADER),)
    if doubtful and is_strict:
        raise DoubtfulPixelsError(uid, len(doubtful))
    if text or has_uncounted_frames(dataset, layout, len(codes)):
        text = blank(dataset, layout, codes, text)
    if not doubtful:
        dataset.BurnedInAnnotation = "NO"
    method = _method(len(codes), layout.transfer_syntax_uid, dataset)
    return PixelReport(text, doubtful, (*verdict.kept, *answers.keep), method)


def _verdict(stills: Stills, known_words: frozenset[str], *, keep_markers: bool) -> Verdict:
    """Judge the pictures of a run, single letters of lead markers among them."""
    if is_crowded(stills.mean):
        rows, columns = stills.mean.shape
        return Verdict((), (Region(0, 0, rows, columns, Why.CROWDED),), ())
    verdict = judge(find_text(stills), known_words, keep_markers=keep_markers)
    markers = [
        one for one in find_markers(stills.mean) if not any(touches(one, text) for text in verdict.text)
    ]
    if keep_markers:
        return replace(verdict, kept=(*verdict.kept, *markers))
    return replace(verdict, text=merged([*verdict.text, *markers]))


def _open_doubts(doubtful: Iterable[Region], settled: Sequence[Region]) -> tuple[Region, ...]:
    """Return the doubts that no zone and no answer of a person covers."""
    return tuple(one for one in doubtful if not any(other.covers(one, COVERED) for other in settled))


def _method(n_frames: int, before: UID, dataset: Dataset) -> str:
    """Return how the pixels were looked at and stored."""
    looked = "the picture" if n_frames == 1 else f"mean, brightest and darkest values of {n_frames} frames"
    after = getattr(getattr(dataset, "file_meta", None), "TransferSyntaxUID", before)
    stored = "stored as before" if after == before else f"stored again without loss as {after.name}"
    return f"text looked for in {looked}; {stored}"
