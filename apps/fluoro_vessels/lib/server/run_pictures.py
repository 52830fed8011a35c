"""Which frame of a run to look at first, and a small picture of it."""

import threading
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from lib.arrays import Frame
from lib.datastore.records import LedgerRun
from lib.datastore.run_reader import RunReader
from lib.frames.fullest import fullest_frame
from lib.frames.read import read_cine
from lib.pictures.png import frame_png
from lib.server.open_runs import OpenRuns

SIDE_PX: Final = 128
"""Longer side of a thumbnail."""


class RunPictures:
    """Looks at the pixels of runs, one run at a time: a list asks for dozens at once."""

    def __init__(self, reader: RunReader, opened: OpenRuns) -> None:
        self._reader = reader
        self._opened = opened
        self._turn = threading.Lock()

    def fullest(self, run: LedgerRun) -> int:
        """Return t of the frame that shows the vessels best.

        Raises:
            FrameError: The pixels cannot be read.
            PacsUnavailableError: The run would have to be fetched, and the PACS does not answer.
        """
        known = self._reader.facts(run).fullest_frame
        if known is not None:
            return known
        dicom = self._reader.shelf.dicom(run.image_id)
        with self._turn:
            t = fullest_frame(self._opened.source(run.image_id, dicom))
        self._reader.ledger.note_fullest_frame(run.image_id, t)
        return t

    def thumbnail(self, run: LedgerRun) -> Path:
        """Return a PNG of that frame, made once; raises as `fullest` does."""
        return self._reader.shelf.thumbnail(run.image_id, lambda: self._make(run))

    def _make(self, run: LedgerRun) -> bytes:
        """Decode aside: a list that somebody scrolls through drives no run out of the memory."""
        facts, dicom = self._reader.facts(run), self._reader.shelf.dicom(run.image_id)
        with self._turn:
            frames = read_cine(dicom).frames
            t = facts.fullest_frame
            if t is None:
                t = fullest_frame(frames)
                self._reader.ledger.note_fullest_frame(run.image_id, t)
        return frame_png(small(frames[t]))


def small(frame: Frame) -> Frame:
    """Return a frame, (H, W), whose longer side is that of a thumbnail."""
    scale = SIDE_PX / max(frame.shape)
    rows, columns = (max(1, round(side * scale)) for side in frame.shape)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(frame, (columns, rows), interpolation=way), np.float32)
