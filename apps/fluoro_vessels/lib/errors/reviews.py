"""Errors of reviewing labels."""

from lib.errors.kinds import ConflictError, InvalidInputError


class OwnApprovalError(ConflictError):
    """Somebody wants to approve the own label although others could."""

    def __init__(self, label_id: str, author: str) -> None:
        super().__init__(
            f"Label {label_id} is by {author!r}, and nobody approves the own label where others work. Let "
            "somebody else review it, or allow it by FLUORO_QUALITY__OWN_APPROVAL=true."
        )


class EmptyReviewError(InvalidInputError):
    """A review has neither verdict nor comment."""

    def __init__(self) -> None:
        super().__init__("The review says nothing. Send a verdict (approved, returned), a comment, or both.")
