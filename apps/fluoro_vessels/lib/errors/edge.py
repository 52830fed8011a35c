"""Errors of requests that reach the server."""

from collections.abc import Sequence

from lib.errors.kinds import InvalidInputError, NotFoundError


class PathRefusedError(InvalidInputError):
    """A DICOMweb path that tries to leave the DICOMweb root, or cannot be one."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"This path is not forwarded to the PACS: {reason}. Nothing was asked of the PACS.")


class UnknownResourceError(NotFoundError):
    """No DICOMweb resource has this path."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such DICOMweb resource. Below /dicom-web/ are QIDO-RS (studies, series, instances), "
            "WADO-RS (studies/...) and STOW-RS (POST studies)."
        )


class MethodRefusedError(InvalidInputError):
    """A DICOMweb resource that cannot be used in this way."""

    def __init__(self, method: str, allowed: Sequence[str]) -> None:
        super().__init__(
            f"{method[:20]} is not possible here; {', '.join(allowed)} is. Nothing was asked of the PACS."
        )
        self.allowed = tuple(allowed)


class TooLargeError(InvalidInputError):
    """More bytes than this server takes at once."""

    def __init__(self, limit_mb: int) -> None:
        super().__init__(
            f"The request is larger than {limit_mb} MB. Send fewer files at once, or raise "
            "FLUORO_SERVER__MAX_UPLOAD_MB. Nothing was stored."
        )
        self.limit_mb = limit_mb


class UploadRefusedError(InvalidInputError):
    """An upload that holds no DICOM file, or is no upload at all."""


class FrameNotFoundError(NotFoundError):
    """A run has no frame of this number."""

    def __init__(self, image_id: str, frame_number: int, n_frames: int) -> None:
        super().__init__(f"Run {image_id} has the frames 1 to {n_frames}; there is no frame {frame_number}.")
