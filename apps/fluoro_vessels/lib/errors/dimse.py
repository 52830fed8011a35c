"""Errors of talking to DICOM nodes, and of being talked to by them."""

from collections.abc import Sequence

from lib.errors.kinds import ConflictError, InvalidInputError, NotFoundError, StorageError
from lib.errors.pacs import PacsRefusedError


class UnknownNodeError(NotFoundError):
    """No DICOM node has that name."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        named = ", ".join(known) or "none"
        super().__init__(
            f"There is no DICOM node {name[:80]!r}; there are: {named}. Write AET@HOST:PORT, or name it in "
            "FLUORO_DIMSE__NODES; see docs/dimse.md."
        )


class NodeNotInSettingsError(InvalidInputError):
    """Something is to wait for a node that has no name in the settings."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        named = ", ".join(known) or "none"
        super().__init__(
            f"{name[:80]!r} is no node of the settings; there are: {named}. What waits for a node outlives "
            "this command, so name it in FLUORO_DIMSE__NODES; see docs/dimse.md."
        )


class PushNotFoundError(NotFoundError):
    """No push has that number."""

    def __init__(self, push_id: int) -> None:
        super().__init__(f"There is no push {push_id}; it may have been given up. List the queue.")


class PushFileLostError(StorageError):
    """The file of a push is not on the disk any more."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The file {name} of a push is gone from the data folder. Push the object again.")


class NothingToPushError(ConflictError):
    """A label or measurement has no DICOM object that could be pushed."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} has no DICOM object yet. Submit the label, or accept the measurement.")


class ReceivedMismatchError(InvalidInputError):
    """A received dataset is not what the request said."""

    def __init__(self, said: str, found: str) -> None:
        super().__init__(f"The request stores {said[:80]} and its dataset is {found[:80]}; it was not kept.")


class ReceivedBrokenError(InvalidInputError):
    """A received dataset cannot be kept."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The received dataset {reason}; it was not kept. Send a complete instance.")


class ObjectTooLargeError(StorageError):
    """A node sends more than this server takes of one object."""

    def __init__(self, limit_mb: int) -> None:
        super().__init__(f"The object is larger than {limit_mb} MB. Raise FLUORO_DIMSE__MAX_OBJECT_MB.")


class DicomPortError(InvalidInputError):
    """The DICOM listener cannot begin."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"The DICOM listener cannot use {host} port {port} ({reason}). Choose another by "
            "FLUORO_DIMSE__PORT and __HOST, or leave the port out to do without it."
        )


class DicomTlsError(InvalidInputError):
    """Certificate files of DICOM TLS cannot be used."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is no usable certificate, key or list of roots. Give PEM files in "
            "FLUORO_DIMSE__TLS_CERTIFICATE, __TLS_KEY and __TLS_ROOTS; the key without a pass phrase."
        )


class CommitmentRefusedError(InvalidInputError):
    """A node does not do storage commitment, or not for us."""

    def __init__(self, node: str, reason: str) -> None:
        super().__init__(
            f"The DICOM node {node} does not take the request for storage commitment ({reason}). Set "
            "commitment=false for it where it cannot commit."
        )


class QueryKeyError(InvalidInputError):
    """A query looks for something that is no attribute."""

    def __init__(self, keyword: str) -> None:
        super().__init__(
            f"{keyword[:80]!r} is no DICOM keyword. Write KEYWORD=VALUE, as in PatientID=1234 or "
            "StudyDate=20260101-20260131."
        )


class NothingWantedError(InvalidInputError):
    """Somebody wants to retrieve something, and does not say what."""

    def __init__(self) -> None:
        super().__init__(
            "Say what to get: --study UID, with --series UID and --run UID below it, or --patient ID."
        )


class NothingOfferedError(PacsRefusedError):
    """A node takes the association and none of the services that were asked for."""

    def __init__(self, node: str) -> None:
        super().__init__(node, "take an association", "it offers none of the services that were asked for")


class NotAnOrthancError(InvalidInputError):
    """Something is asked of the PACS that only an Orthanc does."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"The PACS at {address} is no Orthanc, so it cannot send or fetch by itself. Leave out --by-pacs."
        )
