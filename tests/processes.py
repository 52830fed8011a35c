"""Processes as the Linux kernel tells of them, for tests that start and end programs."""

import time
from pathlib import Path


def children(pid: int) -> list[int]:
    """Return the processes that a process started and that still run, the eldest first."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_running(pid: int) -> bool:
    """The process exists and is no zombie."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def ends(pid: int, within_s: float) -> bool:
    """Wait for the end of a process; tell whether it came in time."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if not is_running(pid):
            return True
        time.sleep(0.05)
    return False
