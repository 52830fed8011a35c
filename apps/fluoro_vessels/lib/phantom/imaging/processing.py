"""From counts to the picture as vendors store it.

Every response is brought to the same form first: 0 at the run's median count, slope 1 there. So one unit
is one unit of optical depth near the median, whatever the response, and the gain has the same meaning.
The ranges were set so that level, spread and noise of public coronary pictures lie inside.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.phantom.imaging.field import Field

Response: TypeAlias = Literal["log", "sqrt", "linear"]
Intensities: TypeAlias = NDArray[np.float32]
"""(T, H, W), float32, quanta."""

Stored: TypeAlias = NDArray[np.uint8] | NDArray[np.uint16]
"""(T, H, W), stored values."""

COARSE: Final = 8
CORING_SIGMA_PX: Final = 1.2
STATISTICS_STEP: Final = 4
STATISTICS_FRAMES: Final = 5
REFERENCE_ROWS: Final = 512
LOWEST, HIGHEST = -1.0, 2.0
"""The brightness that the tone table knows; 0 is black and 1 is white before toe and shoulder."""
TABLE_SIZE: Final = 65536
FAINTEST: Final = 0.004
"""Counts below this part of the median are raised to it before the logarithm."""


@dataclass(frozen=True)
class Processing:
    """How counts become stored values.

    Attributes:
        response: Curve between count and brightness.
        recursion: Part of the frame before that stays in a frame: lag and temporal filter.
        compression: Part of the local mean that is subtracted.
        compression_sigma_px: Over which the local mean is taken; at 512 rows, as all lengths here.
        coring: Part of the faint detail that is removed as noise.
        edge_strength: Part of the detail that is added again.
        edge_sigma_px: Size of that detail.
        resampling: Size at which the picture was stored in between, in parts of its own; 1 for never.
        median_value: Brightness of the median, 0 black to 1 white.
        spread: Brightness between the 5th and the 95th percentile.
        gain_limits: Smallest and largest brightness of one unit of optical depth.
        gamma: Exponent of the tone curve.
        shoulder: Width of the soft ends of the tone curve.
        bits: Bits stored.
        jpeg_quality: Of the lossy compression; None for none.
        border_value: Brightness where nothing is shown.
        is_inverted: Stored with vessels bright, only in the file, not in the frames.
    """

    response: Response
    recursion: float
    compression: float
    compression_sigma_px: float
    coring: float
    edge_strength: float
    edge_sigma_px: float
    resampling: float
    median_value: float
    spread: float
    gain_limits: tuple[float, float]
    gamma: float
    shoulder: float
    bits: Literal[8, 10, 12]
    jpeg_quality: int | None
    border_value: float
    is_inverted: bool


def draw_processing(is_dsa: bool, random: np.random.Generator) -> Processing:
    """Draw a vendor's look.

    Args:
        is_dsa: Subtracted runs are logarithmic, mid-grey and have no dynamic range compression.
        random: Source of randomness.
    """
    bits: Literal[8, 10, 12] = (8, 10, 12)[int(random.choice(3, p=[0.7, 0.15, 0.15]))]
    is_lossy = bits == 8 and random.random() < 0.4
    response: Response = ("log", "sqrt", "linear")[int(random.choice(3, p=[0.45, 0.25, 0.3]))]
    is_flat = is_dsa or random.random() < 0.25
    is_sharpened = random.random() < 0.7
    return Processing(
        response="log" if is_dsa else response,
        recursion=random.uniform(0.05, 0.3) if random.random() < 0.5 else 0.0,
        compression=0.0 if is_flat else random.uniform(0.1, 0.75),
        compression_sigma_px=random.uniform(12, 60),
        coring=random.uniform(0.1, 0.6) if random.random() < 0.4 else 0.0,
        edge_strength=random.uniform(0.1, 1.1) if is_sharpened else 0.0,
        edge_sigma_px=random.uniform(1.2, 6.0),
        resampling=random.uniform(0.7, 0.98) if random.random() < 0.25 else 1.0,
        median_value=random.uniform(0.42, 0.7) if is_dsa else random.uniform(0.3, 0.52),
        spread=random.uniform(0.35, 0.65) if is_dsa else random.uniform(0.15, 0.55),
        gain_limits=(0.7, 2.4) if is_dsa else (0.25, random.uniform(0.8, 1.3)),
        gamma=float(np.exp(random.normal(0, 0.12))),
        shoulder=random.uniform(0.05, 0.3),
        bits=bits,
        jpeg_quality=int(random.integers(60, 96)) if is_lossy else None,
        border_value=0.0 if random.random() < 0.8 else random.uniform(0.05, 0.6),
        is_inverted=bool(random.random() < 0.08),
    )


def develop(
    intensities: Intensities,
    processing: Processing,
    field: Field,
    mask_frames: Intensities | None = None,
    *,
    are_neighbours: bool = True,
) -> Stored:
    """Make stored values of counts.

    Args:
        intensities: (T, H, W) quanta.
        processing: The look.
        field: What of the picture is shown.
        mask_frames: (M, H, W) quanta without contrast medium; given, the run is subtracted from them.
        are_neighbours: The frames follow each other in time; only then can one leave a trace in the next.

    Returns:
        (T, H, W), uint8 for 8 bits, else uint16. Vessels are dark, whatever the file will say.
    """
    shape = (intensities.shape[1], intensities.shape[2])
    responses = _responses(intensities, processing, field, mask_frames, are_neighbours)
    pictures = np.empty(intensities.shape, np.float32)
    for picture, response in zip(pictures, responses, strict=True):
        picture[:] = _sharpened(_compressed(response, processing), processing)
    gain, offset = _window(pictures, processing, field.mask(shape), mask_frames is not None)
    table = _tone_table(processing)
    # A subtraction would show what shines through the blades as well as the rest; machines cover it.
    hidden = ~(field.shown(shape) if mask_frames is None else field.mask(shape))
    stored: Stored = np.empty(intensities.shape, np.uint16)
    if processing.bits == 8:
        stored = np.empty(intensities.shape, np.uint8)
    for picture, out in zip(pictures, stored, strict=True):
        out[:] = _toned(picture, gain, offset, table)
        out[hidden] = round(processing.border_value * (2**processing.bits - 1))
        if processing.jpeg_quality is not None:
            out[:] = _through_jpeg(out, processing.jpeg_quality)
    return stored


def _responses(
    intensities: Intensities,
    processing: Processing,
    field: Field,
    mask_frames: Intensities | None,
    are_neighbours: bool,
) -> Iterator[NDArray[np.float32]]:
    """Yield frame after frame, (H, W): 0 at the median, slope 1 there; or the subtraction."""
    transmission = field.transmission((intensities.shape[1], intensities.shape[2]))
    step = STATISTICS_STEP
    level = max(float(np.median((transmission * intensities[0])[::step, ::step])), 1e-6)
    light_mask = None if mask_frames is None else mask_frames.mean(axis=0, dtype=np.float32) * transmission
    before: NDArray[np.float32] | None = None
    for intensity in intensities:
        light = intensity * transmission
        if before is not None and processing.recursion and are_neighbours:
            light = cv2.addWeighted(light, 1 - processing.recursion, before, processing.recursion, 0.0)
        before = light
        if light_mask is None:
            yield _respond(light / np.float32(level), processing.response)
        else:
            yield _respond(light / np.maximum(light_mask, 0.5), "log")


def _respond(relative: NDArray[np.float32], response: Response) -> NDArray[np.float32]:
    """Apply the curve; 1 becomes 0 and the slope there is 1."""
    if response == "linear":
        return np.asarray(relative - 1, np.float32)
    if response == "sqrt":
        return np.asarray(2 * (np.sqrt(relative) - 1), np.float32)
    return np.asarray(np.log(np.maximum(relative, FAINTEST)), np.float32)


def _compressed(picture: NDArray[np.float32], processing: Processing) -> NDArray[np.float32]:
    """Subtract a part of the local mean, so that lung and spine fit in one window."""
    if not processing.compression:
        return picture
    rows, columns = picture.shape
    size = (max(columns // COARSE, 1), max(rows // COARSE, 1))
    sigma = processing.compression_sigma_px * rows / REFERENCE_ROWS / COARSE
    coarse = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    coarse = cv2.GaussianBlur(coarse, (0, 0), sigma, borderType=cv2.BORDER_REFLECT)
    local_mean = cv2.resize(coarse, (columns, rows), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.addWeighted(picture, 1.0, local_mean, -processing.compression, 0.0), np.float32)


def _sharpened(picture: NDArray[np.float32], processing: Processing) -> NDArray[np.float32]:
    """Remove faint detail, raise edges, and let the picture pass through another size."""
    rows, columns = picture.shape
    if processing.coring:
        picture = _cored(picture, processing.coring)
    if processing.edge_strength:
        smooth = _smooth(picture, processing.edge_sigma_px * rows / REFERENCE_ROWS)
        strength = processing.edge_strength
        picture = cv2.addWeighted(picture, 1 + strength, smooth, -strength, 0.0)
    if processing.resampling < 1:
        size = (round(columns * processing.resampling), round(rows * processing.resampling))
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        picture = cv2.resize(small, (columns, rows), interpolation=cv2.INTER_CUBIC)
    return np.asarray(picture, np.float32)


def _cored(picture: NDArray[np.float32], strength: float) -> NDArray[np.float32]:
    """Take a part of the detail away that is no larger than noise; what is larger loses no more."""
    detail = picture - _smooth(picture, CORING_SIGMA_PX)
    deviation = float(np.median(np.abs(detail[::STATISTICS_STEP, ::STATISTICS_STEP]))) / 0.67
    faint = cv2.max(cv2.min(detail, 1.5 * deviation), -1.5 * deviation)
    return np.asarray(cv2.addWeighted(picture, 1.0, faint, -strength, 0.0), np.float32)


def _smooth(picture: NDArray[np.float32], sigma_px: float) -> NDArray[np.float32]:
    """Blur; where the blur is wide, on a grid twice as coarse, which looks the same."""
    if sigma_px < 2:
        width = 2 * math.ceil(3 * sigma_px) + 1
        return np.asarray(cv2.GaussianBlur(picture, (width, width), sigma_px), np.float32)
    rows, columns = picture.shape
    half = cv2.resize(picture, (max(columns // 2, 1), max(rows // 2, 1)), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(_smooth(half, sigma_px / 2), (columns, rows)), np.float32)


def _window(
    pictures: NDArray[np.float32], processing: Processing, mask: NDArray[np.bool_], is_subtracted: bool
) -> tuple[float, float]:
    """Return gain and offset of the run: its median and its spread come where they are wanted."""
    step = STATISTICS_STEP
    frames = np.unique(np.linspace(0, len(pictures) - 1, STATISTICS_FRAMES).round().astype(int))
    seen = mask[::step, ::step]
    if not seen.any():
        seen = np.ones_like(seen)
    values = pictures[frames][:, ::step, ::step][:, seen]
    faintest, dark, median, bright = np.percentile(values, [0.5, 5, 50, 95])
    spread = 1.2 * (median - faintest) if is_subtracted else bright - dark
    gain = float(np.clip(processing.spread / max(spread, 1e-6), *processing.gain_limits))
    return gain, processing.median_value - gain * float(median)


def _tone_table(processing: Processing) -> NDArray[np.uint16]:
    """Return stored values for brightness LOWEST to HIGHEST: soft toe, soft shoulder, gamma."""
    wanted = np.linspace(LOWEST, HIGHEST, TABLE_SIZE)
    width = max(processing.shoulder, 1e-3)
    high = np.where(wanted > 1 - width, 1 - width * np.exp(-(wanted - 1 + width) / width), wanted)
    toned = np.where(high < width, width * np.exp((np.minimum(high, width) - width) / width), high)
    anchor = np.clip(processing.median_value, 0.05, 0.95)
    curved = anchor * (np.clip(toned, 0, 1) / anchor) ** processing.gamma
    stored = np.round(np.clip(curved, 0, 1) * (2**processing.bits - 1))
    return np.asarray(stored, np.uint16)


def _toned(
    picture: NDArray[np.float32], gain: float, offset: float, table: NDArray[np.uint16]
) -> NDArray[np.uint16]:
    """Look brightness up in the tone table."""
    scale = (TABLE_SIZE - 1) / (HIGHEST - LOWEST)
    places = cv2.multiply(picture, 1.0, scale=gain * scale) + np.float32((offset - LOWEST) * scale)
    inside = cv2.max(cv2.min(places, TABLE_SIZE - 1), 0.0)
    return np.asarray(np.take(table, inside.astype(np.uint16)), np.uint16)


def _through_jpeg(picture: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    """Compress and decompress, (H, W)."""
    encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE), np.uint8)
