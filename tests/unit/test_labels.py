"""The label table and the sets that people import."""

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydicom.sr import _concepts_dict

from lib.errors import DiskFullError, LabelTableError, UnknownLabelError, UnknownLabelSetError
from lib.labels import Code, LabelTable, import_labels, load_label_table
from tests.seg_labels import LABELS_FILE, label_table

OWN: dict[str, Any] = {
    "index": 128,
    "name": "aneurysm",
    "category": "49755003 SCT Morphologically Abnormal Structure",
    "type": "85659009 SCT Aneurysm",
    "color": [10, 200, 30],
}


def write_set(folder: Path, *labels: dict[str, Any], name: str = "ours", suffix: str = "yaml") -> Path:
    file = folder / f"set.{suffix}"
    document = {"sets": {name: {"labels": list(labels)}}}
    file.write_text(json.dumps(document) if suffix == "json" else yaml.safe_dump(document), encoding="utf-8")
    return file


def test_the_basic_labels_have_their_fixed_indices() -> None:
    names = {label.index: label.name for label in label_table().set("basic")}

    assert names == {
        1: "vessel",
        2: "catheter",
        3: "guidewire",
        4: "stenosis",
        5: "device",
        6: "background anatomy",
    }


def test_the_coronary_set_has_all_syntax_segments_from_index_16() -> None:
    coronary = label_table().set("coronary")

    numbers = " ".join(str(label.number) for label in coronary)
    assert numbers == "1 2 3 4 5 6 7 8 9 9a 10 10a 11 12 12a 12b 13 14 14a 14b 15 16 16a 16b 16c"
    assert [label.index for label in coronary] == list(range(16, 41))


def test_dominance_decides_who_has_the_posterior_descending_artery() -> None:
    by_dominance = {
        side: [label.number for label in label_table().set("coronary") if label.dominance == side]
        for side in ("right", "left")
    }

    assert by_dominance == {"right": ["4", "16", "16a", "16b", "16c"], "left": ["15"]}


def test_the_peripheral_set_runs_from_index_64_and_knows_both_sides() -> None:
    peripheral = label_table().set("peripheral")

    assert [label.index for label in peripheral] == list(range(64, 95))
    assert label_table().by_name("left SFA").modifiers == (Code("7771000", "SCT", "Left"),)


@pytest.mark.parametrize(
    "name", ["LAD proximal", "proximal LAD", "prox lad", "PROX-LAD", "segment 6", "SYNTAX 6"]
)
def test_a_label_is_found_by_every_way_of_saying_its_name(name: str) -> None:
    assert label_table().by_name(name).number == "6"


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownLabelError, match=r"no label 'liver'.*vessel, catheter"):
        label_table().by_name("liver")


def test_an_unknown_set_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownLabelSetError, match=r"no label set 'cerebral'.*basic, coronary, peripheral"):
        label_table().set("cerebral")


def test_an_index_without_a_label_is_an_unknown_label() -> None:
    with pytest.raises(UnknownLabelError, match="no label '7'"):
        label_table().by_index(7)


def test_every_code_but_two_is_one_that_dicom_lists_with_that_meaning() -> None:
    listed = {
        (value, scheme): meaning.casefold()
        for scheme, names in _concepts_dict.concepts.items()
        for entry in names.values()
        for value, (meaning, contexts) in entry.items()
        if contexts
    }
    codes = {code for label in label_table() for code in (label.category, label.type, *label.modifiers)}

    unlisted = {code.key for code in codes if code.key not in listed}
    other_words = {
        (code.value, code.meaning)
        for code in codes
        if code.key in listed and listed[code.key] not in (code.meaning.casefold(), "endo-vascular")
    }
    assert {key for key in unlisted if key[1] != "99FLUORO"} == {("49062001", "SCT")}
    assert other_words <= {("59820001", "Blood vessel"), ("51114001", "Artery")}


def test_no_two_labels_look_the_same_to_a_reader_of_codes() -> None:
    keys = [label.code_key for label in label_table()]

    assert len(set(keys)) == len(keys)


def test_a_type_that_needs_a_modifier_means_nothing_without_it(tmp_path: Path) -> None:
    left = Code("7771000", "SCT", "Left")
    file = write_set(tmp_path, {**OWN, "modifiers": [str(left)]})
    table = import_labels(file, tmp_path / "labels", label_table())
    aneurysm = table.by_name("aneurysm")

    assert table.by_codes(aneurysm.type, (left,)) == aneurysm
    assert table.by_codes(aneurysm.type) is None
    assert table.by_codes(Code("19923001", "SCT", "any words")) == table.by_name("catheter")


def test_colours_are_bright_enough_for_a_dark_picture() -> None:
    luminance = {label.name: sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), label.color, strict=True))
                 for label in label_table()}  # fmt: skip

    assert min(luminance.values()) > 60, min(luminance, key=luminance.__getitem__)


@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_an_imported_set_is_there_after_a_restart(tmp_path: Path, suffix: str) -> None:
    imported = tmp_path / "labels"

    table = import_labels(write_set(tmp_path, OWN, suffix=suffix), imported, label_table())

    again = load_label_table(LABELS_FILE, imported)
    assert again == table
    assert again.by_name("aneurysm").index == 128
    assert again.by_name("vessel").index == 1


def test_synonyms_modifiers_and_dominance_survive_the_import(tmp_path: Path) -> None:
    extra = {"synonyms": ["bulge"], "modifiers": ["7771000 SCT Left"], "number": "99", "dominance": "left"}

    table = import_labels(write_set(tmp_path, {**OWN, **extra}), tmp_path / "labels", label_table())

    again = load_label_table(LABELS_FILE, tmp_path / "labels")
    assert again.by_name("bulge") == table.by_name("segment 99")
    assert again.by_name("bulge").modifiers == (Code("7771000", "SCT", "Left"),)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"index": 1}, "Own sets take indices from 128 to 255"),
        ({"index": 300}, "index 300 is not a whole number from 1 to 255"),
        ({"index": True}, "index True is not a whole number"),
        ({"name": "Vessel"}, "'Vessel' means 'vessel' of set 'basic' and 'Vessel' of set 'ours'"),
        ({"synonyms": ["prox LAD"]}, "The name 'prox LAD' means 'LAD proximal'"),
        ({"color": [0, 0, 256]}, r"color \[0, 0, 256\] is not \[red, green, blue\]"),
        ({"color": "red"}, "color 'red' is not"),
        ({"type": None}, "the type code is missing or not complete.*59820001 SCT Blood vessel"),
        ({"category": {"value": "1", "scheme": "SCT"}}, "the category code is missing or not complete"),
        ({"type": "1" * 17 + " SCT Aneurysm"}, "is too long"),
        ({"name": "x" * 65}, "64 characters at most"),
        ({"name": 5}, "5 is not a name"),
        ({"colour": [1, 2, 3]}, "unknown key 'colour'"),
        ({"synonyms": "bulge"}, "synonyms must be a list"),
        ({"dominance": "both"}, "neither right nor left"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_stored(
    tmp_path: Path, change: dict[str, Any], sentence: str
) -> None:
    file = write_set(tmp_path, {**OWN, **change})

    with pytest.raises(LabelTableError, match=sentence):
        import_labels(file, tmp_path / "labels", label_table())

    assert not (tmp_path / "labels").exists()


def test_two_labels_of_one_set_cannot_share_an_index(tmp_path: Path) -> None:
    file = write_set(tmp_path, OWN, {**OWN, "name": "graft"})

    with pytest.raises(LabelTableError, match=r"Index 128 belongs to 'aneurysm' .* and to 'graft'"):
        import_labels(file, tmp_path / "labels", label_table())


@pytest.mark.parametrize("text", ["", "[1, 2]", "sets: {}", "sets: {ours: 3}", "sets: {ours: {labels: []}}"])
def test_a_file_without_labels_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "set.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(LabelTableError, match=r"set\.yaml"):
        import_labels(file, tmp_path / "labels", label_table())


@pytest.mark.parametrize("text", ["a: [", "\x00", "!!python/object/apply:os.system ['true']"])
def test_a_file_that_is_no_yaml_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "set.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(LabelTableError, match="neither YAML nor JSON"):
        import_labels(file, tmp_path / "labels", label_table())


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(LabelTableError, match="cannot be read"):
        import_labels(tmp_path / "none.yaml", tmp_path / "labels", label_table())


def test_a_set_name_cannot_leave_the_folder(tmp_path: Path) -> None:
    with pytest.raises(LabelTableError, match="cannot name a set"):
        import_labels(write_set(tmp_path, OWN, name="../../x"), tmp_path / "labels", label_table())


def test_a_set_of_this_project_cannot_be_replaced(tmp_path: Path) -> None:
    file = write_set(tmp_path, {**OWN, "name": "new"}, name="basic")

    with pytest.raises(LabelTableError, match="Set 'basic' belongs to this project"):
        import_labels(file, tmp_path / "labels", label_table())


def test_a_set_can_be_imported_again_with_more_labels_and_another_colour(tmp_path: Path) -> None:
    folder = tmp_path / "labels"
    table = import_labels(write_set(tmp_path, OWN), folder, label_table())
    more = write_set(tmp_path, {**OWN, "color": [1, 2, 3]}, {**OWN, "index": 129, "name": "graft"})

    table = import_labels(more, folder, table)

    assert table.by_name("aneurysm").color == (1, 2, 3)
    assert table.by_name("graft").index == 129


@pytest.mark.parametrize("change", [{"name": "graft"}, {"index": 129}])
def test_an_index_that_labels_may_hold_keeps_its_meaning(tmp_path: Path, change: dict[str, Any]) -> None:
    folder = tmp_path / "labels"
    table = import_labels(write_set(tmp_path, OWN), folder, label_table())

    with pytest.raises(LabelTableError, match="Index 128 is 'aneurysm' in labels that are stored already"):
        import_labels(write_set(tmp_path, {**OWN, **change}), folder, table)


def test_a_full_disk_leaves_the_set_of_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "labels"
    table = import_labels(write_set(tmp_path, OWN), folder, label_table())

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFullError):
        import_labels(write_set(tmp_path, {**OWN, "color": [1, 2, 3]}), folder, table)

    again = load_label_table(LABELS_FILE, folder)
    assert again.by_name("aneurysm").color == (10, 200, 30)
    assert [file.name for file in folder.iterdir()] == ["ours.yaml"]


def test_an_empty_table_has_no_sets() -> None:
    assert LabelTable(()).set_names() == ()
