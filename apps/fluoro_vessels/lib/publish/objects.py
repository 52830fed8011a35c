"""Cleans the objects of a label and writes them into the set."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from lib.datastore.records import LabelVersion
from lib.errors import FluoroError, LabelShapeError
from lib.errors.deidentify import UnencodableError
from lib.errors.publish import HeldBackError, NothingLabelledError
from lib.exchange.content import Side
from lib.frames.read import read_cine
from lib.frames.values import MALFORMED
from lib.privacy.pixels import PixelReport
from lib.privacy.report import HeaderReport
from lib.publish.cleaning import Cleaning
from lib.publish.material import Material, Objects
from lib.publish.scan.traces import Traces, traces_of

FOLDER: Final = "dicom"
RUN: Final = "run.dcm"
SEG: Final = "label.seg.dcm"

Shape: TypeAlias = tuple[int, int, int]
"""(T, H, W)."""


@dataclass(frozen=True)
class PublishedRun:
    """A run in the set.

    Attributes:
        label: Its approved label.
        token: What it is called outside.
        patient: Pseudonym of the patient, as the objects have it.
        side: Side of the split.
        files: Names of its objects, from the folder of the set; the run is the first, the SEG the second.
        traces: What its sources tell and the set must not.
        reports: What was done to each object, by its name.
    """

    label: LabelVersion
    token: str
    patient: str
    side: Side
    files: tuple[str, ...]
    traces: Traces
    reports: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Writer:
    """Writes cleaned objects into a folder.

    Attributes:
        material: Where the objects come from.
        cleaning: What makes them fit to leave.
        folder: The set.
    """

    material: Material
    cleaning: Cleaning
    folder: Path

    def write(self, label: LabelVersion, side: Side) -> PublishedRun:
        """Clean and write the objects of a label.

        Raises:
            HeldBackError: Something in the pixels must be looked at by a person first.
            NothingLabelledError: No frame is labelled or finished.
            FluoroError: The objects cannot be read or cleaned.
        """
        shape, objects = self._labelled_shape(label), self.material.objects(label)
        token, traces = self.material.run_token(label.image_id), self._traces(label, objects)
        looked, said = self._clean(label, objects, token)
        place = Path(FOLDER) / said[0].patient / token
        with self._whole(place):
            files = _save(self.folder, place, objects)
            _require_shape(self.folder / files[0], shape)
        reports = {name: one.facts() for name, one in zip(files, said, strict=True)}
        counts = {"blanked": len(looked.blanked), "kept": len(looked.kept), "method": looked.method}
        reports[files[0]]["pixels"] = counts
        return PublishedRun(label, token, said[0].patient, side, tuple(files), traces, reports)

    def _traces(self, label: LabelVersion, objects: Objects) -> Traces:
        return traces_of(objects.all(), self.material.people(label))

    def _clean(
        self, label: LabelVersion, objects: Objects, token: str
    ) -> tuple[PixelReport, list[HeaderReport]]:
        """Clean the objects in place and return what was done."""
        try:
            known = self.cleaning.known(objects.all())
            looked = self.cleaning.pixels(objects.run, known, token)
            if not looked.may_leave:
                raise HeldBackError(label.image_id, len(looked.doubtful), token)
            return looked, [self.cleaning.header(dataset, known) for dataset in objects.all()]
        except MALFORMED as error:
            raise UnencodableError from error

    def _labelled_shape(self, label: LabelVersion) -> Shape:
        """Return the shape of a label, (T, H, W).

        Raises:
            NothingLabelledError: No frame of it is labelled or finished.
        """
        label_map = self.material.runs.label_map(label)
        if not self.material.runs.frames(label, label_map):
            raise NothingLabelledError(label.image_id)
        n_frames, rows, columns = label_map.shape
        return n_frames, rows, columns

    @contextmanager
    def _whole(self, place: Path) -> Iterator[None]:
        """Make a folder of the set, and remove it if its objects cannot all be written and read."""
        (self.folder / place).mkdir(parents=True)
        try:
            yield
        except FluoroError:
            shutil.rmtree(self.folder / place)
            raise


def _save(folder: Path, place: Path, objects: Objects) -> list[str]:
    """Write the objects into a place of a folder and return the names of their files."""
    numbered = {f"measurement_{n}.sr.dcm": report for n, report in enumerate(objects.reports, 1)}
    datasets = {RUN: objects.run, SEG: objects.seg, **numbered}
    for name, dataset in datasets.items():
        try:
            dataset.save_as(folder / place / name, enforce_file_format=True)
        except MALFORMED as error:
            raise UnencodableError from error
    return [(place / name).as_posix() for name in datasets]


def _require_shape(run: Path, shape: Shape) -> None:
    """Make sure that what was written can be read, and that its label fits it."""
    frames = read_cine(run).frames
    if frames.shape != shape:
        raise LabelShapeError(shape, frames.shape, "frames, rows, columns")
