"""A server that reports every file that it touches outside its own folder, and how much memory it takes."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lib.settings import APP_FOLDER
from tests.servers import TestServer

REPORTER = Path(__file__).parent / "watched"


@dataclass(frozen=True)
class WatchedServer:
    """A server in a folder of its own; its temporary files lie in there too.

    Attributes:
        server: The server.
        folder: Where its files may be: `data`, `tmp`.
        report: What was touched elsewhere.
    """

    server: TestServer
    folder: Path
    report: Path

    @property
    def url(self) -> str:
        return self.server.url

    def outside(self) -> list[str]:
        """Return what the server did to files outside its folder, each line once."""
        return sorted(set(self.report.read_text().splitlines()))

    def left_behind(self) -> list[str]:
        """Return what lies among the temporary files."""
        return sorted(path.name for path in (self.folder / "tmp").iterdir())

    def memory_mb(self, what: str = "VmHWM") -> float:
        """Return the most memory that the process ever had (VmHWM), or has now (VmRSS)."""
        status = Path(f"/proc/{self.server.child.pid}/status").read_text()
        found = re.search(rf"{what}:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) / 1024


@contextmanager
def watched_server(
    folder: Path, pacs_url: str, settings: Mapping[str, str] | None = None
) -> Iterator[WatchedServer]:
    """Yield a running server that is watched from its first line on."""
    inside, report = folder / "inside", folder / "report"
    (inside / "tmp").mkdir(parents=True)
    server = TestServer(
        inside / "data",
        pacs_url,
        {
            "FLUORO_DATASTORE__LIST_SECONDS": "0",
            "PYTHONPATH": f"{APP_FOLDER}:{REPORTER}",
            "TMPDIR": str(inside / "tmp"),
            "HOME": str(inside / "home"),
            "TORCHINDUCTOR_CACHE_DIR": str(inside / "home"),
            "WATCHED_FOLDER": str(inside),
            "WATCHED_REPORT": str(report),
            **(settings or {}),
        },
    )
    server.start()
    try:
        yield WatchedServer(server, inside, report)
    finally:
        server.stop()
