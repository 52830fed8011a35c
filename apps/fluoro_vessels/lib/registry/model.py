"""A model and where it lies."""

from dataclasses import dataclass
from pathlib import Path

from lib.registry.manifest import ModelCard, ModelFile, Role


@dataclass(frozen=True)
class Model:
    """A model and where its files lie.

    Attributes:
        card: What there is to know of it.
        folder: Holds its files.
        is_promoted: Somebody, or the gate, chose this version; see `versions`.
    """

    card: ModelCard
    folder: Path
    is_promoted: bool = False

    def files(self, role: Role) -> tuple[ModelFile, ...]:
        """Return the files of a role, in the order of the card."""
        return tuple(file for file in self.card.files if file.role == role)

    def has(self, role: Role) -> bool:
        """Say whether there is a file of that role, and all such files exist."""
        files = self.files(role)
        return bool(files) and all((self.folder / file.name).is_file() for file in files)

    @property
    def can_run(self) -> bool:
        """Whether there is a network to run it with."""
        return self.has("weights") or self.has("openvino-int8")
