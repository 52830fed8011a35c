"""People add labels to the table of a running server, rename, recolour and delete them."""

import errno
import os
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lib.errors import (
    DiskFullError,
    LabelInUseError,
    LabelNameTakenError,
    LabelTableError,
    NoFreeIndexError,
    ShippedLabelError,
    UnknownLabelError,
)
from lib.labels import Label, LabelTable, import_labels, load_label_table
from lib.labels.editor import OWN_SET, LabelChange, LabelEditor
from tests.seg_labels import LABELS_FILE, label_table

OTHER_SET = """
sets:
  ours:
    category: 49755003 SCT Morphologically Abnormal Structure
    labels:
      - {index: 128, name: aneurysm, type: 85659009 SCT Aneurysm, color: [10, 200, 30]}
"""


def nothing() -> Collection[int]:
    return ()


def unused(_: Label) -> list[str]:
    return []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "labels"


@pytest.fixture
def editor(folder: Path) -> LabelEditor:
    return LabelEditor(label_table(), LABELS_FILE, folder)


def add(editor: LabelEditor, name: str = "septal branch", **more: object) -> Label:
    return editor.add(LabelChange(name, **more), nothing)  # type: ignore[arg-type]


def restarted(folder: Path) -> LabelTable:
    return load_label_table(LABELS_FILE, folder)


def test_an_added_label_is_in_the_table_and_there_after_a_restart(editor: LabelEditor, folder: Path) -> None:
    label = add(editor, color=(1, 2, 3), synonyms=["septal"])

    assert (label.index, label.set_name, label.is_own) == (128, OWN_SET, True)
    assert editor.table.by_name("Septal") == label
    assert restarted(folder) == editor.table


def test_the_next_label_gets_the_next_index_that_nothing_holds(editor: LabelEditor) -> None:
    add(editor)

    label = editor.add(LabelChange("conus branch"), lambda: {129, 130})

    assert label.index == 131


def test_two_who_add_at_once_get_two_indices(editor: LabelEditor, folder: Path) -> None:
    with ThreadPoolExecutor(4) as people:
        labels = list(people.map(lambda number: add(editor, f"label {number}"), range(8)))

    assert sorted(label.index for label in labels) == list(range(128, 136))
    assert restarted(folder) == editor.table


def test_there_are_128_indices_and_no_more(editor: LabelEditor) -> None:
    with pytest.raises(NoFreeIndexError, match="128 to 255, are in use"):
        editor.add(LabelChange("one more"), lambda: range(128, 256))


def test_a_label_without_a_colour_gets_one_unlike_all_others(editor: LabelEditor) -> None:
    color = add(editor).color

    nearest = min(
        sum((a - b) ** 2 for a, b in zip(color, label.color, strict=True)) for label in label_table()
    )
    assert nearest > 30**2
    assert add(editor, "conus branch").color != color


def test_a_code_depends_on_the_name_and_not_on_the_index(editor: LabelEditor, tmp_path: Path) -> None:
    other = LabelEditor(label_table(), LABELS_FILE, tmp_path / "other")
    add(other, "conus branch")

    here, there = add(editor, "Septal-Branch"), add(other, "septal branch")

    assert here.index != there.index
    assert here.type.key == there.type.key
    assert here.type.key != other.table.by_name("conus branch").type.key


@pytest.mark.parametrize("name", ["", "  ", "x" * 65, "a\\b", "a\nb", "--", "__"])
@pytest.mark.parametrize("where", ["name", "synonym"])
def test_what_cannot_be_a_name_is_refused_and_nothing_kept(
    editor: LabelEditor, folder: Path, name: str, where: str
) -> None:
    change = LabelChange(name) if where == "name" else LabelChange("septal", synonyms=[name])

    with pytest.raises(LabelTableError):
        editor.add(change, nothing)

    assert not folder.exists()
    assert editor.table == label_table()


@pytest.mark.parametrize("change", [LabelChange("Prox-LAD"), LabelChange("septal", synonyms=["segment 6"])])
def test_a_name_of_another_label_is_taken(editor: LabelEditor, folder: Path, change: LabelChange) -> None:
    with pytest.raises(LabelNameTakenError, match="is a name of the label 'LAD proximal' already"):
        editor.add(change, nothing)

    assert not folder.exists()


def test_a_rename_keeps_the_index_and_the_old_name_finds_the_label(editor: LabelEditor, folder: Path) -> None:
    before = add(editor, synonyms=["septal"])

    after = editor.change(before.index, LabelChange("first septal", synonyms=[]))

    assert (after.index, after.name, after.type) == (before.index, "first septal", before.type)
    assert restarted(folder).by_name("septal branch") == after
    with pytest.raises(UnknownLabelError):
        editor.table.by_name("septal")


def test_a_former_name_stays_whatever_is_said_later_and_is_nobody_elses(editor: LabelEditor) -> None:
    label = add(editor)
    editor.change(label.index, LabelChange("first septal"))
    editor.change(label.index, LabelChange(synonyms=["S1"]))

    assert editor.table.by_name("septal branch").index == label.index
    with pytest.raises(LabelNameTakenError):
        add(editor, "septal branch")


def test_a_label_can_have_its_former_name_back(editor: LabelEditor) -> None:
    label = add(editor)
    editor.change(label.index, LabelChange("first septal"))

    after = editor.change(label.index, LabelChange("septal branch"))

    assert (after.name, after.former_names) == ("septal branch", ("first septal",))


def test_the_same_name_in_other_letters_is_no_former_name(editor: LabelEditor) -> None:
    after = editor.change(add(editor).index, LabelChange("Septal Branch"))

    assert (after.name, after.former_names) == ("Septal Branch", ())


def test_a_name_is_not_its_own_synonym_and_none_is_there_twice(editor: LabelEditor) -> None:
    label = add(editor, synonyms=["Septal-Branch", "septal", "SEPTAL"])

    assert label.synonyms == ("septal",)


def test_colours_and_synonyms_of_the_projects_labels_are_kept_beside_its_file(
    editor: LabelEditor, folder: Path
) -> None:
    before = LABELS_FILE.read_bytes()

    editor.change(21, LabelChange(color=(1, 2, 3)))
    after = editor.change(21, LabelChange(synonyms=["widow maker", "prox LAD"]))

    assert (after.color, after.synonyms[-1]) == ((1, 2, 3), "widow maker")
    assert restarted(folder) == editor.table
    assert restarted(folder).by_name("widow maker").name == "LAD proximal"
    assert restarted(folder).by_name("prox LAD").name == "LAD proximal"
    assert LABELS_FILE.read_bytes() == before


def test_own_synonyms_of_a_label_of_the_project_can_go_again_but_not_its_own(editor: LabelEditor) -> None:
    editor.change(21, LabelChange(synonyms=["widow maker"]))

    after = editor.change(21, LabelChange(synonyms=[]))

    assert after.synonyms == label_table().by_index(21).synonyms


def test_the_projects_own_colour_is_no_change(editor: LabelEditor, folder: Path) -> None:
    editor.change(1, LabelChange(color=(1, 2, 3)))

    editor.change(1, LabelChange(color=label_table().by_index(1).color))

    assert '"color": null' in (folder / "changed_labels.json").read_text()
    assert restarted(folder) == label_table()


def test_a_label_of_the_project_keeps_its_name(editor: LabelEditor, folder: Path) -> None:
    with pytest.raises(ShippedLabelError, match="'vessel' belongs to this project and cannot be renamed"):
        editor.change(1, LabelChange("artery tree"))

    assert not folder.exists()
    assert editor.change(1, LabelChange("vessel")).name == "vessel"


def test_labels_of_an_imported_set_can_be_changed_and_stay_in_it(
    editor: LabelEditor, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "set.yaml").write_text(OTHER_SET)
    import_labels(tmp_path / "set.yaml", folder, label_table())

    after = editor.change(128, LabelChange("saccular aneurysm"))

    assert (after.set_name, after.type.value) == ("ours", "85659009")
    assert add(editor).index == 129
    assert restarted(folder) == editor.table


def test_a_set_imported_again_keeps_the_former_names(
    editor: LabelEditor, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "set.yaml").write_text(OTHER_SET)
    import_labels(tmp_path / "set.yaml", folder, label_table())
    editor.change(128, LabelChange("saccular aneurysm"))

    (tmp_path / "set.yaml").write_text(OTHER_SET.replace("aneurysm,", "saccular aneurysm,"))
    import_labels(tmp_path / "set.yaml", folder, restarted(folder))

    assert restarted(folder).by_name("aneurysm").index == 128


def test_a_deleted_label_is_gone_and_so_is_the_file_of_an_empty_set(
    editor: LabelEditor, folder: Path
) -> None:
    first, second = add(editor), add(editor, "conus branch")

    editor.remove(first.index, unused)
    assert [label.name for label in restarted(folder).set(OWN_SET)] == ["conus branch"]
    editor.remove(second.index, unused)

    assert restarted(folder) == editor.table == label_table()
    assert list(folder.iterdir()) == []


def test_what_something_has_is_not_deleted(editor: LabelEditor, folder: Path) -> None:
    label = add(editor)

    with pytest.raises(LabelInUseError, match="these have it: 2 saved labels, 1 mask"):
        editor.remove(label.index, lambda _: ["2 saved labels", "1 mask"])

    assert restarted(folder).by_index(label.index) == label


def test_a_label_of_the_project_is_not_deleted(editor: LabelEditor) -> None:
    with pytest.raises(ShippedLabelError, match="cannot be deleted"):
        editor.remove(1, unused)


@pytest.mark.parametrize("index", [0, 7, 200, 999])
def test_an_index_without_a_label_is_unknown(editor: LabelEditor, index: int) -> None:
    with pytest.raises(UnknownLabelError):
        editor.change(index, LabelChange("x"))
    with pytest.raises(UnknownLabelError):
        editor.remove(index, unused)


def test_a_full_disk_changes_nothing(
    editor: LabelEditor, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    label = add(editor)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    for change in (lambda: add(editor, "conus"), lambda: editor.change(1, LabelChange(color=(1, 2, 3)))):
        with pytest.raises(DiskFullError):
            change()

    assert restarted(folder) == editor.table
    assert editor.table.labels == (*label_table().labels, label)
