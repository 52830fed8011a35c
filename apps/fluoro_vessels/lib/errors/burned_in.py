"""Errors of looking for burned-in text."""

from lib.errors.kinds import FluoroError, InvalidInputError, UnavailableError


class ReaderMissingError(UnavailableError):
    """Tesseract, which reads what stands in pictures, is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "Tesseract is not installed, so nobody can say what stands in the pictures. Install it (Debian: "
            "apt-get install tesseract-ocr tesseract-ocr-eng)."
        )


class ReaderFailedError(UnavailableError):
    """Tesseract is installed, but does not work."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"Tesseract does not work here ({reason}). Try `tesseract --list-langs`, which must name eng "
            "(Debian: apt-get install tesseract-ocr-eng), and run again."
        )


class DoubtfulPixelsError(FluoroError):
    """Something in a picture may be text, and nobody has said whether it is."""

    def __init__(self, sop_instance_uid: str, n_regions: int) -> None:
        super().__init__(
            f"Instance {sop_instance_uid} has {n_regions} region(s) that may be text, so it stays here. Look "
            "at its picture, write 'blank' or 'keep' for each region into its report, and run again."
        )


class DoubtAnswersError(InvalidInputError):
    """The report of doubts cannot be read, or a region has no answer."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"{name} holds no answers: {reason}. Write 'blank' or 'keep' as the decision of every region."
        )


class ZoneTableError(InvalidInputError):
    """A line of the table of zones is none."""

    def __init__(self, name: str, line: int, reason: str) -> None:
        super().__init__(f"Line {line} of {name} is no zone: {reason}. Mend or remove the line.")
