"""How many actions of de-identification come out right, ours beside dicognito and dicom-anonymizer.

Made-up people are planted into simulated runs, their segmentations, reports and presentation states; then
every name, date, UID and measurement is looked at, in the manner of the MIDI-B challenge. All tools get the
same files in the same run, each with its defaults.
"""

import argparse
import json
import logging
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "apps" / "fluoro_vessels"), str(ROOT)]

from lib.cli.evaluate_deidentify import TARGET_PERCENT, show  # noqa: E402
from lib.evaluation.deidentify import evaluate_deidentify  # noqa: E402
from lib.evaluation.deidentify_methods import installed_methods  # noqa: E402
from lib.phantom import draw_scenario, simulate  # noqa: E402
from lib.phantom.dicom import run_object  # noqa: E402

TERRITORIES: Final = ("coronary", "cerebral", "peripheral", "renal")
SIZE: Final = 64
N_FRAMES: Final = 3


def measure(n_patients: int, seed: int) -> Mapping[str, Any]:
    """Score all installed tools on patients planted into runs of each territory."""
    bases = [
        run_object(simulate(draw_scenario(seed, territory, False, SIZE, N_FRAMES)))
        for territory in TERRITORIES
    ]
    return evaluate_deidentify(bases, n_patients, seed, installed_methods())


def main() -> int:
    """Print the figures; 1 where ours misses its target."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--patients", type=int, default=25)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    # Some tools quote malformed values when they warn.
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    figures = measure(arguments.patients, arguments.seed)
    if arguments.json:
        sys.stdout.write(json.dumps({"benchmark": "deidentify", **figures}) + "\n")
    else:
        show(figures)
    return 0 if figures["methods"]["ours"]["right_percent"] >= TARGET_PERCENT else 1


if __name__ == "__main__":
    sys.exit(main())
