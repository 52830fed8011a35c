"""Errors of de-identification. No sentence repeats a value of a header: it may be a name."""

from collections.abc import Sequence
from pathlib import Path

from lib.errors.kinds import InvalidInputError, StorageError


class DeidentifyError(InvalidInputError):
    """An object cannot be de-identified, so nothing of it was written."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Not de-identified: {reason}. Nothing of this file was written.")
        self.reason = reason


class NotADicomObjectError(DeidentifyError):
    """A file is no DICOM object, or its header breaks off."""

    def __init__(self) -> None:
        super().__init__("the file is no DICOM object, or its header is broken; export it again")


class MediaDirectoryError(DeidentifyError):
    """A DICOMDIR lists patients by name; it is not copied."""

    def __init__(self) -> None:
        super().__init__("a DICOMDIR lists other files; make a new one for the new files where one is needed")


class MissingUidError(DeidentifyError):
    """An object lacks the UIDs by which others refer to it."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"the header has no {' and no '.join(names)}; export it again")


class PrivateClassError(DeidentifyError):
    """Nothing says what an object of a vendor's own SOP Class holds (PS3.15 E.1.1, note 6)."""

    def __init__(self) -> None:
        super().__init__(
            "its SOP Class is a vendor's own, and nothing says what such an object holds; export it as a "
            "standard object"
        )


class NoImageError(DeidentifyError):
    """An object of an image class has no image."""

    def __init__(self) -> None:
        super().__init__("it should be an image and has no pixel data; export it again")


class BrokenFramesError(DeidentifyError):
    """The compressed pictures of an object cannot even be told apart."""

    def __init__(self) -> None:
        super().__init__("its compressed pixel data are broken; export it again")


class UnencodableError(DeidentifyError):
    """An object holds a value that DICOM cannot encode again."""

    def __init__(self) -> None:
        super().__init__("an element cannot be encoded again; export it from its source once more")


class LeftOverError(DeidentifyError):
    """After the work, a name or number of the patient was still found in the object."""

    def __init__(self, tags: Sequence[str]) -> None:
        super().__init__(
            f"a name or number of the patient would be left in {', '.join(tags)[:200]}; remove that element "
            "at its source, and tell us"
        )


class TwiceError(DeidentifyError):
    """Two files hold the same instance."""

    def __init__(self) -> None:
        super().__init__("another file with the same SOP Instance UID was written already; keep one of them")


class UnknownOptionError(InvalidInputError):
    """Somebody names an option of PS3.15 that is none."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"{name[:40]!r} is no option of de-identification; there are: {', '.join(known)}.")


class OptionsClashError(InvalidInputError):
    """Two options that exclude each other."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first} and {second} exclude each other; leave one of them out.")


class SiteKeyError(InvalidInputError):
    """The key that pseudonyms are made with cannot be used."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"The site key {path} cannot be used: {reason}.")


class SafeListError(InvalidInputError):
    """A list of safe private elements or of safe words cannot be read."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}, line {line}: {reason}.")


class OutputFolderError(StorageError):
    """De-identified files cannot be written."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"{folder} cannot be written ({reason}). What was written before is whole.")
