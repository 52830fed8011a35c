"""One simulated coronary run, the same on every machine, to try the software with."""

from dataclasses import replace
from typing import Final

from pydicom.dataset import Dataset

from lib.phantom.dicom import run_object
from lib.phantom.imaging.field import Field
from lib.phantom.imaging.processing import Processing
from lib.phantom.render import simulate
from lib.phantom.scenario import Scenario, draw_scenario
from lib.phantom.xa_header import Nobody

SIZE: Final = 512
N_FRAMES: Final = 24
FRAME_TIME_MS: Final = 100.0
SEED: Final = 100
QUANTA: Final = 1800.0
"""A good picture, but no better than they come."""
ATTENUATION_PER_MM: Final = 0.15
"""Of the contrast medium, so that the left main stem lets about half of the beam through."""
DEMO: Final = Nobody("DEMO^PHANTOM", "DEMO")

LOOK: Final = Processing(
    response="sqrt",
    recursion=0.0,
    compression=0.55,
    compression_sigma_px=40.0,
    coring=0.0,
    edge_strength=0.4,
    edge_sigma_px=2.0,
    resampling=1.0,
    median_value=0.45,
    spread=0.42,
    gain_limits=(0.25, 1.0),
    gamma=1.0,
    shoulder=0.15,
    bits=8,
    jpeg_quality=None,
    border_value=0.015,
    is_inverted=False,
)


def demo_run() -> Dataset:
    """Return a run of 24 frames, 512 x 512, 8 bits: a valid XA object of the patient DEMO^PHANTOM.

    Returns:
        The object with file meta information; the same call gives the same UIDs and pixels.

    DICOM:
        X-Ray Angiographic Image IOD, PS3.3 A.14.
    """
    return run_object(simulate(demo_scenario()), DEMO)


def demo_scenario() -> Scenario:
    """Return the scenario: a short injection that fills the tree and leaves again within the run."""
    scenario = draw_scenario(SEED, "coronary", is_dsa=False, size=SIZE, n_frames=N_FRAMES)
    flow = replace(
        scenario.flow,
        begin_s=0.3,
        duration_s=0.9,
        speed_mm_s=220.0,
        dispersion=0.1,
        attenuation_per_mm=ATTENUATION_PER_MM,
    )
    return replace(
        scenario,
        frame_time_ms=FRAME_TIME_MS,
        devices=tuple(device for device in scenario.devices if device.kind == "catheter"),
        flow=flow,
        detector=replace(scenario.detector, quanta=QUANTA, vignetting=0.05),
        processing=LOOK,
        field=Field(radius=1.11),
    )
