"""Each label map of the fluoroscopy mode lies on its own frame of its own run."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.builders import build_xa, draw_run
from tests.e2e.conftest import Started
from tests.e2e.labelled import coverage, store, submit
from tests.e2e.viewer.segment_page import ON_PAGE
from tests.e2e.viewer.viewer_page import FluoroPage, draw

PERSON = "reader"
N_FRAMES, ROWS, COLUMNS = 96, 256, 320
CHECKED = (1, 48, 96)

SHOW_RUN = """(services => services.viewportGridService.setDisplaySetsForViewport({
  viewportId: services.viewportGridService.getActiveViewportId(),
  displaySetInstanceUIDs: [app.viewport.displaySet(value).displaySetInstanceUID],
}))(app.services)"""


KNOWS_THE_SEG = "app.services.displaySetService.getActiveDisplaySets().some(one => one.Modality === 'SEG')"

AT_ITS_FULLEST = """(id => app.viewport.runId() === id && app.store.get('session')?.image_id === id &&
  app.store.get('facts')?.image_id === id &&
  app.viewport.frameNumber() === app.store.get('facts').fullest_frame_number)('{}')"""


RECORD_PLAYED = """(() => {
  window.played = {};
  app.viewport.element().addEventListener('CORNERSTONE_IMAGE_RENDERED', () => {
    const [n, layer] = [app.viewport.frameNumber(), document.querySelector('.fv-overlay')];
    const labels = layer && app.overlay.frame(n);
    if (!labels?.some(index => index > 0)) return;
    const { data } = layer.getContext('2d').getImageData(0, 0, layer.width, layer.height);
    window.played[n] = labels.filter((index, at) => (index > 0) !== (data[4 * at + 3] > 0)).length;
  });
})()"""

PLAYED_CORNERS = """(box => [box.left, box.top, box.right, box.bottom])(
  document.querySelector('.fv-overlay').getBoundingClientRect())"""


def box(top: int, left: int) -> NDArray[np.uint8]:
    mask = np.zeros((ROWS, COLUMNS), np.uint8)
    mask[top : top + 40, left : left + 60] = 1
    return mask


def own_box(n: int) -> NDArray[np.uint8]:
    """Return a box that lies elsewhere, and far from there, on the frames next to frame n."""
    return box(10 + n * 71 % 200, 10 + n * 97 % 240)


def test_every_mask_lies_on_its_own_frame_and_nowhere_else(
    started: Started, visit_anew: Callable[..., FluoroPage]
) -> None:
    run = build_xa(pixels=draw_run(N_FRAMES, ROWS, COLUMNS))
    store(started, run)
    masks = {n: own_box(n) for near in CHECKED for n in (near - 1, near, near + 1) if 1 <= n <= N_FRAMES}
    draw(started, PERSON, str(run.SOPInstanceUID), masks)

    viewer = visit_anew(str(run.StudyInstanceUID), person=PERSON)
    viewer.wait_until_open(N_FRAMES)
    seen = {}
    for n in CHECKED:
        viewer.show_frame(n - 1)
        viewer.wait_for_mask(n)
        seen[n] = viewer.overlay()

    for n, (changed, places) in seen.items():
        inside, outside = coverage(changed, places, masks[n])
        assert inside > 0.98, f"frame {n}: the overlay covers {inside:.1%} of the mask"
        assert outside == 0, f"frame {n}: {outside} overlay pixels lie beside the mask"
    assert viewer.errors == []


def test_a_submitted_label_in_the_study_is_gone_on_with_and_covers_nothing_else(
    started: Started, visit_anew: Callable[..., FluoroPage], tmp_path: Path
) -> None:
    run = build_xa(pixels=draw_run(8, ROWS, COLUMNS))
    store(started, run)
    masks = {n: own_box(n) for n in range(1, 9)}
    submit(started, run, np.stack(list(masks.values())), tmp_path)

    viewer = visit_anew(str(run.StudyInstanceUID), person=PERSON)
    viewer.wait_until_open(8)
    viewer.wait_for_app(KNOWS_THE_SEG)
    viewer.show_frame(3)
    viewer.wait_for_mask(4)

    inside, outside = coverage(*viewer.overlay(), masks[4])
    assert inside > 0.98, f"the overlay covers {inside:.1%} of the mask"
    assert outside == 0, f"{outside} overlay pixels lie beside the mask"
    assert viewer.errors == []


def test_labels_lie_on_their_own_frames_while_the_run_plays(
    started: Started, visit_anew: Callable[..., FluoroPage]
) -> None:
    run = build_xa(pixels=draw_run(8, ROWS, COLUMNS))
    store(started, run)
    masks = {n: own_box(n) for n in range(1, 9)}
    draw(started, PERSON, str(run.SOPInstanceUID), masks)

    viewer = visit_anew(str(run.StudyInstanceUID), person=PERSON)
    viewer.wait_until_open(8)
    for n in masks:
        viewer.show_frame(n - 1)
        viewer.wait_for_mask(n)
    viewer.app("void app.actions.run('cine')")
    viewer.app(RECORD_PLAYED)
    viewer.wait_for_app("Object.keys(window.played).length === 8")
    left, top, right, bottom = viewer.app(PLAYED_CORNERS)
    corners = [viewer.app(ON_PAGE, at) for at in ([-0.5, -0.5], [COLUMNS - 0.5, ROWS - 0.5])]
    viewer.app("app.actions.run('cine')")
    viewer.wait_until_still()

    assert set(viewer.app("window.played").values()) == {0}, "labels are not those of their frames"
    np.testing.assert_allclose([(left, top), (right, bottom)], corners, atol=0.6)
    n = viewer.frame_number()
    inside, outside = coverage(*viewer.overlay(), masks[n])
    assert inside > 0.98, f"after the cine the overlay covers {inside:.1%} of the mask"
    assert outside == 0


def test_two_runs_of_one_series_keep_their_label_maps_apart(
    started: Started, visit_anew: Callable[..., FluoroPage]
) -> None:
    first = build_xa(pixels=draw_run(4, ROWS, COLUMNS), InstanceNumber=1)
    second = build_xa(
        pixels=draw_run(4, ROWS, COLUMNS),
        study_instance_uid=str(first.StudyInstanceUID),
        series_instance_uid=str(first.SeriesInstanceUID),
        InstanceNumber=2,
    )
    store(started, first, second)
    masks = {str(first.SOPInstanceUID): box(20, 20), str(second.SOPInstanceUID): box(180, 200)}
    for image_id, mask in masks.items():
        draw(started, PERSON, image_id, {2: mask})

    viewer = visit_anew(str(first.StudyInstanceUID), person=PERSON)
    viewer.wait_until_open(4)
    viewer.wait_for_series("XA", 2)
    for image_id in (*masks, str(first.SOPInstanceUID)):
        viewer.app(SHOW_RUN, image_id)
        viewer.wait_for_app(AT_ITS_FULLEST.format(image_id))
        viewer.show_frame(1)
        viewer.wait_for_mask(2)

        inside, outside = coverage(*viewer.overlay(), masks[image_id])

        assert inside > 0.98, f"the overlay covers {inside:.1%} of the mask"
        assert outside == 0, f"{outside} overlay pixels lie beside the mask"
    assert viewer.errors == []
