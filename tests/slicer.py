"""3D Slicer's own client of MONAI Label, out of the wheel's data."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any


def slicer_client() -> Any:
    """Return the class of the client that 3D Slicer's plugin uses."""
    file = Path(sys.prefix) / "monailabel/plugins/slicer/MONAILabel/MONAILabelLib/client.py"
    spec = importlib.util.spec_from_file_location("slicer_monailabel_client", file)
    assert spec is not None
    assert spec.loader is not None
    module: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.MONAILabelClient
