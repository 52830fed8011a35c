"""Finds everything in a folder that has an image and a truth."""

from pathlib import Path

from lib.errors import NothingToScoreError
from lib.evaluation.cases import Case
from lib.evaluation.image_pairs import image_pairs
from lib.evaluation.image_sequences import image_sequences
from lib.evaluation.labelled_runs import labelled_runs
from lib.pacs.files import find_files


def find_cases(folder: Path) -> list[Case]:
    """Return the cases below a folder: image pairs, sequences of images, runs with SEGs, runs of the phantom.

    Raises:
        NothingToScoreError: There is none.
    """
    files = list(find_files([folder])) if folder.is_dir() else []
    dicom = [path for path in files if path.suffix.lower() in (".dcm", "")]
    cases: list[Case] = [
        *image_pairs(folder, files),
        *image_sequences(folder, files),
        *labelled_runs(folder, dicom),
    ]
    if not cases:
        raise NothingToScoreError(str(folder))
    return cases
