"""`./start_server.sh` as a person meets it."""

import signal
from pathlib import Path

from playwright.sync_api import Page

from lib.phantom.demo import demo_run
from lib.start.sockets import listeners
from tests.e2e.conftest import Started
from tests.processes import children, ends


def test_it_says_where_to_go_when_all_answer(started: Started) -> None:
    person = started.asks_as()
    demo = {"StudyInstanceUID": str(demo_run().StudyInstanceUID)}

    assert started.said[-1] == f"ready: {started.url}/ohif/"
    assert person.get(f"{started.url}/info/", timeout=20).json()["name"] == "Fluoro Vessels"
    assert len(person.get(f"{started.url}/dicom-web/studies", params=demo, timeout=20).json()) == 1


def test_all_that_listens_is_on_loopback(started: Started) -> None:
    assert started.process is not None
    found = [listener for pid in children(started.process.pid) for listener in listeners(pid)]

    assert {listener.port for listener in found} == {started.port, started.pacs_port}
    assert all(listener.is_loopback for listener in found)


def test_the_viewer_shows_the_demo_run_and_asks_no_other_host(started: Started, page: Page) -> None:
    asked: list[str] = []
    failed: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)

    page.goto(f"{started.url}/ohif/")
    page.get_by_text("PHANTOM").first.wait_for(timeout=60_000)
    page.goto(f"{started.url}/ohif/viewer?StudyInstanceUIDs={demo_run().StudyInstanceUID}")
    page.get_by_text("1/24").first.wait_for(timeout=60_000)
    page.wait_for_function(BRIGHT_CANVAS, timeout=60_000)

    assert page.get_by_text("not for clinical use").first.is_visible()
    assert failed == []
    assert [url for url in asked if not url.startswith((f"{started.url}/", "blob:", "data:"))] == []


BRIGHT_CANVAS = """() => {
    const canvas = document.querySelector('canvas.cornerstone-canvas');
    if (!canvas) return false;
    const copy = document.createElement('canvas');
    [copy.width, copy.height] = [64, 64];
    const pen = copy.getContext('2d');
    pen.drawImage(canvas, 0, 0, 64, 64);
    return pen.getImageData(24, 24, 16, 16).data.filter((_, i) => i % 4 === 0 && _ > 60).length > 200;
}"""
"""The middle of the viewport shows an image."""


def test_ctrl_c_stops_all_and_the_data_stay(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text("raise SystemExit('a file of the current folder was run')")
    one = Started(tmp_path, ["--without-viewer"])
    one.start()
    assert one.process is not None
    begun = children(one.process.pid)

    status = one.stop(signal.SIGINT)

    assert status == 0
    assert one.said[-1] == "stopped"
    assert len(begun) == 2
    assert all(ends(pid, within_s=1) for pid in begun)
    assert (tmp_path / "my data" / "orthanc" / "index").is_file()
    assert " ERROR " not in (tmp_path / "my data" / "logs" / "server.log").read_text()
