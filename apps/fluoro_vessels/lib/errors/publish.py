"""Errors of data sets for everybody."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from lib.errors.kinds import ConflictError, NotFoundError

MOST_SHOWN: Final = 10


class PublishFolderError(ConflictError):
    """A data set would be written where something is already."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} exists and is not empty. Choose another folder. Nothing was written.")


class NothingApprovedError(NotFoundError):
    """No run can be published."""

    def __init__(self, n_left_out: int) -> None:
        super().__init__(
            f"No run has an approved label that may leave; {n_left_out} were left out. Approve labels, or "
            "look at the runs that were held back. Nothing was written."
        )


class LeftoverError(ConflictError):
    """The last look found something of the sources, so the set was thrown away.

    Attributes:
        findings: Where and of which kind, never the thing itself.
    """

    def __init__(self, findings: Sequence[str]) -> None:
        shown = "; ".join(findings[:MOST_SHOWN])
        more = f" and {len(findings) - MOST_SHOWN} more" if len(findings) > MOST_SHOWN else ""
        super().__init__(
            f"The last look found {len(findings)} things in the set that may identify somebody: "
            f"{shown}{more}. Nothing was written. If a word of them tells nothing, name it with "
            "--allow-word."
        )
        self.findings = list(findings)


class HeldBackError(ConflictError):
    """Something in the pixels looks like text, and only a person can tell."""

    def __init__(self, image_id: str, n_doubts: int, name: str) -> None:
        super().__init__(
            f"Run {image_id} was held back: {n_doubts} places in its pictures may be text. Look at "
            f"{name}.doubts.png, decide in {name}.doubts.json, and publish again."
        )


class NothingLabelledError(NotFoundError):
    """An approved label has no frame that could be published."""

    def __init__(self, image_id: str) -> None:
        super().__init__(
            f"Run {image_id} has no frame that holds a label or is finished, so it was left out."
        )
