"""What was done to an object, without a word of what it said before."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lib.privacy.options import Profile


@dataclass(frozen=True, order=True)
class Change:
    """One kind of change at one place.

    Attributes:
        where: Tags from the top down, such as (0040,A730).(0040,A123); items are not told apart.
        action: X, Z, D, U or C of the standard; C also where a text lost words.
        n: How often.
    """

    where: str
    action: str
    n: int = 1


@dataclass(frozen=True)
class HeaderReport:
    """What became of a header.

    Attributes:
        sop_instance_uid: The new one.
        patient: The pseudonym.
        profile: What was applied.
        changes: What was changed, in the order of the tags.
        remarks: What was malformed and how it was dealt with; no value is repeated.
    """

    sop_instance_uid: str
    patient: str
    profile: Profile
    changes: tuple[Change, ...]
    remarks: tuple[str, ...]

    def facts(self) -> dict[str, Any]:
        """Return the report in JSON types."""
        return {
            "sop_instance_uid": self.sop_instance_uid,
            "patient": self.patient,
            "method": [{"code": code, "meaning": meaning} for code, meaning in self.profile.codes()],
            "n_changes": sum(change.n for change in self.changes),
            "changes": [[change.where, change.action, change.n] for change in self.changes],
            "remarks": list(self.remarks),
        }


@dataclass
class Notes:
    """What is noted down while an object is worked on."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)

    def change(self, path: Sequence[str], action: str) -> None:
        """Note a change."""
        self.counts[".".join(path), action] += 1

    def remark(self, path: Sequence[str], what: str) -> None:
        """Note something malformed, once for each place."""
        text = f"{'.'.join(path)} {what}"
        if text not in self.remarks:
            self.remarks.append(text)

    def changes(self) -> tuple[Change, ...]:
        """Return what was changed, in order."""
        counts: Mapping[tuple[str, str], int] = self.counts
        return tuple(sorted(Change(where, action, n) for (where, action), n in counts.items()))
