"""What people changed about the labels of this project: colours, and synonyms of their own.

The project's label file is never written. The changes lie beside the sets that people imported, in a
file that is no set: an object by index, such as {"21": {"color": [255, 0, 0], "synonyms": ["widow maker"]}}.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from lib.errors import LabelTableError
from lib.labels.parse import label_color, label_name
from lib.labels.set_file import write_text
from lib.labels.table import Label

FILE: Final = "changed_labels.json"


@dataclass(frozen=True)
class Override:
    """What people changed about one label of the project."""

    color: tuple[int, int, int] | None = None
    """None: the project's."""
    synonyms: tuple[str, ...] = ()
    """Beside those of the project."""


def read_overrides(folder: Path) -> dict[int, Override]:
    """Return what people changed, by index.

    Raises:
        LabelTableError: The file cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        return {}
    try:
        document = json.loads(path.read_bytes())
        return {int(index): _override(f"{FILE}, label {index}", raw) for index, raw in document.items()}
    except (OSError, ValueError, AttributeError) as error:
        raise LabelTableError(
            f"The file {path} is damaged. Restore it from a backup, or delete it."
        ) from error


def write_overrides(folder: Path, overrides: Mapping[int, Override]) -> None:
    """Keep what people changed, or raise StorageError."""
    document = {str(index): _plain(override) for index, override in sorted(overrides.items())}
    write_text(folder / FILE, json.dumps(document, indent=1, ensure_ascii=False))


def overridden(labels: Iterable[Label], overrides: Mapping[int, Override]) -> tuple[Label, ...]:
    """Return labels of the project as people changed them."""
    return tuple(_changed(label, overrides.get(label.index, Override())) for label in labels)


def _changed(label: Label, override: Override) -> Label:
    synonyms = tuple(dict.fromkeys((*label.synonyms, *override.synonyms)))
    return replace(label, color=override.color or label.color, synonyms=synonyms)


def _override(where: str, raw: Any) -> Override:
    color = None if raw.get("color") is None else label_color(where, raw["color"])
    return Override(color, tuple(label_name(where, word) for word in raw.get("synonyms", ())))


def _plain(override: Override) -> dict[str, Any]:
    color = None if override.color is None else list(override.color)
    return {"color": color, "synonyms": list(override.synonyms)}
