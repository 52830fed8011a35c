"""Words that a set says by itself, so that they tell nothing of a person."""

from collections.abc import Collection
from typing import Final

from pydicom.uid import UID_dictionary  # type: ignore[attr-defined]

from lib.labels import LabelTable
from lib.metadata.run import FRAME_COLUMNS, RUN_COLUMNS
from lib.publish import data_sheet
from lib.publish.pictures import FORMATS
from lib.publish.scan.plain import plain, words
from lib.seg.series import software_version

SHEET_TEXTS: Final = (
    data_sheet.PURPOSE,
    data_sheet.MADE,
    data_sheet.CLEANED,
    data_sheet.FORBIDDEN,
    data_sheet.FILES,
)
FIXED: Final = (
    "written license purpose what split patients runs frames labels equipment body part view annotator "
    "approved agreement train val test images annotations instances categories videos supercategory "
    "vessel color counts segmentation background channel names number training file ending fluoro vessels "
    "software method meaning changes remarks pixels blanked kept identity removed clean option "
    "confidentiality profile application basic retain longitudinal temporal information modified dates "
    "safe private descriptors graphics structured content projection primary original derived single "
    "plane static dynamic"
)


def own_words(table: LabelTable, allowed: Collection[str] = ()) -> frozenset[str]:
    """Return the words of labels, columns, formats, SOP classes and the data sheet, and our version.

    Args:
        table: The labels.
        allowed: Words that a person says tell nothing.
    """
    texts = [*SHEET_TEXTS, FIXED, *(how.notes for how in FORMATS.values()), *allowed]
    texts += [column.name for column in (*RUN_COLUMNS, *FRAME_COLUMNS)]
    texts += [entry[0] for entry in UID_dictionary.values()]
    for label in table:
        codes = (label.category, label.type, *label.modifiers)
        texts += [*label.all_names(), label.set_name, *(code.meaning for code in codes)]
    whole = {plain(text) for text in (software_version(), *allowed)}
    return frozenset(word for text in texts for word in words(plain(text.replace("_", " ")))) | whole
