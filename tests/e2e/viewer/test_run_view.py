"""The run view of the fluoroscopy mode in a real browser: frames, cine, picture, keys."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser import IMAGE_CORNERS, VIEWPORT
from tests.e2e.conftest import Started
from tests.e2e.viewer.segment_page import SegmentPage

DEMO_FRAMES, DEMO_RATE = 24, 10.0

RECORD = f"""() => {{
  const {{ element }} = {VIEWPORT};
  window.shownFrames = [];
  element.addEventListener('CORNERSTONE_STACK_NEW_IMAGE', event =>
    window.shownFrames.push([performance.now(), event.detail.imageIdIndex]));
}}"""


def demo(started: Started) -> dict[str, Any]:
    """Return the demo run as the server describes it."""
    runs = started.asks_as().get(f"{started.url}/fluoro/api/runs", timeout=60).json()["runs"]
    found = next(run for run in runs if run["n_frames"] == DEMO_FRAMES and run["modality"] == "XA")
    described: dict[str, Any] = (
        started.asks_as().get(f"{started.url}/fluoro/api/runs/{found['image_id']}", timeout=60).json()
    )
    return described


@pytest.fixture(scope="module")
def run(started: Started) -> dict[str, Any]:
    return demo(started)


@pytest.fixture(scope="module")
def opened(run: dict[str, Any], desk: SegmentPage) -> SegmentPage:
    """The demo run, opened once for all tests of this file."""
    desk.open_another(run["image_id"], run["study_instance_uid"])
    desk.errors.clear()
    return desk


@pytest.fixture
def viewer(opened: SegmentPage) -> SegmentPage:
    """The demo run at rest: no cine, nothing subtracted, nothing else in front."""
    opened.page.keyboard.press("Escape")
    opened.page.evaluate("document.activeElement.blur()")
    opened.app("app.store.get('isPlaying') && app.actions.run('cine')")
    opened.app("app.store.get('subtraction') && app.actions.run('subtract')")
    return opened


def test_a_run_opens_at_its_fullest_frame(opened: SegmentPage, run: dict[str, Any]) -> None:
    opened.wait_for_frame(run["fullest_frame_number"])

    expect(opened.bar()).to_contain_text(f"{run['fullest_frame_number']} / {DEMO_FRAMES}")
    assert opened.errors == []


def test_the_arrows_go_through_the_frames_and_the_ends_meet(viewer: SegmentPage) -> None:
    viewer.show_frame(DEMO_FRAMES - 1)

    viewer.page.keyboard.press("ArrowRight")
    viewer.wait_for_frame(1)
    viewer.page.keyboard.press("ArrowRight")
    viewer.wait_for_frame(2)
    viewer.page.keyboard.press("ArrowLeft")
    viewer.wait_for_frame(1)


def test_keys_belong_to_the_field_that_one_types_in(viewer: SegmentPage) -> None:
    viewer.page.get_by_role("button", name="Subtract").click()
    viewer.show_frame(4)
    viewer.page.get_by_label("Mask frame", exact=True).press("ArrowRight")
    viewer.page.get_by_label("Mask frame", exact=True).press(" ")

    assert viewer.frame_number() == 5
    assert not viewer.app("app.store.get('isPlaying')")


def test_the_slider_shows_a_frame_and_says_what_is_marked_on_it(viewer: SegmentPage) -> None:
    viewer.app("app.store.set('keyFrames', [7])")
    viewer.app("app.store.set('finishedFrames', [7])")
    viewer.app("app.store.set('confidence', {7: 0.82})")
    slider = viewer.page.get_by_role("slider", name="Frame")

    slider.fill("7")

    viewer.wait_for_frame(7)
    expect(slider).to_have_attribute(
        "aria-valuetext", "Frame 7 of 24, has prompts, finished, propagation 82 % sure"
    )


def test_the_cine_keeps_the_time_of_the_header(viewer: SegmentPage) -> None:
    viewer.show_frame(0)
    viewer.page.evaluate(RECORD)

    viewer.page.keyboard.press("Space")
    viewer.page.wait_for_function("window.shownFrames.length > 12")
    viewer.page.keyboard.press("Space")

    times_ms, shown = np.array(viewer.page.evaluate("window.shownFrames")).T
    due = shown[0] + (times_ms - times_ms[0]) / 1000 * DEMO_RATE
    late = (due - shown + DEMO_FRAMES / 2) % DEMO_FRAMES - DEMO_FRAMES / 2
    assert np.abs(late).mean() < 3
    assert not viewer.app("app.store.get('isPlaying')")


def test_subtraction_changes_the_picture_by_the_mask_frame_and_nothing_else(viewer: SegmentPage) -> None:
    viewer.show_frame(0)
    mask = viewer.drawn()
    viewer.show_frame(11)
    frame = viewer.drawn()

    viewer.page.get_by_role("button", name="Subtract").click()
    expect(viewer.page.get_by_label("Mask frame", exact=True)).to_be_visible()
    viewer.show_frame(10)
    viewer.show_frame(11)
    subtracted = viewer.drawn()
    viewer.page.get_by_role("button", name="Subtract").click()
    expect(viewer.page.get_by_label("Mask frame", exact=True)).to_be_hidden()

    assert np.array_equal(subtracted, np.clip(frame - mask + 128, 0, 255))
    assert np.array_equal(viewer.drawn(), frame)


def test_the_mask_is_shifted_to_the_right_and_down(viewer: SegmentPage) -> None:
    def shifted(dx: float, dy: float) -> list[list[float]]:
        moved = viewer.page.evaluate(
            """async ([dx, dy]) => {
              const { shifted } = await import('/fluoro/viewer/view/subtracting.js');
              const image = new Float32Array(20);
              image[6] = 1;
              return [...shifted(image, 5, dx, dy)];
            }""",
            [dx, dy],
        )
        return np.reshape(moved, (4, 5)).tolist()

    whole, half = shifted(2, 1), shifted(0.5, 0)

    assert whole[2] == [0, 0, 0, 1, 0]
    assert half[1] == [0, 0.5, 0.5, 0, 0]
    assert np.sum(whole) == np.sum(half) == 1


def test_black_and_white_are_swapped_and_swapped_back(viewer: SegmentPage) -> None:
    swap = viewer.page.get_by_role("button", name="Invert (I)")

    viewer.page.keyboard.press("i")
    expect(swap).to_have_attribute("aria-pressed", "true")
    is_inverted = viewer.app("app.viewport.stack().getProperties().invert")
    swap.click()

    assert is_inverted
    assert not viewer.app("app.viewport.stack().getProperties().invert")


def test_a_preset_takes_its_window_from_the_grey_values_of_the_frame(viewer: SegmentPage) -> None:
    viewer.show_frame(11)
    sample = viewer.drawn()[::7]

    viewer.page.get_by_label("Window", exact=True).select_option("All values")
    wide = viewer.app("app.viewport.stack().getProperties().voiRange")
    viewer.page.get_by_label("Window", exact=True).select_option("From the file")
    stated = viewer.app("app.viewport.stack().getProperties().voiRange")

    assert wide == {"lower": sample.min(), "upper": sample.max()}
    assert stated["upper"] - stated["lower"] == pytest.approx(255, abs=1)


def test_a_pointer_is_told_in_pixels_of_the_frame(viewer: SegmentPage) -> None:
    place = "app.viewport.stack().canvas.getBoundingClientRect()"
    box = viewer.app(f"(({{ left, top }}) => ({{ left, top }}))({place})")
    origin, along_x, along_y = (np.asarray(p, float) for p in viewer.page.evaluate(IMAGE_CORNERS))
    x, y = 300, 200

    event = f"({{ clientX: {box['left'] + x}, clientY: {box['top'] + y} }})"
    point = viewer.app(f"app.viewport.imagePoint({event})")

    wanted = origin + x / 100 * (along_x - origin) + y / 100 * (along_y - origin) - 0.5
    assert [point["x"], point["y"]] == pytest.approx(wanted[:2].tolist(), abs=0.01)


def test_the_sheet_of_keys_opens_and_closes(viewer: SegmentPage) -> None:
    sheet = viewer.page.get_by_role("dialog", name="Keys and mouse")

    viewer.page.keyboard.press("?")
    expect(sheet).to_be_visible()
    expect(sheet).to_contain_text("Propagate")
    viewer.page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


@pytest.mark.parametrize(
    ("spacing", "words"),
    [
        ({"row_mm": 0.2, "is_calibrated": True, "source": "ERMF"}, "mm calibrated (ERMF)"),
        ({"row_mm": 0.2, "is_calibrated": False, "source": "PROJECTION"}, "mm on the detector"),
        ("uncalibrated", "Not calibrated"),
    ],
)
def test_the_words_beside_the_length_tool_tell_what_a_millimetre_is_worth(
    viewer: SegmentPage, spacing: dict[str, Any] | str, words: str
) -> None:
    viewer.app("app.store.set('facts', {...app.store.get('facts'), spacing: value})", spacing)

    expect(viewer.bar()).to_contain_text(words)


def test_nothing_of_the_bar_is_cut_off_or_overlaps_on_a_small_screen(viewer: SegmentPage) -> None:
    viewer.page.get_by_role("button", name="Subtract").click()
    expect(viewer.page.get_by_label("Mask frame", exact=True)).to_be_visible()

    parts = viewer.rectangles(".fv-bar button, .fv-bar select, .fv-bar input, .fv-count, .fv-scale")

    assert len(parts) > 12
    for part in parts:
        assert part["name"].strip() or part["right"] == part["left"], "a control has no name"
        assert not part["cut"], f"{part['name']} cuts its text off"
        assert 0 <= part["left"] <= part["right"] <= 1280, part["name"]
        assert 0 <= part["top"] <= part["bottom"] <= 720, part["name"]
    for one, other in combinations(parts, 2):
        across = min(one["right"], other["right"]) - max(one["left"], other["left"])
        down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
        assert min(across, down) <= 1, f"{one['name']} overlaps {other['name']}"


def test_the_page_wrote_no_errors(opened: SegmentPage) -> None:
    assert opened.errors == []
