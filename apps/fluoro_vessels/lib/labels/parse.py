"""Turns the text of a label file into labels, with one sentence for each mistake."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from lib.errors import LabelTableError
from lib.labels.table import Code, Label

SET_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
LABEL_KEYS: Final = {
    "index", "name", "category", "type", "color", "synonyms", "modifiers", "number", "dominance",
    "former_names",
}  # fmt: skip
SAFE_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Ten times as quick where it was compiled: the table is read again before each change."""
MAX_BYTES: Final = 1_000_000
LONGEST: Final = 64
"""Characters that a Segment Label and a Code Meaning (VR LO) hold."""


def read_label_file(file: Path) -> tuple[Label, ...]:
    """Read the label sets of a YAML or JSON file.

    Raises:
        LabelTableError: The file cannot be read or one of its labels is not complete.
    """
    document = _document(file)
    sets = document.get("sets") if isinstance(document, Mapping) else None
    if not isinstance(sets, Mapping) or not sets:
        raise LabelTableError(
            f"{file.name} has no sets. Write 'sets:', then a set's name, then its 'labels:'."
        )
    return tuple(label for name, entry in sets.items() for label in _parse_set(file.name, name, entry))


def _document(file: Path) -> Any:
    try:
        text = file.read_bytes()
        if len(text) > MAX_BYTES:
            raise LabelTableError(f"{file.name} has {len(text)} bytes; a label file has {MAX_BYTES} at most.")
        return json.loads(text) if file.suffix.lower() == ".json" else yaml.load(text, SAFE_LOADER)
    except OSError as error:
        raise LabelTableError(f"The label file {file} cannot be read ({error.strerror}).") from error
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise LabelTableError(f"{file.name} is neither YAML nor JSON: {reason}.") from error


def _parse_set(where: str, name: Any, entry: Any) -> list[Label]:
    if not isinstance(name, str) or not SET_NAME.fullmatch(name):
        raise LabelTableError(
            f"{where}: {name!r} cannot name a set. Use up to 32 lower-case letters, digits, '-' and '_'."
        )
    labels = entry.get("labels") if isinstance(entry, Mapping) else None
    if not isinstance(labels, list) or not labels:
        raise LabelTableError(f"{where}: set {name!r} has no list of labels.")
    category = entry.get("category")
    return [_parse_label(f"{where}, set {name!r}", name, raw, category) for raw in labels]


def _parse_label(where: str, set_name: str, raw: Any, category: Any) -> Label:
    if not isinstance(raw, Mapping):
        raise LabelTableError(f"{where}: {raw!r} is not a label. A label has index, name, type and color.")
    name = label_name(where, raw.get("name"))
    where = f"{where}, label {name!r}"
    if unknown := {str(key) for key in raw} - LABEL_KEYS:
        raise LabelTableError(
            f"{where}: unknown key {sorted(unknown)[0]!r}. Known: {', '.join(sorted(LABEL_KEYS))}."
        )
    return Label(
        index=_index(where, raw.get("index")),
        name=name,
        category=_code(where, "category", raw.get("category", category)),
        type=_code(where, "type", raw.get("type")),
        color=label_color(where, raw.get("color")),
        set_name=set_name,
        synonyms=tuple(label_name(where, word) for word in _list(where, "synonyms", raw)),
        modifiers=tuple(_code(where, "modifier", code) for code in _list(where, "modifiers", raw)),
        number=None if raw.get("number") is None else str(raw["number"]),
        dominance=_dominance(where, raw.get("dominance")),
        former_names=tuple(label_name(where, word) for word in _list(where, "former_names", raw)),
    )


def label_name(where: str, value: Any) -> str:
    """Return a name of a label without blanks around it; `where` begins the sentence of a mistake.

    Raises:
        LabelTableError: It is no text, too long, or nobody could say it.
    """
    if not isinstance(value, str) or not value.strip():
        raise LabelTableError(
            f"{where}: {value!r} is not a name. Put it in quotes if YAML reads it as a number."
        )
    name = value.strip()
    if len(name) > LONGEST or "\\" in name or not name.isprintable() or not re.search(r"[^\W_]", name):
        raise LabelTableError(
            f"{where}: the name {name[:80]!r} must have {LONGEST} characters at most and no backslash, and "
            "at least one letter or digit."
        )
    return name


def _index(where: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 255:
        raise LabelTableError(f"{where}: index {value!r} is not a whole number from 1 to 255.")
    return value


def label_color(where: str, value: Any) -> tuple[int, int, int]:
    """Return a colour as red, green and blue, 0 to 255, or raise LabelTableError."""
    match value:
        case [int(red), int(green), int(blue)] if all(0 <= part <= 255 for part in (red, green, blue)):
            return red, green, blue
    raise LabelTableError(f"{where}: color {value!r} is not [red, green, blue] with values from 0 to 255.")


def _code(where: str, what: str, value: Any) -> Code:
    parts: Sequence[Any] = ()
    if isinstance(value, Mapping):
        parts = [value.get(key) for key in ("value", "scheme", "meaning")]
    elif isinstance(value, str):
        parts = value.split(maxsplit=2)
    texts = [str(part).strip() for part in parts if isinstance(part, str | int)]
    if len(texts) != 3 or not all(texts):
        raise LabelTableError(
            f"{where}: the {what} code is missing or not complete. Write value, scheme and meaning, "
            f"for example '59820001 SCT Blood vessel'."
        )
    if (
        len(texts[0]) > 16
        or len(texts[1]) > 16
        or len(texts[2]) > LONGEST
        or any("\\" in text for text in texts)
    ):
        raise LabelTableError(
            f"{where}: the {what} code {' '.join(texts)!r} is too long. Value and scheme have 16 characters "
            f"at most, the meaning {LONGEST}, and none a backslash."
        )
    return Code(*texts)


def _list(where: str, key: str, raw: Mapping[str, Any]) -> list[Any]:
    value = raw.get(key) or []
    if not isinstance(value, list):
        raise LabelTableError(f"{where}: {key} must be a list in square brackets.")
    return value


def _dominance(where: str, value: Any) -> str | None:
    if value not in (None, "right", "left"):
        raise LabelTableError(f"{where}: dominance {value!r} is neither right nor left.")
    return value if value is None else str(value)
