"""All stored values of a run, in one array."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from lib.errors import NoPixelsError, PixelDataError
from lib.frames.codecs import CodecError, decode_frame
from lib.frames.color import to_grey
from lib.frames.fragments import FragmentError, split_frames
from lib.frames.layout import Codes, Layout
from lib.frames.values import MALFORMED, Values

THREADS: Final = min(8, os.cpu_count() or 1)


def read_codes(values: Values, layout: Layout, sop_instance_uid: str) -> Codes:
    """Return (T, H, W) stored values as unsigned bit patterns.

    Number of Frames and the data may disagree. Fewer frames than stated: the data are broken, an error.
    More frames than stated: the stated ones are read, a problem. Nothing stated: all are read, and more
    than one is a problem. Uncompressed pixels are a view of the file's bytes.

    Raises:
        NoPixelsError: There is no pixel data.
        PixelDataError: It is too short or cannot be decoded.
    """
    data = _pixel_bytes(values.dataset)
    if not data:
        raise NoPixelsError(sop_instance_uid)
    if layout.transfer_syntax_uid.is_encapsulated:
        return _encapsulated(data, values, layout, sop_instance_uid)
    return _native(data, values, layout, sop_instance_uid)


def frame_count(values: Values, layout: Layout) -> int:
    """Return how many frames the run has; the pixel data are asked only if the header does not say."""
    if layout.stated_frames is not None:
        return layout.stated_frames
    data = _pixel_bytes(values.dataset)
    try:
        is_encapsulated = layout.transfer_syntax_uid.is_encapsulated
        found = len(split_frames(data, None)) if is_encapsulated else len(data) // layout.frame_bytes
    except FragmentError:
        found = 1
    if found > 1:
        values.note(f"NumberOfFrames (0028,0008) is missing; the pixel data hold {found} frames.")
    return max(found, 1)


def each_frame(act: Callable[[int], None], n_frames: int) -> None:
    """Call `act` with every t, on all processors; the first error is raised."""
    if n_frames == 1:
        act(0)
        return
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="frames")
    try:
        for future in [pool.submit(act, t) for t in range(n_frames)]:
            future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _pixel_bytes(dataset: Dataset) -> bytes:
    if "PixelData" not in dataset:
        return b""
    try:
        data = dataset["PixelData"].value
    except MALFORMED:
        return b""
    return data if isinstance(data, bytes) else b""


def _native(data: bytes, values: Values, layout: Layout, uid: str) -> Codes:
    n_frames, size = frame_count(values, layout), layout.frame_bytes
    if len(data) < n_frames * size:
        reason = (
            f"it has {len(data)} bytes, but {n_frames} frame(s) of {layout.shape_text} need {n_frames * size}"
        )
        raise PixelDataError(uid, reason)
    if len(data) >= (n_frames + 1) * size:
        _note_surplus(values, len(data) // size, n_frames)
    flat = _little_endian(data, n_frames * size, values.dataset, layout)
    if layout.samples == 1:
        return flat.reshape(n_frames, layout.rows, layout.columns)
    grey = np.empty((n_frames, layout.rows, layout.columns), flat.dtype)
    samples = flat.reshape(n_frames, -1)
    each_frame(lambda t: np.copyto(grey[t], _native_grey(samples[t], layout)), n_frames)
    return grey


def _little_endian(data: bytes, size: int, dataset: Dataset, layout: Layout) -> NDArray[Any]:
    """Return the first `size` bytes as samples; big-endian files swap words, even where pixels are bytes."""
    sample = np.dtype("u1" if layout.bits_allocated == 8 else "<u2")
    if layout.transfer_syntax_uid.is_little_endian:
        return np.frombuffer(data, sample, size // sample.itemsize)
    if layout.bits_allocated == 16 or dataset["PixelData"].VR == "OW":
        data = np.frombuffer(data, "<u2", len(data) // 2).byteswap().tobytes()
    return np.frombuffer(data, sample, size // sample.itemsize)


def _native_grey(samples: NDArray[Any], layout: Layout) -> NDArray[Any]:
    """Return the luminance of one uncompressed colour frame."""
    size = (layout.rows, layout.columns)
    if layout.is_subsampled:
        return samples.reshape(-1, 4)[:, :2].reshape(size)
    if layout.is_planar:
        return to_grey(np.moveaxis(samples.reshape(3, *size), 0, -1), layout.photometric)
    return to_grey(samples.reshape(*size, 3), layout.photometric)


def _encapsulated(data: bytes, values: Values, layout: Layout, uid: str) -> Codes:
    n_frames = frame_count(values, layout)
    try:
        encoded = split_frames(data, n_frames)
    except FragmentError as error:
        raise PixelDataError(uid, str(error)) from error
    if len(encoded) < n_frames:
        raise PixelDataError(uid, f"it holds {len(encoded)} of {n_frames} frames")
    if len(encoded) > n_frames:
        _note_surplus(values, len(encoded), n_frames)
    first = _decoded(encoded[0], layout, uid, 0)
    codes = np.empty((n_frames, *first.shape), first.dtype)

    def decode(t: int) -> None:
        codes[t] = first if t == 0 else _decoded(encoded[t], layout, uid, t)

    each_frame(decode, n_frames)
    return codes


def _decoded(encoded: bytes, layout: Layout, uid: str, t: int) -> NDArray[Any]:
    try:
        return decode_frame(encoded, layout)
    except CodecError as error:
        raise PixelDataError(uid, f"frame {t + 1}: {error}") from error


def _note_surplus(values: Values, found: int, n_frames: int) -> None:
    values.note(
        f"The pixel data hold {found} frames, NumberOfFrames (0028,0008) says {n_frames}; "
        f"the first {n_frames} were read."
    )
