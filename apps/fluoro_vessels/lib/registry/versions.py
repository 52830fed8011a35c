"""The versions of models: kept for ever, one of them live, and the way back.

    <data>/models/_versions/<model>/<version>/   models.json, version.json, the files of the card
                                    live.json     which version is live, see `live`
                                    history.jsonl what was live when, who changed it and why

A process may die at any line: a version is there as a whole or not at all, and the live one is the old or the
new one.
"""

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from lib.errors import (
    FluoroError,
    NothingToRollBackError,
    UnknownVersionError,
    VersionFileError,
    VersionNameError,
)
from lib.registry.live import Change, make_live, read_history, versions_folder
from lib.registry.manifest import MANIFEST
from lib.registry.model import Model
from lib.registry.on_disk import failures_told, one_at_a_time
from lib.registry.store import SHIPPED, find_model, find_models, installed_models
from lib.registry.verify import verify
from lib.registry.version import (
    NOTES,
    Version,
    VersionDraft,
    installed_version,
    read_version,
    write_version,
)
from lib.registry.whole_folder import whole_folder

logger = logging.getLogger(__name__)

VESSELS: Final = "vessels"
DIGITS: Final = 12
"""Of the SHA-256 of the weights; they name a version."""


@dataclass(frozen=True)
class VersionStore:
    """The versions that a data folder keeps, and those that are installed; safe for several processes.

    Attributes:
        data: The data folder.
        shipped: Where the models of this project lie.
    """

    data: Path
    shipped: Path = SHIPPED

    def add(self, files: Path, draft: VersionDraft) -> Version:
        """Keep a candidate; one that is here already stays as it is.

        Args:
            files: Holds the files that the card names; they are copied.
            draft: What is known of it.

        Raises:
            VersionNameError: Its version is not the first 12 digits of its weights' SHA-256.
            WeightsMissingError: A file is not there.
            WeightsChecksumError: A file is another one.
            VersionFileError: The draft has a value that JSON has not, such as NaN.
            DiskFullError: There is no room; nothing is left.
        """
        _require_own_name(draft)
        return self._kept(files, draft, datetime.now(UTC))

    def versions(self, model: str = VESSELS) -> list[Version]:
        """Return all versions, those that are installed first, then from the oldest to the newest."""
        kept = sorted(
            self._read(versions_folder(self.data, model)), key=lambda one: (one.created_at, one.name)
        )
        found: dict[str, Version] = {}
        for version in (*self._installed(model), *kept):
            found.setdefault(version.name, version)
        return list(found.values())

    def get(self, version: str, model: str = VESSELS) -> Version:
        """Return a version.

        Raises:
            UnknownVersionError: There is none; the sentence lists those that exist.
        """
        known = {one.name: one for one in self.versions(model)}
        if version not in known:
            raise UnknownVersionError(version, list(known))
        return known[version]

    def live(self, model: str = VESSELS) -> Version:
        """Return what serves now.

        Raises:
            UnknownModelError: No model of this id is installed.
        """
        return _as_version(find_model(model, self.data, self.shipped))

    def promote(self, version: str, by: str, reason: str, model: str = VESSELS) -> Version:
        """Make a version live at once, for every process; the gate is not asked, see `trainers.going_live`.

        Args:
            version: Which one; nothing happens where it is live already.
            by: Who wants it.
            reason: Why, in words.
            model: Of which model.

        Raises:
            UnknownVersionError: There is none; the sentence lists those that exist.
            WeightsMissingError: A file of it is not there.
            WeightsChecksumError: A file of it was changed.
            DiskFullError: There is no room; the old version stays live.
        """
        with self._changing(model):
            return self._switch(self.get(version, model), by, reason, is_rollback=False)

    def rollback(self, by: str, model: str = VESSELS) -> Version:
        """Make live again what was live before; once more, what was live before that.

        Raises:
            NothingToRollBackError: Nothing was live before.
            UnknownVersionError: What was live before is not here any more.
            WeightsChecksumError: A file of it was changed.
        """
        with self._changing(model):
            before = _before(self.history(model))
            if before is None:
                raise NothingToRollBackError(model)
            return self._switch(self.get(before, model), by, "Rolled back.", is_rollback=True)

    def before(self, model: str = VESSELS) -> str | None:
        """Return the version that a rollback would make live; None where there is none."""
        return _before(self.history(model))

    def history(self, model: str = VESSELS) -> list[Change]:
        """Return what went live when, the oldest first."""
        return read_history(versions_folder(self.data, model))

    def _switch(self, wanted: Version, by: str, reason: str, *, is_rollback: bool) -> Version:
        model = wanted.card.id
        verify(wanted.model)
        before = find_models(self.data, self.shipped).get(model)
        if before is not None:
            if before.card.version == wanted.name:
                return wanted
            self._keep_installed(before)
        number = max((change.number for change in self.history(model)), default=0) + 1
        was = before.card.version if before is not None else None
        change = Change(datetime.now(UTC), by, was, wanted.name, reason, number, is_rollback)
        make_live(versions_folder(self.data, model), change)
        logger.info("made version %s of %s live, after %s", wanted.name, model, was)
        return wanted

    @contextmanager
    def _changing(self, model: str) -> Iterator[None]:
        """Hold the lock of a model's versions."""
        folder = versions_folder(self.data, model)
        with failures_told(folder), one_at_a_time(folder):
            yield

    def _keep_installed(self, model: Model) -> None:
        """Keep what was live and was not kept: an upgrade may replace it, and a rollback needs it."""
        name = model.card.version
        if Path(name).name == name and not name.startswith("."):
            version = _as_version(model)
            self._kept(version.folder, version, version.created_at)

    def _kept(self, files: Path, draft: VersionDraft, created_at: datetime) -> Version:
        """Copy the files of a version into its folder, if they are not there."""
        target = versions_folder(self.data, draft.card.id) / draft.card.version
        if not target.is_dir():
            verify(Model(draft.card, files))
            with whole_folder(target) as folder:
                for file in draft.card.files:
                    shutil.copyfile(files / file.name, folder / file.name)
                verify(write_version(folder, draft, created_at).model)
                for path in folder.iterdir():
                    path.chmod(0o444)
        return read_version(target)

    def _installed(self, model: str) -> list[Version]:
        here = installed_models(self.data, self.shipped)
        return [installed_version(one) for one in here if one.card.id == model and one.can_run]

    def _read(self, folder: Path) -> Iterator[Version]:
        """Yield the versions that are kept; a damaged one is logged and left out."""
        for path in folder.glob(f"*/{MANIFEST}"):
            if not path.parent.name.startswith("."):
                try:
                    yield read_version(path.parent)
                except FluoroError as error:
                    logger.warning("left out the version %s: %s", path.parent.name, error)


def _as_version(model: Model) -> Version:
    """Return an installed or a kept model as a version; of damaged notes, the card is left."""
    if (model.folder / NOTES).is_file():
        try:
            return read_version(model.folder)
        except VersionFileError as error:
            logger.warning("%s", error)
    return installed_version(model)


def _require_own_name(draft: VersionDraft) -> None:
    weights = next((file for file in draft.card.files if file.role == "weights"), None)
    wanted = weights.sha256[:DIGITS] if weights is not None else "that of its weights"
    if draft.card.version != wanted:
        raise VersionNameError(draft.card.version, wanted)


def _before(history: list[Change]) -> str | None:
    """Return what a rollback leads to: each promotion goes a step up, each rollback a step down."""
    steps = [change.before for change in history[:1]]
    for change in history:
        if change.is_rollback:
            steps.pop()
        else:
            steps.append(change.after)
    return steps[-2] if len(steps) > 1 else None
