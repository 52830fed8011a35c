"""Errors of measuring how good a method is."""

from collections.abc import Sequence

from lib.errors.kinds import InvalidInputError, NotFoundError


class NothingToScoreError(NotFoundError):
    """A folder has no image with a truth."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"{folder} holds nothing that can be scored. Expected NAME_image.png with NAME_mask.png, DICOM "
            "runs with a SEG each, or runs of the phantom with their _truth.npz."
        )


class ImageUnreadableError(InvalidInputError):
    """An image file cannot be decoded."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is no image that can be read. Expected a PNG with 8 or 16 bits.")


class TruthUnreadableError(InvalidInputError):
    """The file with the masks of a simulated run cannot be read."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} does not hold the masks vessel, catheter, guidewire and implant. Write the run anew "
            "with `fluoro phantom`."
        )


class TruthShapeError(InvalidInputError):
    """A truth is not as large as its image."""

    def __init__(self, name: str, found: Sequence[int], wanted: Sequence[int]) -> None:
        super().__init__(
            f"The truth of {name} is {_text(found)}, but its image {_text(wanted)} (frames, rows, columns). "
            "Put the truth of this very image beside it."
        )


class UnlabelledVesselError(InvalidInputError):
    """A SEG says nothing about vessels."""

    def __init__(self, name: str, labels: Sequence[str]) -> None:
        super().__init__(
            f"The SEG of {name} has no segment 'vessel', so it cannot be scored; it has: {', '.join(labels)}."
        )


def _text(shape: Sequence[int]) -> str:
    return " x ".join(str(n) for n in shape)
