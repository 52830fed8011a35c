"""Private elements: out, unless they are on the safe list.

DICOM: PS3.15 E.3.10; Private Data Elements, PS3.5 7.8.
"""

from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from lib.privacy.options import Option
from lib.privacy.safe_private import creator_tag
from lib.privacy.work import Path, Work


def drop_private(dataset: Dataset, work: Work, path: Path) -> list[DataElement]:
    """Delete private elements of one level that may not stay, and blocks that are empty then.

    Returns:
        The private data elements that stay; sequences among them still have to be cleaned inside.
    """
    stay = _staying(dataset, work)
    blocks = {creator_tag(element.tag) for element in stay}
    kept = {element.tag for element in stay} | blocks
    for tag in [tag for tag in list(dataset.keys()) if tag.group % 2 and tag not in kept]:
        del dataset[tag]
        work.notes.change((*path, f"({tag.group:04x},{tag.element:04x})"), "X")
    return stay


def _staying(dataset: Dataset, work: Work) -> list[DataElement]:
    """Return what is on the list; an element that cannot even be read is not."""
    if not work.has(Option.SAFE_PRIVATE):
        return []
    found: list[DataElement] = []
    for tag in [tag for tag in list(dataset.keys()) if tag.group % 2 and tag.element >= 0x1000]:
        try:
            element = dataset[tag]
        except (ValueError, TypeError, NotImplementedError):
            continue
        if work.safe.holds(dataset, element):
            found.append(element)
    return found
