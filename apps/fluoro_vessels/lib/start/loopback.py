"""Keeps a program on loopback that itself would listen on every interface.

`loopback.c` turns "every interface" into loopback, and `require_loopback` looks at what the
kernel says afterwards, so that a program which ignores the first cannot pass the second.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from lib.errors.start import CompilerMissingError, OpenToNetworkError
from lib.start.sockets import listeners

SOURCE: Final = Path(__file__).with_name("loopback.c")


def loopback_library(cache: Path) -> Path:
    """Return the compiled `loopback.c`; compile it if the cache has none of this source.

    Raises:
        CompilerMissingError: There is no C compiler, or it failed.
    """
    library = _library_file(cache)
    if library.is_file():
        return library
    cache.mkdir(parents=True, exist_ok=True)
    unfinished = library.with_suffix(f".{os.getpid()}.tmp")
    _compile(unfinished)
    unfinished.replace(library)
    return library


def is_compiled(cache: Path) -> bool:
    """The cache has the library, so that no compiler is needed."""
    return _library_file(cache).is_file()


def _library_file(cache: Path) -> Path:
    """Return where the library of this source and machine lies."""
    digest = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]
    return cache / f"loopback-{os.uname().machine}-{digest}.so"


def _compile(target: Path) -> None:
    """Compile `loopback.c` into a shared library."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise CompilerMissingError("no C compiler is installed")
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(target), str(SOURCE), "-ldl"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CompilerMissingError(f"{compiler} failed: {done.stderr.strip()[-300:]}")


def require_loopback(program: str, pid: int) -> None:
    """Make sure that a process listens on loopback only.

    Raises:
        OpenToNetworkError: It listens on an address that other machines may reach.
    """
    open_to_network = [str(listener) for listener in listeners(pid) if not listener.is_loopback]
    if open_to_network:
        raise OpenToNetworkError(program, open_to_network)
