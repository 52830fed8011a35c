"""Ways to de-identify a set of objects: ours, and two free tools where they are installed."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from importlib.util import find_spec
from typing import Final

from pydicom.dataset import Dataset

from lib.errors import FluoroError
from lib.privacy.deidentify import Deidentifier
from lib.privacy.known import known_in
from lib.privacy.pseudonyms import Pseudonyms, identity_of
from lib.privacy.site_key import new_key

Method = Callable[[Sequence[Dataset]], list[Dataset | None]]
"""Takes a set and returns its objects in the same order; None for one that was refused."""


def ours(objects: Sequence[Dataset]) -> list[Dataset | None]:
    """De-identify as `fluoro deidentify` does by default, with a key drawn for this set."""
    deidentifier = Deidentifier(Pseudonyms(new_key()))
    known: dict[str, frozenset[str]] = {}
    for dataset in objects:
        known[identity_of(dataset)] = known.get(identity_of(dataset), frozenset()) | known_in(dataset)
    return [_cleaned(deidentifier, dataset, known[identity_of(dataset)]) for dataset in objects]


def _cleaned(deidentifier: Deidentifier, dataset: Dataset, known: frozenset[str]) -> Dataset | None:
    copy = deepcopy(dataset)
    try:
        deidentifier.clean(copy, known)
    except FluoroError:
        return None
    return copy


def dicognito(objects: Sequence[Dataset]) -> list[Dataset | None]:
    """De-identify with dicognito's defaults."""
    from dicognito.anonymizer import Anonymizer

    anonymizer = Anonymizer()
    copies: list[Dataset | None] = []
    for dataset in objects:
        copy = deepcopy(dataset)
        anonymizer.anonymize(copy)
        copies.append(copy)
    return copies


def dicom_anonymizer(objects: Sequence[Dataset]) -> list[Dataset | None]:
    """De-identify with dicom-anonymizer's defaults: its Basic Profile, private elements out."""
    from dicomanonymizer.simpledicomanonymizer import anonymize_dataset  # type: ignore[import-untyped]

    copies: list[Dataset | None] = []
    for dataset in objects:
        copy = deepcopy(dataset)
        anonymize_dataset(copy, delete_private_tags=True)
        _follow(copy)
        copies.append(copy)
    return copies


def _follow(dataset: Dataset) -> None:
    """Bring the file meta information up to date, as that tool does when it writes a file."""
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID


METHODS: Final[dict[str, Method]] = {
    "ours": ours,
    "dicognito": dicognito,
    "dicom-anonymizer": dicom_anonymizer,
}
"""All that can be scored."""

_PACKAGES: Final = {"ours": "pydicom", "dicognito": "dicognito", "dicom-anonymizer": "dicomanonymizer"}


def installed_methods() -> tuple[str, ...]:
    """Return the names of the methods whose package is installed, ours first."""
    return tuple(name for name, package in _PACKAGES.items() if find_spec(package) is not None)
