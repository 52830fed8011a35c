"""The server, the PACS and the browser that the viewer's figures are taken with."""

import gc
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil
import pydicom
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from lib.phantom import draw_scenario, simulate
from lib.phantom.dicom import run_object
from lib.phantom.xa_header import nobody_of
from tests.builders import build_xa
from tests.e2e.conftest import GRAPHICS, Started
from tests.e2e.labelled import store

PROBE: Final = Path(__file__).with_name("_viewer_probe.js")
SCREEN: Final = {"width": 1280, "height": 720}
PERSON: Final = "benchmark"
SEED: Final = 2_500_000
SIZE: Final = 512
N_FRAMES: Final = 96


@dataclass(frozen=True)
class Stage:
    """A server that was just started, with a browser that has not asked it for anything yet."""

    started: Started
    browser: Browser

    def link(self, run: Dataset, mode: str = "fluoro") -> str:
        """Return the address of a run's study in a mode of the viewer; `viewer` is OHIF as it comes."""
        return f"{self.started.url}/ohif/{mode}?StudyInstanceUIDs={run.StudyInstanceUID}"

    @contextmanager
    def person(self) -> Iterator[BrowserContext]:
        """Give a person a browser without a past."""
        context = self.browser.new_context(viewport=SCREEN)
        context.add_init_script(f"localStorage.setItem('fluoro.client', '{PERSON}')")
        context.add_init_script(path=PROBE)
        yield context
        context.close()

    def store(self, *runs: Dataset) -> None:
        """Put runs into the PACS."""
        store(self.started, *runs)


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """Start `./start_server.sh` and Debian's Chromium."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        raise SystemExit("Chromium is not installed (Debian: apt-get install chromium).")
    started = Started(folder)
    started.start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=list(GRAPHICS))
            yield Stage(started, browser)
            browser.close()
    finally:
        started.stop()


def run_of(file: Path | None) -> Dataset:
    """Return a file's run in a study of its own, or a simulated one of 96 frames."""
    if file is None:
        scenario = draw_scenario(SEED, "coronary", is_dsa=False, size=SIZE, n_frames=N_FRAMES)
        run: Dataset = run_object(simulate(scenario), nobody_of(scenario))
    else:
        run = pydicom.dcmread(file)
    return anew(run)


def long_run(of: Dataset, n_frames: int) -> Dataset:
    """Return a run with the frames of another one again and again, uncompressed."""
    frames = of.pixel_array
    return build_xa(pixels=frames[[t % len(frames) for t in range(n_frames)]])


def anew(run: Dataset) -> Dataset:
    """Give a run and its study new UIDs."""
    run.StudyInstanceUID, run.SeriesInstanceUID, run.SOPInstanceUID = (generate_uid() for _ in range(3))
    run.file_meta.MediaStorageSOPInstanceUID = run.SOPInstanceUID
    return run


def heap_mb(page: Page) -> float:
    """Return what a page's JavaScript keeps after a collection, typed arrays included, in MB."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("HeapProfiler.collectGarbage")
    used = devtools.send("Runtime.getHeapUsage")
    devtools.detach()
    return float(used["usedSize"] + used.get("backingStorageSize", 0)) / 1e6


def processes_mb() -> float:
    """Return what the browser's processes take together; pages that they share count once."""
    gc.collect()
    ours = psutil.Process().children(recursive=True)
    return sum(one.memory_full_info().pss for one in ours if "chrom" in one.name()) / 1e6


def load() -> float:
    """Return how many processes wanted a core in the last minute."""
    return round(os.getloadavg()[0], 2)
