"""What the last look finds; the thing itself is never repeated."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What was found."""

    NAME = "a name"
    NUMBER = "a number or place"
    UID = "a UID"
    BIRTH = "a birth date"
    DATE = "a date of the same run"
    TEXT = "text in the pixels"
    UNMARKED = "no statement that the identity was removed"
    UNREADABLE = "a file that cannot be read"


@dataclass(frozen=True)
class Finding:
    """Something of the sources that is left.

    Attributes:
        file: Name of the file, from the folder of the set.
        where: Tag, line or part of the file.
        kind: What it is.
    """

    file: str
    where: str
    kind: Kind

    def __str__(self) -> str:
        """Return 'dicom/a.dcm, (0010,0010): a name'."""
        return f"{self.file}, {self.where}: {self.kind}"
