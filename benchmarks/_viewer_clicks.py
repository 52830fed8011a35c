"""From a click to its mask on the screen, as the browser tells it."""

from typing import Any, Final

import numpy as np
from _viewer_stage import Stage, load
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from tests.e2e.viewer.segment_page import SegmentPage

CLICKS_ON_A_FRAME: Final = 6
FREE_PX: Final = 12
LONGEST_MS: Final = 20_000

SERVER_MS: Final = """performance.getEntriesByType('resource')
  .filter(entry => entry.name.endsWith('/prompts')).at(-1).duration"""

CHANGE: Final = "limit => Promise.race([probe.change, new Promise(done => setTimeout(done, limit, null))])"

Place = tuple[int, int]


def clicks(stage: Stage, run: Dataset, n_clicks: int) -> dict[str, Any]:
    """Click on frames that the network marked: into the mask (negative) and beside it (positive), in turns.

    Returns:
        Times in ms of all clicks, and of the first ones on their frames apart: these include encoding it.
        `server_p50_ms` is the part of a click that the browser waited for the server's answer.
    """
    firsts, others, server, before = [], [], [], load()
    with stage.person() as context:
        page = SegmentPage(context.new_page(), stage.started.url, str(run.StudyInstanceUID))
        page.open_run(int(run.NumberOfFrames), (run.Rows, run.Columns))
        click(page, opened(page, 2), 0)
        for at in range(-(-n_clicks // CLICKS_ON_A_FRAME)):
            mask = opened(page, n_of(at, int(run.NumberOfFrames)))
            for number in range(CLICKS_ON_A_FRAME):
                taken = click(page, mask, number)
                (others if number else firsts).append(taken)
                server.append(page.page.evaluate(SERVER_MS))
                assert taken > server[-1], "the picture changed before the server's answer was there"
        assert page.errors == [], page.errors
    times = firsts + others
    return {
        "n_clicks": len(times),
        "p50_ms": percentile(times, 50),
        "p95_ms": percentile(times, 95),
        "slowest_ms": percentile(times, 100),
        "first_of_frame_p50_ms": percentile(firsts, 50),
        "later_p50_ms": percentile(others, 50),
        "server_p50_ms": percentile(server, 50),
        "load": [before, load()],
    }


def n_of(at: int, n_frames: int) -> int:
    """Return frames from the middle of the run on, some apart."""
    return 1 + (n_frames // 3 + 5 * at) % n_frames


def opened(page: SegmentPage, n: int) -> NDArray[np.uint8]:
    """Show a frame with its automatic mask; return the label map."""
    page.choose("none")
    page.go_to(n)
    page.press("automatic")
    page.page.wait_for_timeout(300)
    return page.shown(n)


def click(page: SegmentPage, mask: NDArray[np.uint8], number: int) -> float:
    """Click once and return the ms until another picture was painted."""
    is_positive = number % 2 == 0 or not mask.any()
    places = free(mask) if is_positive else inside(mask)
    x, y = places[(number // 2 + 1) * len(places) // (CLICKS_ON_A_FRAME // 2 + 2)]
    page.choose("positive" if is_positive else "negative")
    at = page.on_page(x, y)
    page.page.mouse.move(*at)
    page.rest()
    n = page.n_prompts()
    page.page.evaluate("probe.armForChange()")
    page.page.mouse.click(*at)
    taken = page.page.evaluate(CHANGE, LONGEST_MS)
    if taken is None:
        raise SystemExit("A click changed nothing on the screen, so its time says nothing.")
    page.wait_for_prompts(n + 1)
    return float(taken)


def free(mask: NDArray[np.uint8]) -> list[Place]:
    """Return places (x, y) in the middle of the frame with nothing near."""
    rows, columns = mask.shape
    ys, xs = range(rows // 4, 3 * rows // 4, 8), range(columns // 4, 3 * columns // 4, 8)
    reach = FREE_PX
    return [
        (x, y) for y in ys for x in xs if not mask[y - reach : y + reach + 1, x - reach : x + reach + 1].any()
    ]


def inside(mask: NDArray[np.uint8]) -> list[Place]:
    """Return the pixels (x, y) of the mask."""
    ys, xs = np.nonzero(mask)
    return [(int(x), int(y)) for x, y in zip(xs, ys, strict=True)]


def percentile(times: list[float], part: float) -> float:
    """Return a percentile, rounded to a ms."""
    return round(float(np.percentile(times, part)))
