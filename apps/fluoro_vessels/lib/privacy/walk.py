"""Goes through a dataset and all sequences in it, and does to each element what the profile asks.

DICOM: PS3.15 E.1.1: all instances of an attribute, in the main dataset or in an item of a sequence.
"""

from typing import Final

from pydicom.datadict import dictionary_has_tag, tag_for_keyword
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag

from lib.privacy import values
from lib.privacy.actions import Action, action_of, basic_action, row_of
from lib.privacy.graphics import drop_graphics, is_curve
from lib.privacy.options import Option
from lib.privacy.private import drop_private
from lib.privacy.sequences import stand_in
from lib.privacy.structured import drop_items, is_item
from lib.privacy.work import Path, Work

TEXT_IN_GRAPHIC: Final = tag_for_keyword("UnformattedTextValue")
TEXT_IN_REPORT: Final = tag_for_keyword("TextValue")
FREE_TEXTS: Final = ("LT", "ST", "UC", "UT")
FREE_NAMES: Final = ("Comment", "Comments", "Description", "Explanation", "Remarks", "Text")
"""Texts that people type, by VR or by how the attribute is called."""

BYTES_THAT_STAY: Final = frozenset(
    tag_for_keyword(name)
    for name in (
        "PixelData",
        "ICCProfile",
        "WaveformData",
        "WaveformPaddingValue",
        "ChannelMinimumValue",
        "ChannelMaximumValue",
    )
)


def walk(dataset: Dataset, work: Work, path: Path = (), *, is_typed: bool = False) -> None:
    """Clean one level and all below it, in place.

    Args:
        dataset: The object, or an item of a sequence.
        work: What is done, and where notes go.
        path: Tags of the sequences above.
        is_typed: Texts are what people typed, as they lie in a sequence that is cleaned as such.
    """
    for element in drop_private(dataset, work, path):
        _treat_private(element, work, path)
    drop_graphics(dataset, work, path)
    for tag in [tag for tag in list(dataset.keys()) if tag.group % 2 == 0]:
        here = (*path, f"({tag.group:04x},{tag.element:04x})")
        if not _may_stay(dataset, tag, work, here, is_typed):
            del dataset[tag]
            work.notes.change(here, "X")


def _treat_private(element: DataElement, work: Work, path: Path) -> None:
    here = (*path, f"({element.tag.group:04x},{element.tag.element:04x})")
    if element.VR == "SQ":
        for item in element.value:
            walk(item, work, here)
    else:
        values.unlisted(element, work, here)


def _may_stay(dataset: Dataset, tag: BaseTag, work: Work, path: Path, is_typed: bool) -> bool:
    """Treat one standard element; tell whether it stays."""
    if tag.element == 0 or not (dictionary_has_tag(tag) or is_curve(tag)):
        return False
    try:
        element = dataset[tag]
    except (ValueError, TypeError, NotImplementedError):
        work.notes.remark(path, "could not be read and is gone")
        return False
    row = row_of(tag)
    if row is None or is_curve(tag):
        return _treat_unlisted(element, work, path, is_typed)
    action, option = action_of(row, tag, work.profile, work.sop_class)
    if action is Action.CLEAN and option is Option.MODIFIED_DATES and element.VR not in values.DATES:
        action, option = basic_action(row, tag, work.sop_class), None
    return _treat(element, work, path, action, option)


def _treat(element: DataElement, work: Work, path: Path, action: Action, option: Option | None) -> bool:
    """Do what the table asks; tell whether the element stays."""
    if element.tag == TEXT_IN_GRAPHIC and work.has(Option.GRAPHICS):
        action = Action.CLEAN
    if action is Action.REMOVE:
        return False
    if element.VR == "SQ":
        return _treat_sequence(element, work, path, action, option)
    if action is Action.CLEAN and element.VR not in values.CLEANABLE:
        return _left_empty(element, work, path)
    treat = {
        Action.EMPTY: values.empty,
        Action.DUMMY: values.dummy,
        Action.UID: values.map_uid,
        Action.KEEP: values.keep,
        Action.CLEAN: values.clean,
    }[action]
    treat(element, work, path)
    is_lost = action is Action.CLEAN and element.is_empty
    return not is_lost or _left_empty(element, work, path)


def _left_empty(element: DataElement, work: Work, path: Path) -> bool:
    """Do what the Basic Profile does, where cleaning left nothing or cannot be; tell whether it stays."""
    row = row_of(element.tag)
    action = Action.REMOVE if row is None else basic_action(row, element.tag, work.sop_class)
    if action is Action.DUMMY:
        values.dummy(element, work, path)
    elif action is Action.EMPTY:
        values.empty(element, work, path)
    return action is not Action.REMOVE


def _treat_sequence(
    element: DataElement, work: Work, path: Path, action: Action, option: Option | None
) -> bool:
    if action is Action.EMPTY:
        values.empty(element, work, path)
        return True
    if action is Action.DUMMY:
        stands_in = stand_in(element.tag, work.sop_class)
        if stands_in is not None:
            element.value = stands_in
            work.notes.change(path, "D")
        return stands_in is not None
    _walk_items(element, work, path, is_typed=option is Option.DESCRIPTORS)
    return True


def _walk_items(element: DataElement, work: Work, path: Path, *, is_typed: bool) -> None:
    if any(is_item(item) for item in element.value):
        element.value = drop_items(list(element.value), work, path)
    for item in element.value:
        walk(item, work, path, is_typed=is_typed)


def _is_typed(element: DataElement, work: Work) -> bool:
    """Tell whether people type into an attribute, although the table does not have it."""
    if element.tag == TEXT_IN_REPORT:
        return True
    is_free = element.VR in FREE_TEXTS or (element.VR == "LO" and element.keyword.endswith(FREE_NAMES))
    return is_free and work.has(Option.DESCRIPTORS) and not element.keyword.startswith("CodingScheme")


def _treat_unlisted(element: DataElement, work: Work, path: Path, is_typed: bool) -> bool:
    if element.VR == "SQ":
        _walk_items(element, work, path, is_typed=is_typed)
        return True
    if element.VR == "OB" and element.tag not in BYTES_THAT_STAY and not is_curve(element.tag):
        work.notes.remark(path, "held bytes that nobody here knows and is gone")
        return False
    if (is_typed and element.VR in values.TEXTS) or _is_typed(element, work):
        values.describe(element, work, path)
        return True
    return values.unlisted(element, work, path)
