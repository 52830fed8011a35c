"""QIDO-RS: pages of a search, as headers by keyword."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from dicomweb_client import DICOMwebClient
from pydicom.datadict import tag_for_keyword

FIELDS: Final = (
    "SOPClassUID",
    "SOPInstanceUID",
    "Modality",
    "SeriesDescription",
    "ContentDate",
    "ContentTime",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "SeriesNumber",
    "NumberOfFrames",
    "Rows",
    "Columns",
)
"""What RunRef and SegRef need; none of it says who the patient is."""

TAGS: Final = {keyword: f"{tag_for_keyword(keyword):08X}" for keyword in FIELDS}


def search_instances(
    client: DICOMwebClient, filters: Mapping[str, str], page_size: int, study_instance_uid: str | None = None
) -> Iterator[dict[str, Any]]:
    """Yield the header of every instance that fits, asking for page after page.

    A page may be shorter than asked for, because a PACS may have a limit of its own; so the end is
    an empty page, or one that brings nothing new because the PACS ignores the offset.
    """
    seen: set[str] = set()
    offset = 0
    while True:
        page = client.search_for_instances(
            study_instance_uid=study_instance_uid,
            search_filters=dict(filters),
            fields=list(FIELDS),
            limit=page_size,
            offset=offset,
        )
        n_before = len(seen)
        for header in map(header_of, page):
            uid = header.get("SOPInstanceUID")
            if uid and uid not in seen:
                seen.add(uid)
                yield header
        if len(seen) == n_before:
            return
        offset += len(page)


def header_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of DICOM JSON by keyword, first values only, without those that are empty.

    DICOM:
        DICOM JSON model, PS3.18 F.2.
    """
    values = {keyword: (item.get(tag) or {}).get("Value") for keyword, tag in TAGS.items()}
    return {keyword: value[0] for keyword, value in values.items() if value and value[0] is not None}
