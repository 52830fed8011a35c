"""How the set meets the de-identification."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import SegmentationStorage

from lib.privacy import picture_cleaner
from lib.privacy.deidentify import Deidentifier
from lib.privacy.picture_cleaner import PictureCleaner
from lib.privacy.pixels import Answers, PixelReport, Region
from lib.privacy.pixels.report import Why
from lib.privacy.pseudonyms import Pseudonyms
from lib.privacy.site_key import SiteKey
from lib.publish.cleaning import SiteCleaning
from tests.builders import build_xa

DOUBT = Region(0, 0, 4, 4)
CLEAN_PIXELS = "113101"


@pytest.fixture
def site(tmp_path: Path) -> SiteCleaning:
    return SiteCleaning(Deidentifier(Pseudonyms(SiteKey(b"k" * 32))), PictureCleaner(tmp_path / "doubts"))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Let the pixels be in doubt until a person answered; return what was asked and written."""
    calls: list[Any] = []

    def look(dataset: Dataset, *, answers: Answers, **_: object) -> PixelReport:
        calls.append(answers)
        if answers.blank:
            dataset.PixelData = b"\0" * len(dataset.PixelData)
        return PixelReport(answers.blank, () if answers != Answers() else (DOUBT,), answers.keep, "looked")

    def write(_: Dataset, report: PixelReport, folder: Path, name: str) -> None:
        (folder / f"{name}.doubts.json").write_text("")
        calls.append(report.doubtful)

    monkeypatch.setattr(picture_cleaner, "clean_pixels", look)
    monkeypatch.setattr(picture_cleaner, "write_doubts", write)
    return calls


def run() -> FileDataset:
    return build_xa(patient_name="Quietwater^Eve", PatientID="ID-99")


def test_a_doubt_is_written_for_a_person_outside_the_set(site: SiteCleaning, asked: list[Any]) -> None:
    report = site.pixels(run(), frozenset(), "R-1")

    assert not report.may_leave
    assert asked[-1] == (DOUBT,)
    assert (site.pictures.doubts / "R-1.doubts.json").is_file()
    assert site.pictures.doubts.stat().st_mode & 0o077 == 0


def test_what_a_person_answered_is_followed(
    site: SiteCleaning, asked: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pixels(run(), frozenset(), "R-1")
    monkeypatch.setattr(picture_cleaner, "read_answers", lambda _: Answers(keep=(DOUBT,)))

    assert site.pixels(run(), frozenset(), "R-1").may_leave
    assert not site.shows_text(run(), frozenset(), "R-1")
    assert asked[-1] == Answers(keep=(DOUBT,))


def test_the_zones_of_the_site_are_blanked(site: SiteCleaning, asked: list[Any], tmp_path: Path) -> None:
    table = tmp_path / "zones.csv"
    table.write_text("manufacturer,model,image_type,rows,columns,top,left,bottom,right\n,,,,,0,0,4,9\n")

    replace(site, pictures=replace(site.pictures, zones=table)).pixels(run(), frozenset(), "R-1")

    assert asked[0].blank == (Region(0, 0, 4, 9, Why.ZONE),)


def test_text_is_left_where_looking_again_changes_the_pixels_or_is_in_doubt(
    site: SiteCleaning, asked: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert site.shows_text(run(), frozenset(), "R-1"), "in doubt"

    site.pictures.doubts.mkdir()
    (site.pictures.doubts / "R-1.doubts.json").write_text("")
    monkeypatch.setattr(picture_cleaner, "read_answers", lambda _: Answers(blank=(DOUBT,)))
    blanked = run()
    blanked.PixelData = b"\0" * len(blanked.PixelData)

    assert site.shows_text(run(), frozenset(), "R-1"), "changed"
    assert not site.shows_text(blanked, frozenset(), "R-1"), "black already"
    assert len(asked) == 3


@pytest.mark.parametrize(("n_rounds", "may_leave"), [(3, True), (99, False)])
def test_pixels_are_looked_at_until_nothing_more_is_blanked(
    site: SiteCleaning, monkeypatch: pytest.MonkeyPatch, n_rounds: int, may_leave: bool
) -> None:
    looks: list[Region] = []

    def look(dataset: Dataset, **_: object) -> PixelReport:
        looks.append(Region(0, 0, 1, min(len(looks), n_rounds) + 1))
        dataset.PixelData = bytes([min(len(looks), n_rounds)]) * len(dataset.PixelData)
        return PixelReport((looks[-1],), (), (), "looked")

    monkeypatch.setattr(picture_cleaner, "clean_pixels", look)
    monkeypatch.setattr(picture_cleaner, "write_doubts", lambda *_: None)

    report = site.pixels(run(), frozenset(), "R-1")

    assert report.may_leave == may_leave
    assert len(looks) == (4 if may_leave else 1 + picture_cleaner.MOST_LOOKS)
    assert report.blanked[:3] == tuple(looks[:3])


def test_a_run_without_text_is_looked_at_once(site: SiteCleaning, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []

    def look(_: Dataset, **__: object) -> PixelReport:
        looks.append(1)
        return PixelReport((), (), (), "looked")

    monkeypatch.setattr(picture_cleaner, "clean_pixels", look)

    assert site.pixels(run(), frozenset(), "R-1").may_leave
    assert len(looks) == 1


def test_a_segmentation_has_no_pictures(site: SiteCleaning, asked: list[Any]) -> None:
    seg = run()
    seg.SOPClassUID = SegmentationStorage

    assert not site.shows_text(seg, frozenset(), "R-1")
    assert asked == []


def test_headers_are_cleaned_with_what_all_objects_tell(site: SiteCleaning) -> None:
    first, second = run(), run()
    second.SeriesDescription = "LCA for Brightwood"
    first.OperatorsName = "Brightwood"

    report = site.header(second, site.known([first, second]))

    assert report.patient == second.PatientID != "ID-99"
    assert "Brightwood" not in str(second.SeriesDescription)


def test_only_pictures_are_said_to_have_been_looked_at(site: SiteCleaning) -> None:
    seg, filmed = run(), run()
    seg.SOPClassUID = SegmentationStorage

    for dataset in (seg, filmed):
        site.header(dataset, frozenset())

    methods = [{code.CodeValue for code in one.DeidentificationMethodCodeSequence} for one in (seg, filmed)]
    assert [CLEAN_PIXELS in own for own in methods] == [False, True]
