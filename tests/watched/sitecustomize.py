"""Writes down every file that a Python process opens for writing, makes, moves or removes outside a folder.

Python imports a module of this name at its start where it is on its path: a server that a test starts then
reports on itself, all libraries included. `WATCHED_FOLDER` says where files may be, `WATCHED_REPORT` is the
report.
"""

import os
import sys
from pathlib import Path

ALLOWED = os.path.realpath(os.environ["WATCHED_FOLDER"])
REPORT = os.environ["WATCHED_REPORT"]
HARMLESS = ("/dev/", "/proc/")
CHANGES = {
    "os.mkdir": ((0, 2),),
    "os.remove": ((0, 1),),
    "os.rmdir": ((0, 1),),
    "os.rename": ((0, 2), (1, 3)),
    "os.symlink": ((1, 2),),
    "os.link": ((1, 3),),
}
"""Event -> which of its arguments is a path, and which the folder that the path is relative to."""
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_descriptor = os.open(REPORT, os.O_WRONLY | os.O_CREAT | os.O_APPEND)


def _note(event: str, path: object, folder: object = None) -> None:
    if not isinstance(path, str | bytes | os.PathLike):
        return
    is_relative = isinstance(folder, int) and folder >= 0
    start = Path(f"/proc/self/fd/{folder}").readlink() if is_relative else Path()
    name = os.path.realpath(start / os.fsdecode(path))
    if not name.startswith((ALLOWED + "/", *HARMLESS)) and "__pycache__" not in name and name != ALLOWED:
        os.write(_descriptor, f"{event} {name}\n".encode(errors="backslashreplace"))


def watch(event: str, arguments: tuple[object, ...]) -> None:
    """Take an audit event of the interpreter (PEP 578)."""
    if event == "open":
        path, mode, flags = arguments
        writes = any(letter in mode for letter in "wax+") if isinstance(mode, str) else flags & WRITING
        if writes:
            _note(event, path)
    for path, folder in CHANGES.get(event, ()):
        _note(event, arguments[path], arguments[folder])


sys.addaudithook(watch)
