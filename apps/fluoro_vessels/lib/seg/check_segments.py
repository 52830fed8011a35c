"""What is wrong with the descriptions of the segments."""

from collections.abc import Iterator
from typing import Final

from pydicom.dataset import Dataset

CODE_SEQUENCES: Final = ("SegmentedPropertyCategoryCodeSequence", "SegmentedPropertyTypeCodeSequence")


def check_segments(seg: Dataset) -> Iterator[str]:
    """Yield a sentence for each mistake in the Segment Sequence."""
    segments = list(seg.get("SegmentSequence") or [])
    numbers = [segment.get("SegmentNumber") for segment in segments]
    if len(set(numbers)) != len(numbers):
        yield f"Segment numbers {_listed(numbers)} are not unique."
    elif numbers != list(range(1, len(numbers) + 1)):
        yield f"Segment numbers {_listed(numbers)} do not count 1, 2, 3; viewers take them as positions."
    for segment in segments:
        yield from _check_segment(segment)


def _check_segment(segment: Dataset) -> Iterator[str]:
    name = f"Segment {segment.get('SegmentNumber')}"
    if not segment.get("SegmentLabel"):
        yield f"{name} has no label, so viewers show it without a name."
    for keyword in CODE_SEQUENCES:
        codes = segment.get(keyword) or [Dataset()]
        has_value = any(codes[0].get(value) for value in ("CodeValue", "LongCodeValue", "URNCodeValue"))
        if not has_value or not codes[0].get("CodeMeaning"):
            yield f"{name} has no complete code in {keyword}; Slicer and dcmqi refuse it."
    kind = segment.get("SegmentAlgorithmType")
    if kind not in ("AUTOMATIC", "SEMIAUTOMATIC", "MANUAL"):
        yield f"{name} does not say whether it is AUTOMATIC, SEMIAUTOMATIC or MANUAL."
    elif kind != "MANUAL" and not segment.get("SegmentAlgorithmName"):
        yield f"{name} is {kind}, but does not name its algorithm."
    color = segment.get("RecommendedDisplayCIELabValue")
    if color is not None and len(color) != 3:
        yield f"{name} has a colour that is not three CIELab values."


def _listed(numbers: list[int | None]) -> str:
    return ", ".join(str(number) for number in numbers)
