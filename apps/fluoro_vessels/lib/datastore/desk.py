"""Where a label that somebody sends becomes a saved version, and a DICOM SEG on its way to the PACS."""

import io
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from pydicom import Dataset

from lib.arrays import LabelMap, to_volume
from lib.datastore.durable import disk_full_says_so
from lib.datastore.incoming import author_of, finished_frames_of, makers_of, model_of, read_label_map
from lib.datastore.label_store import LabelContent, LabelStore, SegContent
from lib.datastore.outbox import Outbox
from lib.datastore.records import BasedOn, LabelDraft, LabelVersion, LedgerRun
from lib.datastore.shelf import RunShelf
from lib.datastore.states import FINAL_TAG, LabelState, check_first_state, first_state
from lib.datastore.volumes import write_label
from lib.errors import LabelShapeError
from lib.frames.files import read_without_pixels
from lib.frames.read import read_header
from lib.labels import LabelTable
from lib.seg.content import Maker, SegLabel, Segment
from lib.seg.write import write_seg
from lib.settings import Settings

SUFFIX: Final = ".nii.gz"
EMPTY_LABEL: Final = "vessel"
"""The segment that an empty label keeps: somebody looked for it and found nothing."""


@dataclass(frozen=True)
class LabelDesk:
    """Takes labels in, keeps them, and sends what was submitted."""

    shelf: RunShelf
    store: LabelStore
    outbox: Outbox
    table: LabelTable
    settings: Settings

    def save(
        self,
        run: LedgerRun,
        file: Path,
        tag: str,
        info: Mapping[str, Any],
        based_on: BasedOn | None = None,
    ) -> LabelVersion:
        """Save a label file that a client sent as a new version.

        Args:
            run: What it is a label of.
            file: NIfTI or NRRD.
            tag: `final` submits it.
            info: What was sent with it: who made it, with what, what its values mean.
            based_on: What must still be the newest of the tag, unless it is the author's own.

        Raises:
            LabelOvertakenError: Somebody else saved one since then; nothing is stored.
            LabelFileError: The file cannot be read, or has values that are no label.
            LabelShapeError: It does not have the shape of its run.
            DiskFullError: There is no room; older versions are untouched.
        """
        source = self._source(run)
        label_map = read_label_map(file, _shape(source), info, self.table)
        draft = _draft(run, label_map, tag, info, based_on)
        saved = self.store.save(draft, lambda version: self._content(source, label_map, draft, version))
        if draft.state is LabelState.SUBMITTED:
            self.outbox.wake()
        return saved

    def save_draft(
        self, run: LedgerRun, label_map: LabelMap, tag: str, info: Mapping[str, Any], *, sends_seg: bool
    ) -> LabelVersion:
        """Save a label map that a method made, (T, H, W) in the table's indices, as a draft.

        Args:
            run: What it is a label of.
            label_map: The label.
            tag: Any but `final`.
            info: Who made it, with what.
            sends_seg: Put it into the outbox too, as a DICOM SEG that says that nobody reviewed it.

        Raises:
            LabelShapeError: It does not have the shape of its run.
            TagStateError: The tag is that of submitted labels.
            DiskFullError: There is no room; older versions are untouched.
        """
        source = self._source(run)
        if label_map.shape != _shape(source):
            raise LabelShapeError(label_map.shape, _shape(source), "frames, rows, columns")
        check_first_state(tag, LabelState.DRAFT)
        draft = _draft(run, label_map, tag, info)

        def content(version: int) -> LabelContent:
            made = self._content(source, label_map, draft, version)
            return replace(made, seg=self._seg(source, label_map, draft, version)) if sends_seg else made

        return self.store.save(draft, content)

    def path(self, label: LabelVersion) -> Path:
        """Return where a label's volume lies, NIfTI (X, Y, F) uint8."""
        return self.store.path(label)

    def write_seg_file(self, run: LedgerRun, file: Path, info: Mapping[str, Any], folder: Path) -> Path:
        """Write a label file as DICOM SEG of its run into a folder, without saving it."""
        source = self._source(run)
        label_map = read_label_map(file, _shape(source), info, self.table)
        draft = _draft(run, label_map, FINAL_TAG, info)
        seg = self._seg(source, label_map, draft, version=1)
        path = folder / f"{run.image_id}.seg.dcm"
        path.write_bytes(seg.data)
        return path

    def start_sending(self) -> None:
        """Send what waits, and go on in the background."""
        self.outbox.start()

    def stop_sending(self) -> None:
        """Finish what is being sent and stop."""
        self.outbox.stop()

    def _source(self, run: LedgerRun) -> Dataset:
        """Return the header of a run, from the cache or the PACS.

        Where it lacks Number of Frames (0028,0008) and the pixels hold several, their number is filled in,
        so that the label and its SEG have the frames that people see.
        """
        source = read_without_pixels(self.shelf.dicom(run.image_id))
        n_frames = read_header(source).n_frames
        if n_frames > 1:
            source.NumberOfFrames = n_frames
        return source

    def _content(self, source: Dataset, label_map: LabelMap, draft: LabelDraft, version: int) -> LabelContent:
        seg = None
        if draft.state is LabelState.SUBMITTED:
            seg = self._seg(source, label_map, draft, version)
        return LabelContent(_volume_bytes(source, label_map), SUFFIX, seg)

    def _seg(self, source: Dataset, label_map: LabelMap, draft: LabelDraft, version: int) -> SegContent:
        is_draft = draft.state is LabelState.DRAFT
        what = "Draft of a run that nobody reviewed" if is_draft else "Label of a run"
        label = SegLabel(
            source_sop_instance_uid=str(source.SOPInstanceUID),
            segments=segments_of(label_map, self.table, makers_of(draft.info)),
            version=version,
            author=draft.author,
            description=f"{what}, version {version}",
            is_draft=is_draft,
        )
        seg = write_seg(source, label, self.settings.seg, datetime.now().astimezone())
        buffer = io.BytesIO()
        seg.save_as(buffer, enforce_file_format=True)
        return SegContent(buffer.getvalue(), str(seg.SOPInstanceUID), str(seg.SeriesInstanceUID))


def segments_of(label_map: LabelMap, table: LabelTable, maker: Maker) -> tuple[Segment, ...]:
    """Return a segment for every label that is present; the empty vessel where none is."""
    present = [label for label in table if (label_map == label.index).any()]
    labels = present or [table.by_name(EMPTY_LABEL)]
    return tuple(Segment(label, label_map == label.index, maker) for label in labels)


def indices_in(label_map: LabelMap) -> tuple[int, ...]:
    """Return which labels of the table a label map has."""
    return tuple(int(index) for index in np.unique(label_map) if index)


def _draft(
    run: LedgerRun,
    label_map: LabelMap,
    tag: str,
    info: Mapping[str, Any],
    based_on: BasedOn | None = None,
) -> LabelDraft:
    """Return what is known of a label before it has a version."""
    return LabelDraft(
        image_id=run.image_id,
        tag=tag,
        state=first_state(tag),
        author=author_of(info),
        model=model_of(info),
        finished_frames=finished_frames_of(info),
        label_indices=indices_in(label_map),
        based_on=based_on,
        info=dict(info),
    )


def _shape(source: Dataset) -> tuple[int, int, int]:
    header = read_header(source)
    return header.n_frames, header.rows, header.columns


def _volume_bytes(source: Dataset, label_map: LabelMap) -> bytes:
    with tempfile.TemporaryDirectory(prefix="label-") as folder:
        path = Path(folder) / f"label{SUFFIX}"
        with disk_full_says_so(path.parent):
            write_label(path, to_volume(label_map), read_header(source).spacing)
        return path.read_bytes()
