"""Which automatic methods there are."""

import importlib
import inspect
import pkgutil
from pathlib import Path
from types import ModuleType
from typing import Any, Final, cast

from lib.errors import UnknownAlgorithmError
from lib.infers import algorithms
from lib.infers.algorithm import Algorithm
from lib.infers.algorithms.network import installed_model
from lib.infers.imported import imported_algorithms
from lib.settings import settings

VESSELS: Final = "vessels"
"""The infer task, and on the command line the method behind it."""

AUTOMATIC: Final = "network"
"""The algorithm behind `vessels`."""

FALLBACK: Final = "vesselness"
"""Stands in where no weights are installed; it needs none."""


def find_algorithms(package: ModuleType = algorithms, models: Path | None = None) -> dict[str, Algorithm]:
    """Return one object of every algorithm class in a package, and one of every imported nnU-Net, by name.

    Args:
        package: Where our own algorithms lie.
        models: Where imported models lie; in the data folder where it is None.
    """
    found: dict[str, Algorithm] = {}
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        for member in vars(importlib.import_module(module.name)).values():
            if inspect.isclass(member) and Algorithm in member.__bases__:
                algorithm: Algorithm = cast("type[Any]", member)()
                found[algorithm.name] = algorithm
    return imported_algorithms(models or settings().data / "models") | found


def find_algorithm(name: str) -> Algorithm:
    """Return the algorithm of that name, with the model of now; of `vessels`, the one that can run.

    Raises:
        UnknownAlgorithmError: There is none; the sentence lists those that exist.
    """
    known = find_algorithms()
    if name == VESSELS:
        name = AUTOMATIC if installed_model() is not None else FALLBACK
    if name not in known:
        raise UnknownAlgorithmError(name, [VESSELS, *sorted(known)])
    return known[name].as_it_is()
