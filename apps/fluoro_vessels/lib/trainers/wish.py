"""What somebody wants of a training: the settings of this server, and what is asked to be otherwise."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from lib.errors import TrainingSettingsError
from lib.settings import TrainingSettings

TRAINERS: Final = ("vessels", "clicks")
"""Both train the one network: clicks are answered from its probabilities, so there is no other to train."""

OF_THE_SERVER: Final = frozenset({"after_labels", "at_time"})
"""They say when the server asks by itself, and not what one training does."""

CHANGEABLE: Final = tuple(key for key in TrainingSettings.model_fields if key not in OF_THE_SERVER)
"""What one may ask to be otherwise."""


def wish_of(settings: TrainingSettings, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of one training as JSON.

    Raises:
        TrainingSettingsError: There is no such key, or a value is out of its limits.
    """
    for key in changes:
        if key not in CHANGEABLE:
            raise TrainingSettingsError(key, f"there is no such key; there are {', '.join(CHANGEABLE)}")
    try:
        wanted = TrainingSettings.model_validate({**settings.model_dump(), **changes})
        _check_recipe(wanted.recipe)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise TrainingSettingsError(".".join(map(str, first["loc"])), first["msg"].lower()) from error
    return wanted.model_dump(mode="json", exclude=set(OF_THE_SERVER))


def _check_recipe(recipe: Mapping[str, Any]) -> None:
    if recipe:
        from lib.trainers.fine_tune import FineTuneRecipe  # it brings torch, which takes seconds

        FineTuneRecipe.model_validate(recipe)
