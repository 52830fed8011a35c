"""A run as the rest of the house sees it."""

from dataclasses import dataclass

from lib.arrays import Frames
from lib.frames.carm import CArm
from lib.frames.spacing import Spacing
from lib.frames.timing import Timing


@dataclass(frozen=True)
class RunHeader:
    """What a header says about a run.

    Attributes:
        study_instance_uid: As it stands in the file, valid or not; so are the next two.
        series_instance_uid: See above.
        sop_instance_uid: The image id.
        sop_class_uid: SOP Class UID.
        modality: XA, RF, XRF or DX.
        n_frames: Frames of the run.
        rows: Height in pixels.
        columns: Width in pixels.
        spacing: Pixel size; None when nothing states one, then lengths are in pixels.
        timing: When each frame begins.
        carm: Geometry of the C-arm.
        problems: What is missing, malformed or contradictory, in sentences.
    """

    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str
    sop_class_uid: str
    modality: str
    n_frames: int
    rows: int
    columns: int
    spacing: Spacing | None
    timing: Timing
    carm: CArm
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Cine:
    """A run with its pixels.

    Attributes:
        header: What the header says.
        frames: (T, H, W) float32 in [0, 1]; vessels are dark; one window for the whole run.
    """

    header: RunHeader
    frames: Frames
