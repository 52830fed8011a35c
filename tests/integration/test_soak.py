"""One minute of `./fluoro bench soak`: mixed load, a kill in the middle, nothing lost."""

import json
import os
import subprocess
import sys

from lib.settings import APP_FOLDER
from tests.integration.conftest import require_orthanc


def test_a_minute_of_mixed_load_with_a_kill_in_the_middle_loses_nothing() -> None:
    require_orthanc()

    ended = subprocess.run(
        [sys.executable, "-m", "lib.cli", "bench", "soak", "--minutes", "1", "--people", "4", "--json"],
        env={**os.environ, "PYTHONPATH": str(APP_FOLDER)},
        capture_output=True,
        text=True,
        timeout=420,
        check=False,
    )

    result = json.loads(ended.stdout)
    assert (result["problems"], ended.returncode) == ([], 0), ended.stderr[-2000:]
    assert result["saves"] > 0
    assert {"infer", "click", "dicomweb", "upload"} <= result["kinds"].keys()
