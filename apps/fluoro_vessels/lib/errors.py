"""The one tree of errors; every class owns its sentence.

The five kinds below `FluoroError` say whose move it is. `server` turns a kind into an HTTP
status and `cli` into an exit code; nothing else looks at the kind.
"""

from collections.abc import Sequence


class FluoroError(Exception):
    """Base of every error that this project raises on purpose."""


class InvalidInputError(FluoroError):
    """What came in is wrong; the sender can mend it."""


class NotFoundError(FluoroError):
    """What was asked for does not exist."""


class ConflictError(FluoroError):
    """The request does not fit the present state; another one would."""


class UnavailableError(FluoroError):
    """Another system does not answer; the same request may succeed later."""


class StorageError(FluoroError):
    """This server's own disk or data base failed; nothing was changed."""


# frames --------------------------------------------------------------------------------


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


# labels and seg ------------------------------------------------------------------------


class LabelTableError(InvalidInputError):
    """The label table or a set that someone imports contradicts itself."""


class UnknownLabelError(NotFoundError):
    """A label that the table does not have."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no label {name!r}. The table has: {', '.join(known)}.")


class LabelShapeError(InvalidInputError):
    """A label array does not have the shape of its run."""

    def __init__(self, got: Sequence[int], wanted: Sequence[int], axes: str) -> None:
        super().__init__(
            f"The label has shape {tuple(got)}, but its run needs {tuple(wanted)} ({axes}). "
            "Nothing was stored. Send one mask for every frame of the run, in native resolution."
        )


class LabelFileError(InvalidInputError):
    """A label file cannot be read or holds values that no label has."""


class SegError(InvalidInputError):
    """A DICOM SEG cannot be written or read as a label of a run."""


# pacs ----------------------------------------------------------------------------------


class RunNotFoundError(NotFoundError):
    """The PACS has no such run."""

    def __init__(self, image_id: str) -> None:
        super().__init__(
            f"The PACS has no XA or RF run {image_id!r}. The id is a SOP Instance UID, or a Series "
            "Instance UID whose series holds one run."
        )


class AmbiguousSeriesError(InvalidInputError):
    """A Series Instance UID names several runs."""

    def __init__(self, series_instance_uid: str, n_runs: int) -> None:
        super().__init__(
            f"Series {series_instance_uid} holds {n_runs} runs. Name one by its SOP Instance UID."
        )


class PacsUnavailableError(UnavailableError):
    """The PACS does not answer, or answers with a server error."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(
            f"The PACS at {address} does not answer ({reason}). Check that it runs and that the "
            "address is right; the request can be repeated."
        )


class PacsRefusedError(UnavailableError):
    """The PACS answered and refused."""

    def __init__(self, address: str, action: str, reason: str) -> None:
        super().__init__(f"The PACS at {address} refused to {action}: {reason}.")


# datastore -----------------------------------------------------------------------------


class LabelNotFoundError(NotFoundError):
    """The ledger has no such label."""

    def __init__(self, label_id: str) -> None:
        super().__init__(f"There is no label {label_id!r}. List the labels of the run to see what exists.")


class UnknownStateError(InvalidInputError):
    """A state word that the table of states does not have."""

    def __init__(self, word: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no state {word!r}. Known states: {', '.join(known)}.")


class InvalidIdError(InvalidInputError):
    """An id, tag or name from outside that cannot be one."""

    def __init__(self, kind: str, value: str) -> None:
        super().__init__(
            f"{value[:80]!r} is not a valid {kind}. Letters, digits, '.', '_' and '-' only, at most 128."
        )


class DiskFullError(StorageError):
    """The data folder's disk is full."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"The disk of {folder} is full; what was stored before is untouched. Free some space and save again."
        )


# settings ------------------------------------------------------------------------------


class SettingsError(InvalidInputError):
    """A setting is unknown, malformed or out of its limits."""
