"""The options of the standard's profile, and which of them were chosen.

DICOM: Basic Application Level Confidentiality Options, PS3.15 E.3; De-identification Method, CID 7050.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from lib.errors import OptionsClashError, UnknownOptionError


class Option(StrEnum):
    """One option, by the name that the command line and the columns of `actions.csv` have."""

    SAFE_PRIVATE = "safe-private"
    UIDS = "uids"
    DEVICE = "device"
    INSTITUTION = "institution"
    PATIENT = "patient"
    FULL_DATES = "full-dates"
    MODIFIED_DATES = "modified-dates"
    DESCRIPTORS = "descriptors"
    STRUCTURED = "structured"
    GRAPHICS = "graphics"


BASIC_CODE: Final = ("113100", "Basic Application Confidentiality Profile")
PIXEL_CODE: Final = ("113101", "Clean Pixel Data Option")
CODES: Final = {
    Option.GRAPHICS: ("113103", "Clean Graphics Option"),
    Option.STRUCTURED: ("113104", "Clean Structured Content Option"),
    Option.DESCRIPTORS: ("113105", "Clean Descriptors Option"),
    Option.FULL_DATES: ("113106", "Retain Longitudinal Temporal Information Full Dates Option"),
    Option.MODIFIED_DATES: ("113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
    Option.PATIENT: ("113108", "Retain Patient Characteristics Option"),
    Option.DEVICE: ("113109", "Retain Device Identity Option"),
    Option.UIDS: ("113110", "Retain UIDs Option"),
    Option.SAFE_PRIVATE: ("113111", "Retain Safe Private Option"),
    Option.INSTITUTION: ("113112", "Retain Institution Identity Option"),
}
"""Code Value and Code Meaning of each, scheme DCM."""

DEFAULT: Final = frozenset(
    (Option.SAFE_PRIVATE, Option.MODIFIED_DATES, Option.DESCRIPTORS, Option.STRUCTURED, Option.GRAPHICS)
)
"""What keeps a run useful and says nothing of who, where and when."""


@dataclass(frozen=True)
class Profile:
    """The Basic Profile with the options that somebody chose.

    Attributes:
        options: The chosen ones.

    Raises:
        OptionsClashError: Full and modified dates together.
    """

    options: frozenset[Option] = DEFAULT

    def __post_init__(self) -> None:
        if {Option.FULL_DATES, Option.MODIFIED_DATES} <= self.options:
            raise OptionsClashError(Option.FULL_DATES, Option.MODIFIED_DATES)

    def has(self, option: Option) -> bool:
        """Tell whether an option was chosen."""
        return option in self.options

    def codes(self) -> list[tuple[str, str]]:
        """Return code values and meanings of the profile and its options, in the order of their codes."""
        return [BASIC_CODE, *sorted(CODES[option] for option in self.options)]


def read_options(names: Iterable[str]) -> frozenset[Option]:
    """Return options by their names; `none` and empty words name nothing.

    Raises:
        UnknownOptionError: A name is none of them.
    """
    wanted = [name.strip().lower() for name in names]
    known = [option.value for option in Option]
    for name in wanted:
        if name not in (*known, "", "none"):
            raise UnknownOptionError(name, known)
    return frozenset(Option(name) for name in wanted if name in known)
