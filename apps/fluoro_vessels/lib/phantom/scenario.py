"""Everything that chance decides about a run, drawn from one seed before anything is rendered."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lib.phantom.devices.in_vessels import catheter_to, guidewire_in, implants
from lib.phantom.imaging.detector import Detector, draw_detector
from lib.phantom.imaging.field import Field, draw_field
from lib.phantom.imaging.processing import Processing, draw_processing
from lib.phantom.imaging.standpoint import draw_view
from lib.phantom.imaging.view import View
from lib.phantom.model import Device, Tree
from lib.phantom.physiology.flow import Flow
from lib.phantom.physiology.injection import draw_flow
from lib.phantom.physiology.motion import Motion
from lib.phantom.physiology.restlessness import draw_motion
from lib.phantom.trees.territories import TERRITORIES, grow

VERSION: Final = "4"
"""Changes whenever a seed gives another run."""

TERRITORY_SHARES: Final = (0.40, 0.20, 0.22, 0.18)
DSA_SHARES: Final = {"coronary": 0.08, "cerebral": 0.6, "peripheral": 0.5, "renal": 0.5}
CATHETER_SHARE: Final = {"coronary": 0.93, "cerebral": 0.6, "peripheral": 0.45, "renal": 0.9}
PARTS: Final = (
    *("kind", "tree", "devices", "view", "flow", "motion"),
    *("detector", "processing", "field", "anatomy", "noise"),
)


@dataclass(frozen=True)
class Scenario:
    """One run before it is filmed.

    Attributes:
        seed: Gives the same scenario again, with the same version, territory, kind and size.
        territory: One of TERRITORIES.
        is_dsa: Whether the mask frames are subtracted.
        n_frames: Frames of the run.
        frame_time_ms: Time from one frame to the next.
        view: Geometry.
        tree: Vessels at end-diastole and mid-breath.
        devices: Catheter, guidewire and implants.
        flow: The injection.
        motion: What moves.
        detector: How quanta become intensities.
        processing: How intensities become stored values.
        field: What the collimator and the detector leave of the picture.
    """

    seed: int
    territory: str
    is_dsa: bool
    n_frames: int
    frame_time_ms: float
    view: View
    tree: Tree
    devices: tuple[Device, ...]
    flow: Flow
    motion: Motion
    detector: Detector
    processing: Processing
    field: Field

    @property
    def times_s(self) -> NDArray[np.float64]:
        """(T,) when each frame is filmed."""
        return np.arange(self.n_frames) * self.frame_time_ms / 1000

    def random(self, part: str, number: int = 0) -> np.random.Generator:
        """Return the source of chance of one part; `number` parts the frames of a run."""
        return source(self.seed, part, number)


def source(seed: int, part: str, number: int = 0) -> np.random.Generator:
    """Return a source of chance that no other part of any run shares."""
    return np.random.default_rng([seed, PARTS.index(part), number + 1])


def draw_scenario(
    seed: int,
    territory: str | None = None,
    is_dsa: bool | None = None,
    size: int = 512,
    n_frames: int | None = None,
) -> Scenario:
    """Draw a run.

    Args:
        seed: Not negative.
        territory: One of TERRITORIES; drawn where it is None.
        is_dsa: Subtracted or native; drawn where it is None.
        size: Rows and columns.
        n_frames: Frames; as many as the injection takes where it is None.
    """
    kind = source(seed, "kind")
    drawn = str(kind.choice(TERRITORIES, p=TERRITORY_SHARES))
    where = territory or drawn
    chance = float(kind.uniform())
    subtracted = chance < DSA_SHARES[where] if is_dsa is None else is_dsa
    tree = grow(where, source(seed, "tree"))
    view = draw_view(tree, size, source(seed, "view"))
    flow, frame_time_ms, enough = draw_flow(tree, subtracted, source(seed, "flow"))
    return Scenario(
        seed=seed,
        territory=where,
        is_dsa=subtracted,
        n_frames=n_frames or enough,
        frame_time_ms=frame_time_ms,
        view=view,
        tree=tree,
        devices=_devices(tree, source(seed, "devices")),
        flow=flow,
        motion=draw_motion(where, subtracted, flow, source(seed, "motion")),
        detector=draw_detector(view, subtracted, source(seed, "detector")),
        processing=draw_processing(subtracted, source(seed, "processing")),
        field=draw_field(view, source(seed, "field")),
    )


def _devices(tree: Tree, random: np.random.Generator) -> tuple[Device, ...]:
    """Draw the catheter, the guidewire and the implants; a catheter may lie outside the picture."""
    catheter = catheter_to(tree, random)
    wire = guidewire_in(tree, random, catheter)
    has_catheter = random.uniform() < CATHETER_SHARE[tree.territory]
    tools = ((catheter,) if has_catheter else ()) + ((wire,) if wire is not None else ())
    return (*tools, *implants(tree.territory, random))
