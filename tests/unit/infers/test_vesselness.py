import numpy as np
import pytest

from lib.arrays import LabelMap, Mask
from lib.errors import InvalidInputError, UnknownLabelError
from lib.infers.algorithms.vesselness import Vesselness
from lib.infers.parameter import ParameterValue
from lib.labels import LabelTable, load_label_table
from lib.settings import settings
from tests.vessel_runs import (
    CATHETER,
    cine_of,
    curve,
    dice,
    filled_frame,
    filling_run,
    shot,
    tissue,
    vessel_truth,
)

TABLE = load_label_table(settings().labels)
VESSEL, TUBE = TABLE.by_name("vessel").index, TABLE.by_name("catheter").index


def segment(frames: np.ndarray, spacing_mm: float | None = None, **values: ParameterValue) -> LabelMap:
    return Vesselness().segment(cine_of(frames, spacing_mm), values, TABLE)


@pytest.fixture(scope="module")
def run() -> tuple[LabelMap, Mask]:
    """A run that fills after three frames: what was found, and the truth."""
    frames, truth = filling_run()
    return segment(frames), truth


@pytest.mark.parametrize("side", [256, 512, 1024])
def test_the_tree_on_a_single_frame_is_found_with_its_width(side: int) -> None:
    found = segment(filled_frame(side)[np.newaxis])

    assert (found.shape, found.dtype) == ((1, side, side), np.uint8)
    assert dice(found[0] == VESSEL, vessel_truth(side)) > 0.88
    assert (found == VESSEL).sum() == pytest.approx(vessel_truth(side).sum(), rel=0.2)


def test_a_calibrated_run_gives_the_same_tree() -> None:
    found = segment(filled_frame(1024)[np.newaxis], spacing_mm=0.15)

    assert dice(found[0] == VESSEL, vessel_truth(1024)) > 0.88


def test_the_tree_is_found_on_every_filled_frame(run: tuple[LabelMap, Mask]) -> None:
    found, truth = run

    assert all(dice(found[t] == VESSEL, truth[t]) > 0.85 for t in range(4, 12))


def test_frames_before_contrast_have_no_vessel(run: tuple[LabelMap, Mask]) -> None:
    assert not (run[0][:3] == VESSEL).any()


def test_a_wire_that_never_changes_is_no_vessel(run: tuple[LabelMap, Mask]) -> None:
    assert not run[0][:, :, 460:].any()


def test_a_catheter_gets_its_own_label(run: tuple[LabelMap, Mask]) -> None:
    found, _ = run
    tube = curve(CATHETER, 9) > 0
    tube[:10] = tube[100:] = False

    assert (found[6:, tube] == TUBE).mean() > 0.7
    assert (found[6:, tube] == VESSEL).mean() < 0.05


def test_a_catheter_can_be_left_out_or_kept() -> None:
    frames, _ = filling_run()
    removed, kept = segment(frames, catheter="remove"), segment(frames, catheter="keep")
    tube = curve(CATHETER, 5)[20:100] > 0

    assert not removed[8, 20:100][tube].any()
    assert (kept[8, 20:100][tube] == VESSEL).mean() > 0.7


def test_without_background_a_still_wire_is_a_line_like_others() -> None:
    frames, _ = filling_run(has_catheter=False)
    wire = slice(100, 400), slice(460, 490)

    found = segment(frames, use_background=False, sensitivity=0.9, catheter="keep")

    assert found[8][wire].any()


def test_a_run_without_contrast_has_no_vessel() -> None:
    frames, _ = filling_run()
    still = np.stack([frames[t % 3] for t in range(12)])

    assert not (segment(still) == VESSEL).any()


def test_a_wire_that_sways_without_contrast_is_no_vessel() -> None:
    wire = curve(((100, 0), (180, 200), (330, 330)), 7)
    frames = [shot(tissue() + 0.3 * np.roll(wire, 9 * (t % 5), axis=1), seed=t) for t in range(12)]

    found = segment(np.stack(frames))

    assert not (found == VESSEL).any()
    assert (found == TUBE).any()


def test_a_small_thing_that_moves_is_no_vessel() -> None:
    frames, _ = filling_run()
    speck = curve(((400, 60), (440, 60)), 9)
    moving = [frame * np.exp(-0.3 * np.roll(speck, 12 * t, axis=0)) for t, frame in enumerate(frames)]

    assert not (segment(np.stack(moving))[:, :230, 350:] == VESSEL).any()


def test_noise_is_no_vessel() -> None:
    frames = np.stack([shot(tissue(), seed, noise=0.02) for seed in range(2)])

    assert (segment(frames) == VESSEL).mean() < 0.01


def test_a_pale_tree_needs_sensitivity() -> None:
    pale = shot(
        tissue() + 0.35 * curve(((80, 80), (300, 250)), 15) + 0.09 * curve(((300, 400), (450, 100)), 9)
    )

    low, high = (int((segment(pale[np.newaxis], sensitivity=s) == VESSEL).sum()) for s in (0.3, 0.95))

    assert high > 1.2 * low


def test_short_vessels_can_be_left_out() -> None:
    stub = shot(tissue() + 0.35 * curve(((200, 200), (260, 200)), 11))[np.newaxis]

    assert (segment(stub, min_length_mm=10.0) == VESSEL).any()
    assert not (segment(stub, min_length_mm=60.0) == VESSEL).any()


@pytest.mark.parametrize("shape", [(1, 2, 2), (1, 16, 16), (3, 64, 50), (9, 33, 47), (1, 8, 600)])
def test_odd_and_tiny_pictures_come_back_in_their_own_shape(shape: tuple[int, int, int]) -> None:
    found = segment(np.full(shape, 0.5, np.float32))

    assert found.shape == shape
    assert not found.any()


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_black_and_white_pictures_hold_nothing(level: float) -> None:
    assert not segment(np.full((2, 128, 128), level, np.float32)).any()


def test_the_same_run_gives_the_same_mask() -> None:
    frame = filled_frame()[np.newaxis]

    assert (segment(frame) == segment(frame)).all()


def test_the_indices_are_those_of_the_table() -> None:
    own = LabelTable(tuple(label for label in TABLE if label.set_name != "coronary"))

    assert set(np.unique(Vesselness().segment(cine_of(filled_frame()[np.newaxis]), {}, own))) <= {
        0,
        VESSEL,
        TUBE,
    }


def test_a_table_without_the_labels_is_refused() -> None:
    other = LabelTable(TABLE.set("coronary"))

    with pytest.raises(UnknownLabelError):
        Vesselness().segment(cine_of(filled_frame()[np.newaxis]), {}, other)


def test_a_value_out_of_range_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"sensitivity cannot be '1\.5'"):
        segment(filled_frame()[np.newaxis], sensitivity=1.5)
