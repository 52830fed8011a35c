"""Finds the label of our table that a segment of a SEG means.

Our own codes say it exactly. Foreign viewers often write one code for everything ("Tissue") and
the meaning into the Segment Label, so the text decides where the codes do not.
"""

from pydicom.dataset import Dataset

from lib.errors import SegError, UnknownLabelError
from lib.labels import Label, LabelTable
from lib.seg.codes import code_of


def label_of(described: Dataset, table: LabelTable) -> Label:
    """Return the label of an item of the Segment Sequence.

    The codes win where they mean one label only; then the Segment Label; then the meaning of the
    type code.

    Raises:
        SegError: The table has no such label.
    """
    text = str(described.get("SegmentLabel") or "")
    types = described.get("SegmentedPropertyTypeCodeSequence") or [Dataset()]
    type_code = code_of(types[0])
    modifiers = tuple(
        code_of(item) for item in types[0].get("SegmentedPropertyTypeModifierCodeSequence") or []
    )
    found = table.by_codes(type_code, modifiers) or _named(text, table) or _named(type_code.meaning, table)
    if found is None:
        raise SegError(
            f"Segment {described.get('SegmentNumber')} is {text!r} with type code {type_code}, and the label "
            "table has neither. Import a label of that name or code, then read the SEG again."
        )
    return found


def _named(name: str, table: LabelTable) -> Label | None:
    try:
        return table.by_name(name)
    except UnknownLabelError:
        return None
