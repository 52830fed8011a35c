from pathlib import Path

import pytest

from lib.errors import NotDicomError
from lib.pacs.files import DicomFile, FileOutcome, Outcome, examine, find_files, read_identity
from tests.builders import build_xa, to_bytes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a run, a text, and a run in a folder within."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "b.dcm").write_bytes(to_bytes(build_xa()))
    (tmp_path / "a.txt").write_text("hello", encoding="utf-8")
    (tmp_path / "inner" / "IM0001").write_bytes(to_bytes(build_xa()))
    return tmp_path


def test_folders_are_searched_to_the_bottom(folder: Path) -> None:
    names = [path.relative_to(folder).as_posix() for path in find_files([folder])]

    assert names == ["a.txt", "b.dcm", "inner/IM0001"]


def test_a_file_that_is_named_twice_comes_once(folder: Path) -> None:
    assert len(list(find_files([folder, folder / "b.dcm", folder / "inner"]))) == 3


def test_the_identity_is_that_of_the_file(tmp_path: Path) -> None:
    dataset = build_xa()
    path = tmp_path / "run.dcm"
    path.write_bytes(to_bytes(dataset))

    found = read_identity(path)

    assert found == DicomFile(
        path, dataset.SOPClassUID, dataset.SOPInstanceUID, "1.2.840.10008.1.2.1", path.stat().st_size
    )


def test_a_malformed_uid_is_taken_as_it_is_and_not_warned_of(
    tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    path = tmp_path / "run.dcm"
    content = to_bytes(build_xa(sop_instance_uid="999.1.19941016.183000"))
    path.write_bytes(content.replace(b"999.1.19941016.183000", b"999.1.19941016.083000"))

    assert read_identity(path).sop_instance_uid == "999.1.19941016.083000"
    assert not [w for w in recwarn if "UI" in str(w.message)]


@pytest.mark.parametrize("content", [b"", b"hello", b"\0" * 200, b"\0" * 128 + b"DICM"])
def test_what_is_no_dicom_is_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)

    with pytest.raises(NotDicomError, match="x is not a DICOM file"):
        read_identity(path)


def test_a_stray_file_in_a_folder_is_skipped_but_one_that_was_named_failed(folder: Path) -> None:
    in_folder = examine(folder / "a.txt", is_named=False)
    named = examine(folder / "a.txt", is_named=True)

    assert isinstance(in_folder, FileOutcome)
    assert isinstance(named, FileOutcome)
    assert (in_folder.outcome, named.outcome) == (Outcome.SKIPPED, Outcome.FAILED)


def test_a_path_that_does_not_exist_failed(tmp_path: Path) -> None:
    (path,) = find_files([tmp_path / "nowhere"])

    found = examine(path, is_named=True)

    assert isinstance(found, FileOutcome)
    assert (found.outcome, found.reason) == (Outcome.FAILED, "No such file or directory")
