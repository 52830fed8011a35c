"""Runs the command line: `python -m lib.cli`."""

import sys

from lib.cli.main import run

sys.exit(run(sys.argv[1:]))
