"""A last look at an object that was de-identified: is a known name or number still in it?

Pixels and signals are no texts: a name of two letters stands in them by chance.
"""

from typing import Final

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from lib.privacy.actions import Action, action_of, row_of
from lib.privacy.values import CODES_OF_THINGS, PSEUDONYMS, TEXTS
from lib.privacy.walk import BYTES_THAT_STAY
from lib.privacy.work import Work

BYTES: Final = ("OB", "UN")
LONGEST_BYTES: Final = 65_536
"""Longer ones are no text."""


def left_over(dataset: Dataset, work: Work) -> list[str]:
    """Return the tags of elements that hold a known name or number; none, where the work was done well."""
    found = {str(element.tag) for element in dataset.iterall() if _tells(element, work)}
    return sorted(found)


def _tells(element: DataElement, work: Work) -> bool:
    if element.is_empty or element.tag in (*PSEUDONYMS, *CODES_OF_THINGS) or _is_kept(element, work):
        return False
    if element.VR in (*TEXTS, "PN", "AE", "UR"):
        texts = [str(part) for part in element.value] if element.VM > 1 else [str(element.value)]
        return not all(work.texts.is_clean(text) for text in texts)
    if element.tag in BYTES_THAT_STAY:
        return False
    if element.VR in BYTES and isinstance(element.value, bytes) and len(element.value) < LONGEST_BYTES:
        return not work.texts.is_clean(element.value.decode("latin-1"))
    return False


def _is_kept(element: DataElement, work: Work) -> bool:
    """Tell whether an option that was chosen keeps this attribute as it is."""
    row = None if element.tag.group % 2 else row_of(element.tag)
    if row is None:
        return False
    return action_of(row, element.tag, work.profile, work.sop_class)[0] is Action.KEEP
