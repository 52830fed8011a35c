"""The models that ship: small, whole, and what their cards say."""

import hashlib

import pytest

from lib.registry import ModelCard, read_manifest
from lib.registry.store import SHIPPED

MOST_BYTES = 20_000_000
CARDS = read_manifest(SHIPPED).models


def test_the_network_behind_vessels_ships() -> None:
    assert [card.task for card in CARDS] == ["vessels"]


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_the_files_are_those_that_the_card_names(card: ModelCard) -> None:
    for file in card.files:
        assert hashlib.sha256((SHIPPED / file.name).read_bytes()).hexdigest() == file.sha256


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_no_shipped_model_learned_from_patients(card: ModelCard) -> None:
    assert card.training_data.phantom_version is not None


def test_all_weights_together_stay_small() -> None:
    listed = {file.name for card in CARDS for file in card.files}
    present = {path.name for path in SHIPPED.iterdir() if path.suffix in {".safetensors", ".bin", ".xml"}}

    assert present == listed
    assert sum((SHIPPED / name).stat().st_size for name in listed) < MOST_BYTES
