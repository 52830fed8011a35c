"""Which vascular territories the phantom has, and the tree of one."""

from collections.abc import Callable

import numpy as np

from lib.phantom.model import Tree
from lib.phantom.trees.cerebral import grow_cerebral
from lib.phantom.trees.coronary import grow_coronary
from lib.phantom.trees.peripheral import grow_peripheral
from lib.phantom.trees.renal import grow_renal

TERRITORIES: tuple[str, ...] = ("coronary", "cerebral", "peripheral", "renal")

_GROWERS: dict[str, Callable[[np.random.Generator], Tree]] = {
    "coronary": grow_coronary,
    "cerebral": grow_cerebral,
    "peripheral": grow_peripheral,
    "renal": grow_renal,
}


def grow(territory: str, random: np.random.Generator) -> Tree:
    """Grow the vessels of one injection.

    Args:
        territory: One of TERRITORIES.
        random: Where everything that varies comes from.

    Returns:
        A tree around the isocentre, disease included.
    """
    return _GROWERS[territory](random)
