"""Errors of talking to a PACS."""

from lib.errors.kinds import InvalidInputError, NotFoundError, UnavailableError


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
            f"{text[:80]!r} is not the address of a DICOM node. Write AET@HOST:PORT, as in "
            "ARCHIVE@10.0.0.5:11112; an AE title has at most 16 characters."
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
            address,
            "take the label",
            f"run {image_id} is not there any more. The label waits here until it is back",
        )
