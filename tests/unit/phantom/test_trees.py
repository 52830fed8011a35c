import time

import numpy as np
import pytest

from lib.phantom.model import Tree
from lib.phantom.trees.territories import TERRITORIES, grow

SEEDS = range(4)


def tree_of(territory: str, seed: int = 0) -> Tree:
    return grow(territory, np.random.default_rng(seed))


@pytest.mark.parametrize("territory", TERRITORIES)
def test_the_same_seed_grows_the_same_tree_and_another_seed_another(territory: str) -> None:
    first, again, other = tree_of(territory, 3), tree_of(territory, 3), tree_of(territory, 4)

    assert all(
        np.array_equal(a.points_mm, b.points_mm) for a, b in zip(first.branches, again.branches, strict=True)
    )
    assert not np.array_equal(first.branches[0].points_mm[:8], other.branches[0].points_mm[:8])


@pytest.mark.parametrize("territory", TERRITORIES)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_branch_begins_on_its_parent_which_stands_earlier(territory: str, seed: int) -> None:
    branches = tree_of(territory, seed).branches

    assert branches[0].parent is None
    for index, branch in enumerate(branches[1:], start=1):
        assert branch.parent is not None
        assert branch.parent < index
        origin = branches[branch.parent].points_mm[branch.parent_point]
        assert np.linalg.norm(branch.points_mm[0] - origin) < 0.9


@pytest.mark.parametrize("territory", TERRITORIES)
@pytest.mark.parametrize("seed", SEEDS)
def test_points_are_evenly_sampled_and_radii_positive(territory: str, seed: int) -> None:
    for branch in tree_of(territory, seed).branches:
        gaps = np.linalg.norm(np.diff(branch.points_mm, axis=0), axis=1)
        assert len(branch.points_mm) == len(branch.radii_mm) >= 2
        assert np.isfinite(branch.points_mm).all()
        assert (branch.radii_mm > 0).all()
        assert gaps.max() < 0.95
        assert 0.25 < np.median(gaps) < 0.65


@pytest.mark.parametrize("territory", TERRITORIES)
@pytest.mark.parametrize("seed", SEEDS)
def test_names_are_unique_in_a_tree(territory: str, seed: int) -> None:
    names = [branch.name for branch in tree_of(territory, seed).branches]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("territory", TERRITORIES)
def test_no_direction_turns_sharply_within_a_branch(territory: str) -> None:
    worst: list[float] = []
    for seed in SEEDS:
        for branch in tree_of(territory, seed).branches:
            steps = np.diff(branch.points_mm, axis=0)
            steps = steps / np.linalg.norm(steps, axis=1, keepdims=True)
            worst += list(np.einsum("nd,nd->n", steps[1:], steps[:-1]))

    assert np.mean(np.array(worst) < np.cos(np.radians(40))) < 0.002


@pytest.mark.parametrize(
    ("territory", "parts"),
    [
        (
            "coronary",
            ("LAD proximal", "circumflex proximal", "RCA proximal", "posterior descending from RCA"),
        ),
        ("cerebral", ("middle cerebral artery M1", "basilar artery", "cavernous internal carotid artery")),
        ("peripheral", ("superficial femoral", "common iliac", "peroneal", "sural", "profunda")),
        (
            "renal",
            ("renal artery", "segmental artery", "interlobar artery", "arcuate artery", "abdominal aorta"),
        ),
    ],
)
def test_the_vessels_of_the_textbook_are_among_the_drawn_trees(
    territory: str, parts: tuple[str, ...]
) -> None:
    names = {branch.name for seed in range(24) for branch in tree_of(territory, seed).branches}

    assert all(any(part in name for name in names) for part in parts)


def test_calibres_are_those_of_people() -> None:
    trees = [tree_of("coronary", seed) for seed in range(20)]
    stems = [b.radii_mm[0] for tree in trees for b in tree.branches if b.name == "left main"]
    thinnest = min(float(b.radii_mm.min()) for tree in trees for b in tree.branches if not b.lesions)

    assert 1.8 < np.median(stems) < 2.6
    assert 0.05 < thinnest < 0.3


@pytest.mark.parametrize("territory", TERRITORIES)
def test_a_tree_grows_in_a_moment(territory: str) -> None:
    tree_of(territory)
    taken: list[float] = []
    for seed in range(8):
        begin = time.process_time()
        tree_of(territory, seed)
        taken.append(time.process_time() - begin)

    assert min(taken) < 0.1
