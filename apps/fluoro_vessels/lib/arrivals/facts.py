"""What rules ask of a run: a few facts of its header."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pydicom.dataset import Dataset

from lib.frames.read import read_header
from lib.frames.values import Values

_DESCRIPTIONS: Final = ("SeriesDescription", "StudyDescription", "ProtocolName")


@dataclass(frozen=True)
class ArrivalFacts:
    """Facts of a run; an empty tuple where the header does not say.

    Attributes:
        modality: Modality (0008,0060).
        body_parts: Body Part Examined (0018,0015), and what Anatomic Region Sequence (0008,2218) means.
        stations: Station Name (0008,1010).
        descriptions: Series (0008,103E) and Study Description (0008,1030), Protocol Name (0018,1030).
        senders: AE title of the node that stored it here by DICOM.
        n_frames: Of the run.
    """

    modality: tuple[str, ...]
    body_parts: tuple[str, ...]
    stations: tuple[str, ...]
    descriptions: tuple[str, ...]
    senders: tuple[str, ...]
    n_frames: int


def facts_of(header: Dataset, senders: tuple[str, ...] = ()) -> ArrivalFacts:
    """Return the facts of a header.

    Raises:
        FrameError: It is that of no run.
    """
    values = Values(header)
    return ArrivalFacts(
        modality=values.texts("Modality"),
        body_parts=(*values.texts("BodyPartExamined"), *_regions(header)),
        stations=values.texts("StationName"),
        descriptions=tuple(text for name in _DESCRIPTIONS for text in values.texts(name)),
        senders=senders,
        n_frames=read_header(header).n_frames,
    )


def _regions(header: Dataset) -> Iterator[str]:
    """Yield what the codes of the anatomic region mean; Enhanced objects have them in their groups.

    DICOM: PS3.3 10.5; Frame Anatomy Macro, C.7.6.16.2.8.
    """
    yield from _meanings(Values(header))
    for group in Values(header).items("SharedFunctionalGroupsSequence"):
        for anatomy in group.items("FrameAnatomySequence"):
            yield from _meanings(anatomy)


def _meanings(values: Values) -> Iterator[str]:
    for region in values.items("AnatomicRegionSequence"):
        yield from region.texts("CodeMeaning")
