"""Errors of reading a DICOM object as a run."""

from lib.errors.kinds import InvalidInputError


class FrameError(InvalidInputError):
    """A DICOM object cannot be read as a run."""


class NotDicomError(FrameError):
    """The bytes are not a DICOM file."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not a DICOM file. Give a DICOM Part 10 file with XA or RF images.")


class NoPixelsError(FrameError):
    """The instance has no pixel data."""

    def __init__(self, sop_instance_uid: str) -> None:
        super().__init__(
            f"Instance {sop_instance_uid} has no Pixel Data (7FE0,0010), so there is nothing to "
            "show or segment. Send the image object itself."
        )


class PixelDataError(FrameError):
    """The pixel data cannot be decoded."""

    def __init__(self, sop_instance_uid: str, reason: str) -> None:
        super().__init__(
            f"The pixel data of instance {sop_instance_uid} cannot be decoded: {reason}. "
            "Retrieve it again from its source."
        )


class UnsupportedImageError(FrameError):
    """The instance is an image of a kind that this project does not read."""

    def __init__(self, sop_instance_uid: str, reason: str) -> None:
        super().__init__(
            f"Instance {sop_instance_uid} is not an X-ray run: {reason}. Expected XA, XRF, Enhanced "
            "XA or XRF, RF, DX, or a Secondary Capture with modality XA or RF."
        )


class MissingSpacingError(FrameError):
    """No attribute says how large a pixel is, so nothing can be measured in mm."""

    def __init__(self, sop_instance_uid: str) -> None:
        super().__init__(
            f"Instance {sop_instance_uid} has neither Pixel Spacing (0028,0030) nor Imager Pixel "
            "Spacing (0018,1164). Calibrate it on a catheter of known size, or measure in pixels."
        )
