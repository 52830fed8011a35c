from pathlib import Path

import pytest

from lib.errors import Int8DropError, RefusedByGateError
from lib.registry import Model, VersionStore
from lib.trainers import going_live
from lib.trainers.calibrate import Drop
from lib.trainers.going_live import check_int8, go_live
from tests.model_builders import build_model
from tests.version_builders import (
    WEIGHTS,
    add_version,
    build_draft,
    build_files,
    build_store,
    build_verdict,
    version_of,
)

BOTH = {WEIGHTS: "weights", "v.xml": "openvino-int8", "v.bin": "openvino-int8"}


@pytest.fixture
def store(tmp_path: Path) -> VersionStore:
    return build_store(tmp_path)


@pytest.fixture
def _measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """INT8 loses 0.003 Dice, where it is measured."""
    monkeypatch.setattr(going_live, "open_engine", lambda *_: object())
    monkeypatch.setattr(going_live, "measure_drop", lambda *_: Drop(4, 0.9, 0.897))


def with_int8(folder: Path, **changes: object) -> Model:
    files = build_files(folder, b"better")
    for name in ("v.xml", "v.bin"):
        (files / name).write_bytes(b"int8")
    return Model(build_model(files, BOTH, version=version_of(b"better"), **changes), files)


@pytest.mark.usefixtures("_measured")
def test_int8_is_compared_with_its_weights_where_nobody_did(tmp_path: Path) -> None:
    assert check_int8(with_int8(tmp_path)) == pytest.approx(0.003)


def test_what_was_measured_when_int8_was_made_counts(tmp_path: Path) -> None:
    assert check_int8(with_int8(tmp_path, measured={"dice_drop_int8": 0.02})) == 0.02


def test_a_model_without_int8_has_nothing_to_compare(store: VersionStore) -> None:
    assert check_int8(store.live().model) == 0


def test_a_version_whose_int8_network_is_another_one_does_not_go_live(
    store: VersionStore, tmp_path: Path
) -> None:
    model = with_int8(tmp_path / "trained", measured={"dice_drop_int8": 0.02})
    draft = build_draft(build_files(tmp_path / "other", b"better"), card=model.card)
    version = store.add(model.folder, draft).name

    with pytest.raises(Int8DropError, match=r"loses 0\.0200 Dice to its weights; 0\.01 is allowed"):
        go_live(store, version, "anna", "")

    assert store.live().name == version_of(b"shipped")


def test_what_the_gate_refused_goes_live_only_against_it(store: VersionStore) -> None:
    version = add_version(store, b"bad", verdict=build_verdict(passes=False, reasons=("It loses.",)))

    with pytest.raises(RefusedByGateError, match=r"refused version \w+: It loses\."):
        go_live(store, version, "anna", "")

    assert go_live(store, version, "anna", "", against_gate=True).name == store.live().name


def test_where_too_few_patients_were_looked_at_a_person_decides(store: VersionStore) -> None:
    version = add_version(store, b"maybe", verdict=build_verdict(passes=False, n_patients=4))

    assert go_live(store, version, "anna", "").name == store.live().name == version
