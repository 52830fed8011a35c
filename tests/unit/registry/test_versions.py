from dataclasses import asdict
from pathlib import Path

import pytest

from lib.errors import (
    NothingToRollBackError,
    UnknownVersionError,
    VersionFileError,
    VersionNameError,
    WeightsChecksumError,
    WeightsMissingError,
)
from lib.registry import Verdict, VersionStore, model_for
from lib.registry.gate import SliceGain
from tests.model_builders import build_model
from tests.version_builders import (
    WEIGHTS,
    add_version,
    build_draft,
    build_files,
    build_shipped,
    build_store,
    build_verdict,
    version_of,
)

SHIPPED = version_of(b"shipped")


@pytest.fixture
def store(tmp_path: Path) -> VersionStore:
    return build_store(tmp_path)


def serving(store: VersionStore) -> bytes:
    """The weights that a process would load now."""
    model = model_for("vessels", "vessel-net", store.data, store.shipped)
    assert model is not None
    return (model.folder / WEIGHTS).read_bytes()


def names(store: VersionStore) -> list[str]:
    return [version.name for version in store.versions()]


def test_what_ships_is_the_first_version_and_live(store: VersionStore) -> None:
    assert names(store) == [SHIPPED]
    assert store.live().name == SHIPPED
    assert store.history() == []


def test_a_candidate_is_kept_with_all_that_is_known_of_it(store: VersionStore, tmp_path: Path) -> None:
    files = build_files(tmp_path / "trained", b"better")
    verdict = build_verdict(slices=(SliceGain("vendor", "A", 0.1, 0.0, 0.2, 11, True),))
    draft = build_draft(files, verdict=verdict)

    kept = store.add(files, draft)

    again = VersionStore(store.data, store.shipped).get(version_of(b"better"))
    assert again == kept
    assert asdict(again) == asdict(draft) | {"folder": kept.folder, "created_at": kept.created_at}
    assert isinstance(again.verdict, Verdict)
    assert (again.folder / WEIGHTS).read_bytes() == b"better"


def test_a_candidate_does_not_serve_before_it_is_promoted(store: VersionStore) -> None:
    version = add_version(store, b"better")

    assert names(store) == [SHIPPED, version]
    assert serving(store) == b"shipped"


def test_a_promoted_version_serves_at_once(store: VersionStore) -> None:
    version = add_version(store, b"better")

    store.promote(version, "gate", "It gains 0.03 Dice.")

    assert serving(store) == b"better"
    assert store.live().name == version
    (change,) = store.history()
    assert (change.by, change.before, change.after, change.reason) == (
        "gate", SHIPPED, version, "It gains 0.03 Dice.",
    )  # fmt: skip


def test_rollback_restores_the_old_version_byte_for_byte(store: VersionStore) -> None:
    store.promote(add_version(store, b"better"), "anna", "")

    assert store.rollback("ben").name == SHIPPED
    assert serving(store) == b"shipped"
    assert [(change.by, change.after) for change in store.history()][-1] == ("ben", SHIPPED)


def test_each_rollback_goes_one_step_further_back(store: VersionStore) -> None:
    one, two = add_version(store, b"one"), add_version(store, b"two")
    store.promote(one, "anna", "")
    store.promote(two, "anna", "")

    assert [store.rollback("ben").name, store.rollback("ben").name] == [one, SHIPPED]
    with pytest.raises(NothingToRollBackError, match="No other version of vessels was live before"):
        store.rollback("ben")


def test_a_promotion_after_a_rollback_is_what_the_next_rollback_takes_back(store: VersionStore) -> None:
    one, two = add_version(store, b"one"), add_version(store, b"two")
    store.promote(one, "anna", "")
    store.rollback("anna")
    store.promote(two, "anna", "")

    assert store.before() == SHIPPED
    assert store.rollback("ben").name == SHIPPED


def test_an_upgrade_of_the_shipped_model_does_not_lose_what_was_live_before_it(store: VersionStore) -> None:
    store.promote(add_version(store, b"better"), "anna", "")
    build_shipped(store.shipped, b"upgraded")

    assert serving(store) == b"better"
    assert store.rollback("ben").name == SHIPPED
    assert serving(store) == b"shipped"


def test_to_promote_what_is_live_changes_nothing(store: VersionStore) -> None:
    version = add_version(store, b"better")
    store.promote(version, "anna", "")

    store.promote(version, "ben", "again")

    assert len(store.history()) == 1


def test_a_version_whose_file_was_changed_does_not_go_live(store: VersionStore) -> None:
    version = add_version(store, b"better")
    weights = store.get(version).folder / WEIGHTS
    weights.chmod(0o644)
    weights.write_bytes(b"evil!!")

    with pytest.raises(WeightsChecksumError):
        store.promote(version, "anna", "")

    assert serving(store) == b"shipped"


def test_where_the_live_version_is_gone_the_installed_one_serves(
    store: VersionStore, caplog: pytest.LogCaptureFixture
) -> None:
    version = add_version(store, b"better")
    store.promote(version, "anna", "")
    (store.get(version).folder / WEIGHTS).unlink()

    assert serving(store) == b"shipped"
    assert f"version {version} of vessels is live, but not here" in caplog.text


def test_the_same_weights_are_kept_once(store: VersionStore) -> None:
    add_version(store, b"better", n_frames=40)
    again = add_version(store, b"better", n_frames=41)

    assert names(store) == [SHIPPED, again]
    assert store.get(again).n_frames == 40


def test_a_version_is_called_as_its_weights_say(store: VersionStore, tmp_path: Path) -> None:
    files = build_files(tmp_path / "trained", b"better")
    draft = build_draft(files, card=build_model(files, {WEIGHTS: "weights"}, version="best"))

    with pytest.raises(VersionNameError, match=f"called 'best', but .* say '{version_of(b'better')}'"):
        store.add(files, draft)


def test_files_that_are_not_those_of_the_card_are_not_kept(store: VersionStore, tmp_path: Path) -> None:
    files = build_files(tmp_path / "trained", b"better")
    draft = build_draft(files)
    (files / WEIGHTS).write_bytes(b"other")

    with pytest.raises(WeightsChecksumError):
        store.add(files, draft)

    assert names(store) == [SHIPPED]


def test_a_candidate_without_its_files_is_not_kept(store: VersionStore, tmp_path: Path) -> None:
    draft = build_draft(build_files(tmp_path / "trained", b"better"))

    with pytest.raises(WeightsMissingError):
        store.add(tmp_path, draft)


def test_a_figure_that_is_no_number_is_refused(store: VersionStore, tmp_path: Path) -> None:
    files = build_files(tmp_path / "trained", b"better")

    with pytest.raises(VersionFileError, match="a figure is not a number"):
        store.add(files, build_draft(files, metrics={"dice": float("nan")}))

    assert names(store) == [SHIPPED]


def test_a_damaged_version_hides_no_other(store: VersionStore) -> None:
    one, two = add_version(store, b"one"), add_version(store, b"two")
    notes = store.get(one).folder / "version.json"
    notes.chmod(0o644)
    notes.write_text("{")

    assert names(store) == [SHIPPED, two]


def test_an_unknown_version_is_refused_with_those_that_exist(store: VersionStore) -> None:
    with pytest.raises(UnknownVersionError, match=rf"no version '\.\./x' .* There are: {SHIPPED}"):
        store.promote("../x", "anna", "")


def test_a_model_of_the_data_folder_is_a_version_too(store: VersionStore) -> None:
    own = build_shipped(store.data / "models" / "mine", b"mine")

    assert names(store) == [SHIPPED, version_of(b"mine")]
    assert store.live().folder == own
    assert store.promote(SHIPPED, "anna", "").name == store.live().name == SHIPPED
    assert serving(store) == b"shipped"
    assert store.rollback("anna").name == version_of(b"mine")


def test_the_first_version_goes_live_where_nothing_is_installed(tmp_path: Path) -> None:
    store = VersionStore(tmp_path / "data", tmp_path / "nothing")
    store.promote(add_version(store, b"first"), "anna", "")

    assert serving(store) == b"first"
    assert store.before() is None


def test_a_promoted_version_wins_over_another_model_of_the_data_folder(store: VersionStore) -> None:
    store.promote(add_version(store, b"better"), "anna", "")
    other = build_files(store.data / "models" / "zebra", b"zebra")
    build_model(other, {WEIGHTS: "weights"}, id="a-zebra", version=version_of(b"zebra"))

    assert serving(store) == b"better"
