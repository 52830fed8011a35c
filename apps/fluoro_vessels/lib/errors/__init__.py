"""The one tree of errors; every class owns its sentence.

`kinds` says whose move it is; beside it lies one file for each part of the house. Import from here;
`start`, which stops a set-up, is imported by its own name.
"""

from lib.errors.datastore import (
    DiskFullError,
    FrameOutOfRunError,
    ImageInPacsError,
    InvalidIdError,
    LabelFileLostError,
    LabelNotFoundError,
    LedgerBusyError,
    LedgerError,
    StateMoveError,
    TagStateError,
    UnknownStateError,
    VersionTakenError,
)
from lib.errors.edge import (
    FrameNotFoundError,
    MethodRefusedError,
    PathRefusedError,
    TooLargeError,
    UnknownResourceError,
    UploadRefusedError,
)
from lib.errors.frames import (
    FrameError,
    MissingSpacingError,
    NoPixelsError,
    NotDicomError,
    PixelDataError,
    UnsupportedImageError,
)
from lib.errors.kinds import (
    ConflictError,
    FluoroError,
    InvalidInputError,
    NotFoundError,
    StorageError,
    UnavailableError,
)
from lib.errors.labels import (
    LabelFileError,
    LabelShapeError,
    LabelTableError,
    SegError,
    UnknownLabelError,
    UnknownLabelSetError,
)
from lib.errors.methods import (
    ParameterValueError,
    UnknownAlgorithmError,
    UnknownParameterError,
    UnknownTaskError,
)
from lib.errors.pacs import (
    AmbiguousSeriesError,
    DicomNodeError,
    FileUnreadableError,
    PacsRefusedError,
    PacsUnavailableError,
    RunGoneError,
    RunNotFoundError,
    SegNotFoundError,
)
from lib.errors.settings import SettingsError

__all__ = [
    "AmbiguousSeriesError",
    "ConflictError",
    "DicomNodeError",
    "DiskFullError",
    "FileUnreadableError",
    "FluoroError",
    "FrameError",
    "FrameNotFoundError",
    "FrameOutOfRunError",
    "ImageInPacsError",
    "InvalidIdError",
    "InvalidInputError",
    "LabelFileError",
    "LabelFileLostError",
    "LabelNotFoundError",
    "LabelShapeError",
    "LabelTableError",
    "LedgerBusyError",
    "LedgerError",
    "MethodRefusedError",
    "MissingSpacingError",
    "NoPixelsError",
    "NotDicomError",
    "NotFoundError",
    "PacsRefusedError",
    "PacsUnavailableError",
    "ParameterValueError",
    "PathRefusedError",
    "PixelDataError",
    "RunGoneError",
    "RunNotFoundError",
    "SegError",
    "SegNotFoundError",
    "SettingsError",
    "StateMoveError",
    "StorageError",
    "TagStateError",
    "TooLargeError",
    "UnavailableError",
    "UnknownAlgorithmError",
    "UnknownLabelError",
    "UnknownLabelSetError",
    "UnknownParameterError",
    "UnknownResourceError",
    "UnknownStateError",
    "UnknownTaskError",
    "UnsupportedImageError",
    "UploadRefusedError",
    "VersionTakenError",
]
