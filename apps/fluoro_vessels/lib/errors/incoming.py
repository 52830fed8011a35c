"""Errors of what MONAI Label's clients send beside images and labels."""

from lib.errors.kinds import ConflictError, InvalidInputError, NotFoundError


class ArchiveRefusedError(InvalidInputError):
    """Somebody sends an archive, or wants one unpacked."""

    def __init__(self) -> None:
        super().__init__(
            "Archives are not unpacked here. Send one run as one file: DICOM, NIfTI or NRRD; `uncompress` "
            "has to be false."
        )


class OneFileError(InvalidInputError):
    """A session of an image was begun with several files."""

    def __init__(self, n_files: int) -> None:
        super().__init__(f"The request has {n_files} files, and a run is one. Send one file.")


class SentImageNotFoundError(NotFoundError):
    """There is no such session of an image."""

    def __init__(self, session_id: str) -> None:
        super().__init__(f"There is no session {session_id[:40]!r}; it may have expired. Send the image.")


class SessionsOffError(ConflictError):
    """Images that clients send are not kept on this server."""

    def __init__(self) -> None:
        super().__init__(
            "This server keeps no images that clients send (MONAI_LABEL_SESSIONS). Send the image with each "
            "request."
        )


class NoScoringError(NotFoundError):
    """Somebody asks for one of MONAI Label's scoring methods; this server has none."""

    def __init__(self) -> None:
        super().__init__(
            "There are no scoring methods here: the model looks at waiting runs in the background, see "
            "docs/active-learning.md."
        )


class ChecksumError(NotFoundError):
    """The image is there, but is not what the asker has."""

    def __init__(self) -> None:
        super().__init__(
            "The image has another checksum than the one that was asked for. Download it again, or send a "
            "checksum as SHA256:HEX."
        )


class NothingRunsError(NotFoundError):
    """Somebody asks how far a batch is, and there is none."""

    def __init__(self) -> None:
        super().__init__("No batch of inferences was started since the server runs.")


class RunSyncRefusedError(InvalidInputError):
    """Somebody wants to wait in one request until many runs are segmented."""

    def __init__(self) -> None:
        super().__init__(
            "A batch is not waited for in one request. Leave out `run_sync`, and ask GET /batch/infer how "
            "far it is."
        )


class DatasetBrokenError(InvalidInputError):
    """An instance has a value that cannot be written again, so no PACS can get it."""

    def __init__(self, sop_instance_uid: str) -> None:
        super().__init__(
            f"Instance {sop_instance_uid[:64]} has an element that DICOM cannot encode, so it was not sent "
            "to the PACS. Export it from its source again."
        )
