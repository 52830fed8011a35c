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


class SegNotFoundError(NotFoundError):
    """The PACS no longer has a SEG."""

    def __init__(self, sop_instance_uid: str) -> None:
        super().__init__(f"The PACS has no SEG {sop_instance_uid!r}. List the SEGs of the run again.")


class DicomNodeError(InvalidInputError):
    """The address of a DICOM node cannot be one."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text[:80]!r} is not the address of a DICOM node. Write AET@HOST:PORT, as in ARCHIVE@10.0.0.5:11112; "
            "an AE title has at most 16 characters."
        )


class FileUnreadableError(InvalidInputError):
    """A file that is to be sent cannot be read to its end."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} cannot be read ({reason}), so it was not sent.")


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


class RunGoneError(PacsRefusedError):
    """The run of a label is no longer in the PACS; a SEG alone would be an orphan study."""

    def __init__(self, address: str, image_id: str) -> None:
        super().__init__(
            address, "take the label", f"run {image_id} is not there any more. The label waits here until it is back"
        )


# datastore -----------------------------------------------------------------------------


class LabelNotFoundError(NotFoundError):
    """The ledger has no such label."""

    def __init__(self, label_id: str) -> None:
        super().__init__(f"There is no label {label_id!r}. List the labels of the run to see what exists.")


class ImageInPacsError(ConflictError):
    """Somebody wants to delete a run through this server."""

    def __init__(self, image_id: str) -> None:
        super().__init__(
            f"Run {image_id} lives in the PACS, and this server deletes nothing there. Mark the run as rejected "
            "to take it off the work list."
        )


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


class StateMoveError(ConflictError):
    """A run or label cannot go from its present state to the wanted one."""

    def __init__(self, kind: str, before: str, after: str, allowed: Sequence[str]) -> None:
        super().__init__(
            f"A {kind} that is {before!r} cannot become {after!r}. From here it may become: "
            f"{', '.join(allowed)}."
        )


class TagStateError(InvalidInputError):
    """A new label's tag and state contradict each other."""

    def __init__(self, tag: str, state: str, wanted: str) -> None:
        super().__init__(f"A new label with tag {tag!r} begins as {wanted!r}, not as {state!r}.")


class FrameOutOfRunError(InvalidInputError):
    """Somebody names a frame that the run does not have."""

    def __init__(self, image_id: str, frame: int, n_frames: int) -> None:
        super().__init__(f"Run {image_id} has the frames 0 to {n_frames - 1}; there is no frame {frame}.")


class VersionTakenError(ConflictError):
    """Somebody else saved this version of a label at the same time."""

    def __init__(self, image_id: str, tag: str, version: int) -> None:
        super().__init__(
            f"Version {version} of label {tag!r} of run {image_id} was saved by somebody else meanwhile. "
            "Save again."
        )


class LedgerBusyError(UnavailableError):
    """Another process kept the ledger locked for too long, or its data base does not answer."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The ledger does not answer ({reason}). Nothing was changed; repeat the request.")


class LedgerError(StorageError):
    """The ledger's data base failed."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The ledger failed ({reason}). Nothing was changed; see the server's log.")


class LabelFileLostError(StorageError):
    """A file of a saved label is not there, or not what was saved."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The file {name} of a saved label is missing or was changed. Restore it from a backup of "
            "the data folder."
        )


class DiskFullError(StorageError):
    """The data folder's disk is full."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"The disk of {folder} is full; what was stored before is untouched. Free some space and save again."
        )


# edge ----------------------------------------------------------------------------------


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


class UploadRefusedError(InvalidInputError):
    """An upload that holds no DICOM file, or is no upload at all."""


class FrameNotFoundError(NotFoundError):
    """A run has no frame of this number."""

    def __init__(self, image_id: str, frame_number: int, n_frames: int) -> None:
        super().__init__(f"Run {image_id} has the frames 1 to {n_frames}; there is no frame {frame_number}.")


# methods -------------------------------------------------------------------------------


class UnknownAlgorithmError(NotFoundError):
    """No method has that name."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no method {name[:80]!r}. There are: {', '.join(known)}.")


class UnknownTaskError(NotFoundError):
    """An infer task that this server does not have."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no infer task {name[:80]!r}. This server has: {', '.join(known)}.")


class UnknownParameterError(InvalidInputError):
    """A method has no such parameter."""

    def __init__(self, method: str, name: str, known: Sequence[str]) -> None:
        super().__init__(f"{method} has no parameter {name[:80]!r}. It takes: {', '.join(known)}.")


class ParameterValueError(InvalidInputError):
    """A parameter's value is of another type or out of its range."""

    def __init__(self, name: str, value: object, wanted: str) -> None:
        super().__init__(f"Parameter {name} cannot be {str(value)[:80]!r}; expected {wanted}.")


# settings ------------------------------------------------------------------------------


class SettingsError(InvalidInputError):
    """A setting is unknown, malformed or out of its limits."""
