"""Sequences that say nothing, for classes that cannot do without the ones that go (action D).

DICOM: PS3.15 E.1.1, action codes and note 13.
"""

from collections.abc import Callable
from typing import Final

from pydicom.datadict import tag_for_keyword
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag

from lib.privacy.needs import REPORTS

NOTHING: Final = "Removed"


def stand_in(tag: BaseTag, sop_class: str) -> Sequence | None:
    """Return what stands in for a sequence; None: it goes, as objects of this class can be without it."""
    maker = _MAKERS.get(int(tag))
    if maker is None or not sop_class.startswith(REPORTS):
        return None
    return Sequence([maker()])


def _finding() -> Dataset:
    """Return a content item that says that there was content."""
    item = Dataset()
    item.RelationshipType, item.ValueType = "CONTAINS", "TEXT"
    item.ConceptNameCodeSequence = [_code("121071", "DCM", "Finding")]
    item.TextValue = NOTHING
    return item


def _observer() -> Dataset:
    """Return a verifying observer who is nobody."""
    item = Dataset()
    item.VerifyingOrganization, item.VerificationDateTime = NOTHING, "19000101000000"
    item.VerifyingObserverName = NOTHING
    item.VerifyingObserverIdentificationCodeSequence = []
    return item


def _person() -> Dataset:
    return _code("REMOVED", "99REMOVED", NOTHING)


def _code(value: str, scheme: str, meaning: str) -> Dataset:
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = value, scheme, meaning
    return code


_MAKERS: Final[dict[int, Callable[[], Dataset]]] = {
    int(tag_for_keyword(name) or 0): maker
    for name, maker in (
        ("ContentSequence", _finding),
        ("VerifyingObserverSequence", _observer),
        ("PersonIdentificationCodeSequence", _person),
    )
}
