"""The last look: what it looks for, where, and what it lets pass."""

import json
from pathlib import Path

import pytest
from pydicom.dataset import Dataset, FileDataset
from pydicom.encaps import encapsulate
from pydicom.uid import JPEG2000Lossless, JPEGBaseline8Bit

from lib.labels import load_label_table
from lib.publish.own_words import own_words
from lib.publish.scan.findings import Kind
from lib.publish.scan.pieces import Piece, pieces_of
from lib.publish.scan.scan import Scan
from lib.publish.scan.search import Search
from lib.publish.scan.traces import Traces, traces_of
from lib.settings import PROJECT_FOLDER
from tests.builders import build_xa, to_bytes

UID = "1.3.12.2.1107.5.4.3.321890.19960124"
TRACES = Traces(
    names=frozenset(("jurgen", "kowalczyk", "li", "mai")),
    numbers=frozenset(("4711", "12345678", "st. anna hospital", "xa-lab 2")),
    uids=frozenset((UID, "2.25.17")),
    births=frozenset(("19600131",)),
)


def kinds(text: str, vr: str = "LO", own: frozenset[str] = frozenset()) -> list[Kind]:
    return list(Search(TRACES, own)(Piece("", text, vr)))


def cleaned(**elements: object) -> FileDataset:
    """Return a run that says that it was cleaned."""
    defaults = {"PatientIdentityRemoved": "YES", "DeidentificationMethodCodeSequence": [Dataset()]}
    return build_xa(**{**defaults, **elements})  # type: ignore[arg-type]


def scanned(folder: Path, traces: Traces, dates: frozenset[str] = frozenset()) -> list[str]:
    scan = Scan(Search(traces), {"a.dcm": dates}, lambda *_: False)
    return [str(finding) for finding in scan(folder)]


@pytest.mark.parametrize(
    "text",
    ["Jürgen", "JURGEN was here", "dr.jürgen", "Kowalczyks", "MRKOWALCZYK", "KOWALCZYK20240101", "mai_2024"],
)
def test_names_are_found_in_any_writing_and_stuck_to_others(text: str) -> None:
    assert kinds(text) == [Kind.NAME]


@pytest.mark.parametrize("text", ["main branch", "email", "oblique", "list"])
def test_short_names_are_whole_words(text: str) -> None:
    assert kinds(text) == []


def test_a_word_of_the_set_is_a_name_only_where_names_stand() -> None:
    own = frozenset(("mai",))

    assert kinds("Mai", "LO", own) == []
    assert kinds("Mai^Anna", "PN", own) == [Kind.NAME]


def test_short_numbers_count_as_whole_values_and_long_ones_anywhere() -> None:
    assert kinds("4711") == [Kind.NUMBER]
    assert kinds("area 4711 px") == []
    assert kinds("4711", vr="") == [], "a number of a table"
    assert kinds("run 12345678 of") == [Kind.NUMBER]
    assert kinds("0.12345678") == [], "a measured value"
    assert kinds("at St. Anna  Hospital, XA-Lab 2") == [Kind.NUMBER]


def test_uids_are_whole() -> None:
    assert kinds(f"see {UID}.") == [Kind.UID]
    assert kinds(f"{UID}7") == []
    assert kinds("2.25.17") == [Kind.UID], "also one of few parts, where it is the whole value"


@pytest.mark.parametrize(
    "text", ["19600131", "1960-01-31", "31.01.1960", "01/31/1960", "born 1960.01.31, male"]
)
def test_birth_dates_are_found_as_people_write_them(text: str) -> None:
    assert kinds(text) == [Kind.BIRTH]


def test_traces_are_taken_from_every_depth() -> None:
    inner, step = Dataset(), Dataset()
    inner.PerformingPhysicianName, inner.ReferencedSOPInstanceUID = "Nested^Person", UID
    step.ReferencedImageSequence = [inner]
    source = build_xa(
        PatientName="Müller^Eva=ミュラー", AccessionNumber="ACC-1", RequestAttributesSequence=[step]
    )

    traces = traces_of([source], people=["reviewer.jane"])

    assert {"muller", "eva", "nested", "person", "reviewer", "jane"} <= traces.names
    assert {"acc-1", "test-1"} <= traces.numbers
    assert UID in traces.uids
    assert traces.births == {"19600101"}
    assert "20240517" in traces.dates


def test_what_stands_for_nobody_and_what_the_standard_says_is_no_trace() -> None:
    code = Dataset()
    code.CodingSchemeUID = "2.16.840.1.113883.6.96"
    source = build_xa(
        PatientName="Anonymous^Patient", PatientID="unknown", ViewCodeSequence=[code], StudyID="1"
    )

    traces = traces_of([source], people=["local"])

    assert traces.names == frozenset()
    assert traces.numbers == frozenset()
    assert not [uid for uid in traces.uids if uid.startswith(("1.2.840.10008.", "2.16.840."))]


def test_a_name_of_two_letters_is_found_as_a_whole() -> None:
    traces = traces_of([build_xa(PatientName="Li^Wu")])

    assert list(Search(traces)(Piece("", "LI^WU", "PN"))) == [Kind.NUMBER]
    assert list(Search(traces)(Piece("", "liquid", "LO"))) == []


def test_malformed_elements_stop_nobody(tmp_path: Path) -> None:
    source = cleaned(PatientName="Kowalczyk", KVP="1234567890", ImageComments="Kowalczyk")
    source.add_new(0x00091010, "UN", b"KOWALCZYK hidden")
    path = tmp_path / "a.dcm"
    path.write_bytes(to_bytes(source).replace(b"1234567890", b"Kowalczyk "))

    found = scanned(tmp_path, Traces(names=frozenset(("kowalczyk",))))

    assert "a.dcm, (0010,0010): a name" in found
    assert "a.dcm, (0009,1010): a name" in found
    assert "a.dcm, (0018,0060): a name" in found, "what is no number is read as it stands"
    assert "a.dcm, (0020,4000): a name" in found, "and what comes after it"
    assert "a.dcm, its bytes: a name" in found


def test_pixels_are_searched_as_bytes_only(tmp_path: Path) -> None:
    run = cleaned()
    run.PixelData = b"Kowalczyk".ljust(len(run.PixelData), b"\0")
    (tmp_path / "a.dcm").write_bytes(to_bytes(run))

    assert scanned(tmp_path, Traces(names=frozenset(("kowalczyk",)))) == ["a.dcm, its bytes: a name"]


@pytest.mark.parametrize("syntax", [JPEGBaseline8Bit, JPEG2000Lossless])
def test_comments_of_compressed_pictures_are_read(tmp_path: Path, syntax: str) -> None:
    begin, comment = (b"\xff\xd8", b"\xff\xfe") if syntax == JPEGBaseline8Bit else (b"\xff\x4f", b"\xff\x64")
    first = b"\xff\xdb\x00\x05abc" if syntax == JPEGBaseline8Bit else b"\xff\x51\x00\x05abc"
    run = cleaned(n_frames=1)
    run.PixelData = encapsulate(
        [begin + first + comment + b"\x00\x06\x00Mai" + b"\xff\xda\x00\x02" + comment + b"\x00\x06\x00Mai"]
    )
    run["PixelData"].is_undefined_length = True
    run.file_meta.TransferSyntaxUID = syntax
    (tmp_path / "a.dcm").write_bytes(to_bytes(run))

    found = scanned(tmp_path, Traces(names=frozenset(("mai",))))

    assert found == ["a.dcm, (7FE0,0010), a comment: a name"]


def test_names_of_files_and_of_folders_are_looked_at(tmp_path: Path) -> None:
    (tmp_path / "Kowalczyk").mkdir()
    (tmp_path / "Kowalczyk" / "a.txt").write_text("nothing")

    assert scanned(tmp_path, TRACES) == ["Kowalczyk/a.txt, its name: a name"]


def test_json_is_read_as_it_is_meant(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"who": [{"Jürgen": 4711}]}, ensure_ascii=True))

    assert scanned(tmp_path, TRACES) == ["a.json, /who: a name"]


def test_a_file_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "a.dcm").write_bytes(b"no dicom")
    (tmp_path / "b.json").write_text("{")

    assert scanned(tmp_path, TRACES) == [
        "a.dcm, as a whole: a file that cannot be read",
        "b.json, as a whole: a file that cannot be read",
    ]


def test_an_object_must_say_that_its_identity_was_removed(tmp_path: Path) -> None:
    (tmp_path / "a.dcm").write_bytes(to_bytes(cleaned(PatientIdentityRemoved="NO")))

    assert scanned(tmp_path, Traces()) == [
        "a.dcm, (0012,0062), (0012,0064): no statement that the identity was removed"
    ]


def test_dates_count_in_objects_of_the_same_run(tmp_path: Path) -> None:
    for name in ("a.dcm", "b.dcm"):
        (tmp_path / name).write_bytes(to_bytes(cleaned(StudyDate="20240102")))

    found = scanned(tmp_path, Traces(), frozenset(("20240102",)))

    assert found == ["a.dcm, (0008,0020): a date of the same run"]


def test_places_are_named_down_to_the_item(tmp_path: Path) -> None:
    item = Dataset()
    item.PersonName = "Kowalczyk"
    (tmp_path / "a.dcm").write_bytes(to_bytes(cleaned(ContentSequence=[Dataset(), item])))

    places = [piece.where for piece in pieces_of(tmp_path / "a.dcm") if piece.text == "Kowalczyk"]

    assert places == ["(0040,A730)[2](0040,A123)"]


def test_labels_and_columns_are_words_of_the_set() -> None:
    table = load_label_table(PROJECT_FOLDER / "configs" / "labels.yaml")

    own = own_words(table, ["St. Anna Hospital"])

    assert {"vessel", "catheter", "coronary", "spacing", "lossless", "st. anna hospital", "anna"} <= own
    assert "kowalczyk" not in own
