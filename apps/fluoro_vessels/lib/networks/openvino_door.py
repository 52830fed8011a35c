"""The one place that imports OpenVINO and NNCF: without the package that reports to their makers.

Both tell Google Analytics about every import, conversion and quantization unless a file in the home folder
forbids it. Both do without where `openvino_telemetry` cannot be imported, so here it never can.
"""

import sys
from typing import Any, Final

TELEMETRY: Final = "openvino_telemetry"


def import_openvino() -> Any:
    """Return the module `openvino`, which will not open a connection."""
    _silence()
    import openvino  # type: ignore[import-untyped]

    return openvino


def import_nncf() -> Any:
    """Return the module `nncf`, which will not open a connection."""
    _silence()
    import nncf  # type: ignore[import-untyped]

    return nncf


def _silence() -> None:
    """Make importing the telemetry package fail as if it were not installed."""
    if sys.modules.get(TELEMETRY) is None:
        sys.modules[TELEMETRY] = None  # type: ignore[assignment]
