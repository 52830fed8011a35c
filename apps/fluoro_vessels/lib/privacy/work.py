"""What all steps of one object's de-identification share."""

from dataclasses import dataclass, field

from lib.privacy.free_text import TextCleaner
from lib.privacy.options import Option, Profile
from lib.privacy.pseudonyms import Pseudonyms
from lib.privacy.report import Notes
from lib.privacy.safe_private import SafeList

Path = tuple[str, ...]
"""Tags from the top down to an element, as (gggg,eeee)."""


@dataclass(frozen=True)
class Work:
    """One object under way.

    Attributes:
        profile: What is applied.
        pseudonyms: Of the site.
        texts: Cleans the texts of this patient.
        safe: Private elements that may stay.
        patient: The patient's pseudonym.
        days: How far this patient's dates are moved.
        sop_class: SOP Class UID of the object.
        notes: What was done.
    """

    profile: Profile
    pseudonyms: Pseudonyms
    texts: TextCleaner
    safe: SafeList
    patient: str
    days: int
    sop_class: str
    notes: Notes = field(default_factory=Notes)

    def has(self, option: Option) -> bool:
        """Tell whether an option was chosen."""
        return self.profile.has(option)
