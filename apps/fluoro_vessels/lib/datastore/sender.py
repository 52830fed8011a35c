"""Who is sending: the name of this process, and whether another one still lives."""

import os
from pathlib import Path
from typing import Final

_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
_PID_NAMESPACE: Final = Path("/proc/self/ns/pid")


def this_sender() -> str:
    """Return a name of this process that no other process has; what follows it after a `/` is free."""
    return f"{_world()}/{os.getpid()}/{_started(os.getpid())}"


def is_dead(sender: str) -> bool:
    """Return whether a sender certainly lives no more; one of another host or container may live."""
    world, pid, started = [*sender.split("/"), "", ""][:3]
    return world == _world() and pid.isdecimal() and _started(int(pid)) != started


def _world() -> str:
    """Return what tells apart hosts, their boots and their containers."""
    return f"{_BOOT_ID.read_text(encoding='ascii').strip()}:{_PID_NAMESPACE.stat().st_ino}"


def _started(pid: int) -> str | None:
    """Return when a process started, in clock ticks since the boot; None if there is no such process.

    It is field 22 of /proc/<pid>/stat; the name in field 2 may hold blanks and parentheses.
    """
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return status.rpartition(")")[2].split()[19]
