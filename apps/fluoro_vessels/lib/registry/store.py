"""Finds models: those that ship, those of the data folder, and the versions of them that were promoted.

Models that ship lie in `apps/fluoro_vessels/model`; each folder of `<data>/models` may hold more. A version
that somebody promoted (see `versions`) wins over both.
"""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lib.errors import ModelsFileError, UnknownModelError
from lib.registry.live import promoted_ids, read_live, versions_folder
from lib.registry.manifest import MANIFEST, Kind, read_manifest
from lib.registry.model import Model
from lib.settings import APP_FOLDER, settings

logger = logging.getLogger(__name__)

SHIPPED: Final = APP_FOLDER / "model"
"""Models of this project."""


def find_models(data: Path | None = None, shipped: Path = SHIPPED) -> dict[str, Model]:
    """Return every model by its id; one of the data folder wins over one that ships, a promoted one over all.

    A folder of `<data>/models` whose list is damaged is left out and logged; the shipped list must be good.
    What was promoted is read at each call, so a change holds at once in every process.

    Args:
        data: The data folder; that of the settings where it is None.
        shipped: Where the models of this project lie.

    Raises:
        ModelsFileError: The shipped list is damaged.
    """
    data = data or settings().data
    installed = installed_models(data, shipped)
    promoted = {model: _promoted(model, data, installed) for model in promoted_ids(data)}
    return {model.card.id: model for model in installed} | {
        name: model for name, model in promoted.items() if model is not None
    }


def find_model(name: str, data: Path | None = None, shipped: Path = SHIPPED) -> Model:
    """Return the model of an id.

    Raises:
        UnknownModelError: There is none; the sentence lists those that exist.
    """
    known = find_models(data, shipped)
    if name not in known:
        raise UnknownModelError(name, sorted(known))
    return known[name]


def model_for(task: str, kind: Kind, data: Path | None = None, shipped: Path = SHIPPED) -> Model | None:
    """Return the model that serves a task and has its weights here: promoted, else of the data folder."""
    fitting = [
        model
        for model in find_models(data, shipped).values()
        if (model.card.task, model.card.kind) == (task, kind) and model.can_run
    ]
    fitting.sort(key=lambda one: (not one.is_promoted, one.folder == shipped, one.card.id))
    return next(iter(fitting), None)


def installed_models(data: Path, shipped: Path = SHIPPED) -> list[Model]:
    """Return the models that nobody need promote: those that ship, then those of the data folder."""
    found = [Model(card, shipped) for card in read_manifest(shipped).models]
    for folder in _folders(data / "models"):
        try:
            found += [Model(card, folder) for card in read_manifest(folder).models]
        except ModelsFileError as error:
            logger.warning("left out the models of %s: %s", folder.name, error)
    return found


def _promoted(name: str, data: Path, installed: list[Model]) -> Model | None:
    """Return the version of a model that was promoted; one that cannot run is logged and left out."""
    change = read_live(versions_folder(data, name))
    if change is None:
        return None
    folder = versions_folder(data, name) / change.after
    try:
        kept = [Model(card, folder) for card in read_manifest(folder).models]
    except ModelsFileError as error:
        logger.warning("left out the version %s of %s: %s", change.after, name, error)
        kept = []
    for model in (*installed, *kept):
        if (model.card.id, model.card.version) == (name, change.after) and model.can_run:
            return Model(model.card, model.folder, is_promoted=True)
    logger.warning("version %s of %s is live, but not here; the installed one serves", change.after, name)
    return None


def _folders(models: Path) -> Iterator[Path]:
    """Yield the folders that have a list; one that begins with a dot is not finished."""
    for path in sorted(models.glob(f"*/{MANIFEST}")):
        if not path.parent.name.startswith("."):
            yield path.parent
