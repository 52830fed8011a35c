"""What a run of 300 frames takes in the browser, with labels over it, and whether it grows while it plays."""

from typing import Any, Final

from _viewer_cine import ALL_LOADED
from _viewer_stage import Stage, heap_mb, load, processes_mb
from pydicom.dataset import Dataset

from tests.browser import PATIENCE_MS
from tests.e2e.viewer.segment_page import SegmentPage

ROUNDS: Final = 4

ONE_ROUND: Final = """async () => {
  const stack = probe.viewport();
  for (let t = 0; t < stack.getImageIds().length; t += 1) {
    await stack.setImageIdIndex(t);
    await new Promise(requestAnimationFrame);
  }
}"""


def memory(stage: Stage, run: Dataset) -> dict[str, Any]:
    """Show every frame of the run several times; return MB after opening and after each round.

    `growth_mb` is how much more the JavaScript heap keeps after the last round than after the first, in which
    frames are loaded; `frames_mb` is what the frames and their label maps must take.
    """
    before = load()
    n_frames = int(run.NumberOfFrames)
    with stage.person() as context:
        page = SegmentPage(context.new_page(), stage.started.url, str(run.StudyInstanceUID))
        page.open_run(n_frames, (run.Rows, run.Columns))
        page.go_to(n_frames // 2)
        page.press("automatic")
        heaps, processes = [heap_mb(page.page)], [processes_mb()]
        for _ in range(ROUNDS):
            page.page.evaluate(ONE_ROUND)
            page.page.wait_for_function(ALL_LOADED, timeout=PATIENCE_MS)
            page.rest()
            heaps.append(heap_mb(page.page))
            processes.append(processes_mb())
    pixels = n_frames * run.Rows * run.Columns
    return {
        "frames": n_frames,
        "frames_mb": round(pixels * (run.BitsAllocated // 8 + 1) / 1e6),
        "heap_mb": [round(one) for one in heaps],
        "processes_mb": [round(one) for one in processes],
        "growth_mb": round(heaps[-1] - heaps[1], 1),
        "load": [before, load()],
    }
