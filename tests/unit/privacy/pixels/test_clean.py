import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import JPEG2000Lossless, SegmentationStorage

from lib.errors import DoubtfulPixelsError
from lib.frames.fragments import split_frames
from lib.privacy.pixels import Answers, Region, clean_pixels
from lib.privacy.pixels import clean as door
from lib.privacy.pixels.judging import Verdict
from lib.privacy.pixels.report import PixelReport, Why
from tests.builders import build_xa, encode
from tests.written_runs import moving_run, write

DOUBT = Region(50, 60, 70, 120, Why.UNREAD)


def is_covered(ink: np.ndarray, report: PixelReport) -> bool:
    left = ink.copy()
    for region in report.blanked:
        left[region.rows, region.columns] = False
    return not left.any()


@pytest.fixture
def doubtful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "judge", lambda *_, **__: Verdict((), (DOUBT,), ()))


def test_text_is_black_on_every_frame_and_nothing_else_is_touched() -> None:
    frames, ink = write(moving_run(), "SMITH, John 4711")
    run = build_xa(pixels=frames)

    report = clean_pixels(run)

    assert is_covered(ink, report)
    left = run.pixel_array.astype(int) - frames
    for region in report.blanked:
        assert not run.pixel_array[:, region.rows, region.columns].any()
        left[:, region.rows, region.columns] = 0
    assert not left.any()
    assert sum(region.area for region in report.blanked) < 0.25 * frames[0].size


def test_dark_text_in_one_frame_is_found() -> None:
    frames, ink = write(moving_run(1), "1952-03-17", value=5)

    assert is_covered(ink, clean_pixels(build_xa(pixels=frames[0], frame_time_ms=None)))


def test_text_on_some_frames_only_is_blanked_on_all() -> None:
    frames = moving_run()
    written, ink = write(frames[:2], "ID: 8812345")
    frames[:2] = written
    run = build_xa(pixels=frames)

    report = clean_pixels(run)

    assert is_covered(ink, report)
    assert all(not run.pixel_array[-1][region.rows, region.columns].any() for region in report.blanked)


def test_text_beside_the_picture_is_found() -> None:
    frames = moving_run()
    frames[:, :40] = 0
    frames, ink = write(frames, "07.04.1961", y=26, value=90)

    assert is_covered(ink, clean_pixels(build_xa(pixels=frames)))


def test_inverted_pixels_are_blanked_with_their_highest_value() -> None:
    frames, ink = write(moving_run(), "SMITH, John 4711")
    run = build_xa(pixels=255 - frames, PhotometricInterpretation="MONOCHROME1")

    report = clean_pixels(run)

    assert is_covered(ink, report)
    region = report.blanked[0]
    assert (run.pixel_array[:, region.rows, region.columns] == 255).all()


def test_twelve_signed_bits_are_read_and_blanked() -> None:
    frames, ink = write(moving_run(), "SMITH, John 4711")
    run = build_xa(pixels=frames.astype(np.int16) * 8 - 1024, bits_stored=12)

    report = clean_pixels(run)

    region = report.blanked[0]
    assert is_covered(ink, report)
    assert (run.pixel_array[:, region.rows, region.columns] == -2048).all()


def test_a_run_without_text_keeps_its_bytes() -> None:
    run = build_xa(pixels=moving_run())
    before = run.PixelData

    report = clean_pixels(run)

    assert (report.blanked, report.doubtful, report.kept) == ((), (), ())
    assert run.PixelData is before
    assert run.BurnedInAnnotation == "NO"


@pytest.mark.parametrize("syntax", [None, JPEG2000Lossless])
def test_frames_that_the_header_does_not_count_are_cut_off(syntax: str | None) -> None:
    run = build_xa(pixels=moving_run())
    run = run if syntax is None else encode(run, syntax)
    run.NumberOfFrames = 4

    clean_pixels(run)

    n_left = len(split_frames(run.PixelData, None)) if syntax else len(run.PixelData) / (128 * 256)
    assert n_left == 4
    assert (run.pixel_array == moving_run()[:4]).all()


@pytest.mark.usefixtures("doubtful")
def test_a_doubt_keeps_the_object_from_leaving() -> None:
    run = build_xa(pixels=moving_run(), BurnedInAnnotation="YES")

    report = clean_pixels(run)

    assert report.doubtful == (DOUBT,)
    assert not report.may_leave
    assert run.BurnedInAnnotation == "YES"


@pytest.mark.usefixtures("doubtful")
def test_who_is_strict_gets_an_error_and_an_unchanged_object() -> None:
    run = build_xa(pixels=moving_run())
    before = run.to_json()

    with pytest.raises(DoubtfulPixelsError, match=r"1 region\(s\) that may be text"):
        clean_pixels(run, is_strict=True)

    assert run.to_json() == before


@pytest.mark.usefixtures("doubtful")
def test_an_answer_settles_its_doubt() -> None:
    run = build_xa(pixels=moving_run())

    kept = clean_pixels(run, answers=Answers(keep=(DOUBT,)))
    blanked = clean_pixels(run, answers=Answers(blank=(DOUBT,)))

    assert kept.may_leave
    assert kept.blanked == ()
    assert blanked.may_leave
    assert blanked.blanked == (DOUBT,)
    assert not run.pixel_array[:, DOUBT.rows, DOUBT.columns].any()


@pytest.mark.usefixtures("doubtful")
def test_an_answer_about_another_place_settles_nothing() -> None:
    beside = Region(DOUBT.top, DOUBT.left + 30, DOUBT.bottom, DOUBT.right + 30)

    report = clean_pixels(build_xa(pixels=moving_run()), answers=Answers(keep=(beside,)))

    assert not report.may_leave


def test_a_header_that_says_yes_is_a_doubt_where_nothing_is_found() -> None:
    run = build_xa(pixels=moving_run(), BurnedInAnnotation="YES")

    report = clean_pixels(run)

    assert report.doubtful == (Region(0, 0, 128, 256, Why.HEADER),)


def test_a_screen_copy_is_blanked_as_a_whole() -> None:
    run = build_xa(
        pixels=moving_run(1)[0], frame_time_ms=None, ImageType=["DERIVED", "SECONDARY", "SCREEN SAVE"]
    )

    report = clean_pixels(run)

    assert report.may_leave
    assert not run.pixel_array.any()


def test_a_page_of_text_is_a_doubt_as_a_whole() -> None:
    page = np.zeros((1, 256, 512), np.uint8)
    for row in range(16):
        page, _ = write(
            page, "dose area product 12345 cGycm2 runs 8 operator DR WHO 1952", 2, 12 + 15 * row, 255, 0.4
        )
    page = np.tile(page, (1, 2, 1))

    report = clean_pixels(build_xa(pixels=page[0], frame_time_ms=None))

    assert report.doubtful == (Region(0, 0, 512, 512, Why.CROWDED),)


def test_a_lead_marker_is_kept_or_blanked_by_choice() -> None:
    frames, ink = write(moving_run(), "L", x=200, y=60, scale=1.0)

    kept = clean_pixels(build_xa(pixels=frames))
    blanked = clean_pixels(build_xa(pixels=frames), keep_markers=False)

    assert kept.blanked == ()
    assert [region.why for region in kept.kept] == [Why.MARKER]
    assert is_covered(ink, blanked)


def test_objects_without_pictures_are_left_alone() -> None:
    seg = Dataset()
    seg.SOPClassUID, seg.PixelData = SegmentationStorage, b"\1"

    assert clean_pixels(Dataset()).may_leave
    assert clean_pixels(seg).blanked == ()
