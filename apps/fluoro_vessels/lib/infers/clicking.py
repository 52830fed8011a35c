"""Opens the click engine with the model that serves `vessels`."""

from lib.errors import UnknownModelError
from lib.infers.algorithms.network import TASK, installed_model
from lib.interaction.branch_clicks import BranchClicker
from lib.interaction.clicker import Clicker


def open_clicker() -> Clicker:
    """Return the click engine; its network is shared by all of this process.

    Raises:
        UnknownModelError: No model for this task is installed.
        WeightsChecksumError: A file of the model was changed; nothing was loaded.
    """
    from lib.networks.runtime import ENGINES

    model = installed_model()
    if model is None:
        raise UnknownModelError(TASK, [])
    return BranchClicker(ENGINES.of(model), model.card.version)
