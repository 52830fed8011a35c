"""How many names, numbers, dates and places are left in texts that people typed, and how many words are lost.

The phrases lie in `typed_texts/`, marked by hand: `{must go}`, `<either is right>`. They were written by
somebody who had not seen the cleaner. No header tells the names, so the text alone has to give them away.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "apps" / "fluoro_vessels"), str(ROOT)]

from lib.evaluation.typed_texts import clean_phrases, figures_of, read_phrases  # noqa: E402
from lib.privacy.free_text import TextCleaner  # noqa: E402

FOLDER: Final = Path(__file__).with_suffix("")


def measure(names: list[str]) -> Mapping[str, Any]:
    """Return the figures of each list."""
    describe = TextCleaner().describe
    texts = {name: (FOLDER / f"{name}.txt").read_text(encoding="utf-8") for name in names}
    return {name: figures_of(clean_phrases(read_phrases(text), describe)) for name, text in texts.items()}


def show(figures: Mapping[str, Any]) -> None:
    """Print a line for each list, and below it what was left."""
    for name, found in figures.items():
        sys.stdout.write(
            f"{name}: {found['n_phrases']} phrases, {found['gone_percent']} % of {found['n_secrets']} "
            f"secrets gone, {found['kept_percent']} % of {found['n_words']} words kept\n"
        )
        for one in found["left"]:
            sys.stdout.write(f"  left: {one['text']} -> {one['cleaned']}\n")


def main() -> int:
    """Print the figures; 1 where a secret is left."""
    lists = sorted(path.stem for path in FOLDER.glob("*.txt"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--lists", nargs="+", choices=lists, default=lists)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    figures = measure(arguments.lists)
    if arguments.json:
        sys.stdout.write(json.dumps({"benchmark": "typed_texts", **figures}) + "\n")
    else:
        show(figures)
    return int(any(found["left"] for found in figures.values()))


if __name__ == "__main__":
    sys.exit(main())
