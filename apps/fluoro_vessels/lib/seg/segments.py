"""The Segment Sequence: what each segment is, who made it and which colour it has.

DICOM: Segment Description Macro, PS3.3 C.8.20.4; colours as CIELab, C.10.7.1.1.
"""

from typing import Final

from highdicom.color import CIELabColor
from highdicom.content import AlgorithmIdentificationSequence
from highdicom.seg import SegmentDescription
from pydicom.dataset import Dataset

from lib.labels import Code
from lib.seg.codes import OWN_SCHEME, coded, item, one_line
from lib.seg.content import AlgorithmType, Maker, Segment

DRAWN_BY: Final = "Drawn by "
"""Start of the Segment Description of a manual segment; the standard has no other place for the person."""

NO_VERSION: Final = "unknown"
"""Algorithm Version may not be empty."""


def segment_item(number: int, segment: Segment) -> SegmentDescription:
    """Return the item of the Segment Sequence for a segment; numbers count from 1."""
    label, maker = segment.label, segment.maker
    described = SegmentDescription(
        segment_number=number,
        segment_label=label.name,
        segmented_property_category=coded(label.category),
        segmented_property_type=coded(label.type),
        algorithm_type=maker.type.value,
        algorithm_identification=_algorithm(maker),
        display_color=CIELabColor.from_rgb(*label.color),
    )
    if label.modifiers:
        property_type = described.SegmentedPropertyTypeCodeSequence[0]
        property_type.SegmentedPropertyTypeModifierCodeSequence = [coded(code) for code in label.modifiers]
    if maker.type is AlgorithmType.MANUAL:
        described.SegmentDescription = DRAWN_BY + one_line(maker.name)
    return described


def _algorithm(maker: Maker) -> AlgorithmIdentificationSequence | None:
    if maker.type is AlgorithmType.MANUAL:
        return None
    return AlgorithmIdentificationSequence(
        name=one_line(maker.name),
        family=coded(maker.family),
        version=one_line(maker.version) or NO_VERSION,
    )


def maker_of(described: Dataset, author: str) -> Maker:
    """Return who made the segment of this item; a person who is not named is the author."""
    name = str(described.get("SegmentAlgorithmName") or "").strip()
    kind = AlgorithmType.MANUAL
    if described.get("SegmentAlgorithmType") in list(AlgorithmType):
        kind = AlgorithmType(described.SegmentAlgorithmType)
    if kind is AlgorithmType.MANUAL:
        text = str(described.get("SegmentDescription") or "")
        drawn_by = text.removeprefix(DRAWN_BY) if text.startswith(DRAWN_BY) else ""
        return Maker(kind, drawn_by or name or author or NO_VERSION, "")
    algorithm = (described.get("SegmentationAlgorithmIdentificationSequence") or [Dataset()])[0]
    version = str(algorithm.get("AlgorithmVersion") or "")
    return Maker(kind, name or NO_VERSION, "" if version == NO_VERSION else version)


def own_scheme_item() -> Dataset:
    """Return what says whose the scheme 99FLUORO is.

    DICOM: Coding Scheme Identification Sequence (0008,0110), PS3.3 C.12.1.
    """
    return item(
        CodingSchemeDesignator=OWN_SCHEME,
        CodingSchemeName="Fluoro Vessels: what published codes do not say",
        CodingSchemeResponsibleOrganization="Fluoro Vessels",
    )


def schemes(segments: tuple[Segment, ...]) -> set[str]:
    """Return the coding schemes that these segments use."""
    codes: list[Code] = []
    for segment in segments:
        codes += [segment.label.category, segment.label.type, *segment.label.modifiers]
    return {code.scheme for code in codes}
