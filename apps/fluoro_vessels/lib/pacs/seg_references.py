"""What each SEG in a PACS refers to, asked for once."""

import logging
from collections.abc import Callable
from typing import Any, Final

from pydicom import Dataset
from requests.exceptions import HTTPError

from lib.pacs.runs import SegRef, references

logger = logging.getLogger(__name__)

SERIES: Final = ("00081115",)
GROUPS: Final = ("52009229", "52009230")
"""Referenced Series Sequence; Shared and Per-Frame Functional Groups Sequence, long and second choice."""

MOST_KEPT: Final = 50_000
PACS_TROUBLE: Final = (401, 403, 408, 429, 502, 503, 504)


class SegReferences:
    """Remembers references by SOP Instance UID: an instance never changes, so they stay true.

    An Orthanc returns no sequences in QIDO answers, so each SEG costs one request for its
    metadata (10 ms), the first time only.
    """

    def __init__(self) -> None:
        self._known: dict[str, frozenset[str]] = {}

    def of(self, seg: SegRef, metadata: Callable[[], dict[str, Any]]) -> frozenset[str]:
        """Return the UIDs that a SEG refers to; none where the PACS cannot read this one.

        Args:
            seg: The SEG.
            metadata: Fetches its DICOM JSON.

        Raises:
            requests.RequestException: The PACS does not answer.
        """
        known = self._known.get(seg.sop_instance_uid)
        if known is not None:
            return known
        try:
            item = metadata()
        except HTTPError as error:
            if error.response is not None and error.response.status_code in PACS_TROUBLE:
                raise
            item = {}
        found = _references_in(item)
        if not found:
            logger.warning("left out SEG %s: its metadata name no image", seg.sop_instance_uid)
        if item:
            self._remember(seg.sop_instance_uid, found)
        return found

    def _remember(self, sop_instance_uid: str, found: frozenset[str]) -> None:
        if len(self._known) >= MOST_KEPT:
            self._known.clear()
        self._known[sop_instance_uid] = found


def _references_in(item: dict[str, Any]) -> frozenset[str]:
    """Return the UIDs that a SEG's DICOM JSON refers to.

    Only what is needed is converted: the rest may hold the patient's name, and pydicom warns of
    malformed values with their text.
    """
    for tags in (SERIES, GROUPS):
        try:
            found = references(Dataset.from_json({tag: item[tag] for tag in tags if tag in item}))
        except (AttributeError, KeyError, TypeError, ValueError):
            continue
        if found:
            return found
    return frozenset()
