"""Which version of a model is live: a pointer that is replaced at once, and the history of its changes.

The pointer decides. It holds the whole change, so a process that dies between the pointer and the history
leaves nothing unsaid: the next one writes the missing line.
"""

import json
import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from lib.registry.on_disk import append_line, write_whole

logger = logging.getLogger(__name__)

VERSIONS: Final = "_versions"
"""Folder below `<data>/models`; no imported model can have this name."""

LIVE: Final = "live.json"
HISTORY: Final = "history.jsonl"


@dataclass(frozen=True)
class Change:
    """Another version of a model went live.

    Attributes:
        at: When.
        by: Who: a login, a client id, or `gate`.
        before: The version that was live until then.
        after: The version that is live from then on.
        reason: In words.
        number: 1, 2, 3 ... within the model.
        is_rollback: It took the change before it back.
    """

    at: datetime
    by: str
    before: str | None
    after: str
    reason: str
    number: int = 1
    is_rollback: bool = False


def versions_folder(data: Path, model: str) -> Path:
    """Return where the versions of a model lie."""
    return data / "models" / VERSIONS / model


def promoted_ids(data: Path) -> list[str]:
    """Return the models of which a version was promoted."""
    return sorted(path.parent.name for path in (data / "models" / VERSIONS).glob(f"*/{LIVE}"))


def read_live(folder: Path) -> Change | None:
    """Return the change that made the live version live; None where none was promoted."""
    try:
        return _change(json.loads((folder / LIVE).read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        logger.warning("%s is damaged (%s); the history decides", folder / LIVE, type(error).__name__)
    return max(_lines(folder), key=lambda change: change.number, default=None)


def read_history(folder: Path) -> list[Change]:
    """Return all changes, the oldest first."""
    changes = {change.number: change for change in _lines(folder)}
    if (last := read_live(folder)) is not None:
        changes[last.number] = last
    return [changes[number] for number in sorted(changes)]


def make_live(folder: Path, change: Change) -> None:
    """Replace the pointer and note the change; the caller holds the folder's lock."""
    last = read_live(folder)
    if last is not None and last.number not in {noted.number for noted in _lines(folder)}:
        append_line(folder / HISTORY, _text(last))
    write_whole(folder / LIVE, _text(change) + b"\n")
    append_line(folder / HISTORY, _text(change))


def _lines(folder: Path) -> Iterator[Change]:
    """Yield the changes that the history holds; a torn line is one that the pointer still knows."""
    try:
        lines = (folder / HISTORY).read_bytes().splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        try:
            yield _change(json.loads(line))
        except (ValueError, TypeError, KeyError):
            logger.info("left out a torn line of %s", folder / HISTORY)


def _text(change: Change) -> bytes:
    return json.dumps({**asdict(change), "at": change.at.isoformat()}, ensure_ascii=False).encode()


def _change(said: dict[str, Any]) -> Change:
    return Change(**{**said, "at": datetime.fromisoformat(said["at"])})
