from pathlib import Path

import pytest

from lib.errors import RecipeError
from lib.trainers.recipe import Recipe, read_recipe


def test_the_shipped_recipe_can_be_read() -> None:
    assert read_recipe().widths == (32, 64, 128, 160, 160)


def test_a_change_wins_over_the_file_and_none_does_not() -> None:
    assert read_recipe(steps=7).steps == 7
    assert read_recipe(steps=None).steps == read_recipe().steps


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("step: 3", "step: there is no such key"),
        ("batch: 0", "batch: input should be greater than or equal to 1"),
        ("crop_px: 100", "crop_px: input should be a multiple of 32"),
        ("[1, 2]", "expected keys with values"),
        ("a: [", "it cannot be read"),
    ],
)
def test_a_wrong_recipe_is_refused_with_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "recipe.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(RecipeError, match=sentence):
        read_recipe(file)


def test_an_absent_recipe_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match=r"absent\.yaml"):
        read_recipe(tmp_path / "absent.yaml")


def test_a_longer_training_has_the_same_fingerprint_and_another_seed_has_not() -> None:
    assert Recipe(steps=10).fingerprint() == Recipe(steps=20).fingerprint()
    assert Recipe(seed=1).fingerprint() != Recipe(seed=2).fingerprint()
