"""How many cores this process may use."""

import math
import os
from pathlib import Path
from typing import Final

CPU_MAX: Final = Path("/sys/fs/cgroup/cpu.max")
"""Quota and period in microseconds of a control group, version 2; `max` is no quota."""


def usable_cores(cpu_max: Path = CPU_MAX) -> int:
    """Return the cores that affinity and a container's quota leave, at least one."""
    allowed = len(os.sched_getaffinity(0))
    try:
        quota, period = cpu_max.read_text(encoding="ascii").split()
        return max(1, min(allowed, math.ceil(int(quota) / int(period))))
    except (OSError, ValueError):
        return allowed
