from pathlib import PurePosixPath

import pytest

from lib.start.viewer_patches import MENDS, PATCHES, found_in, patched, unpatched

INDEX = b'<script>window.PUBLIC_URL="/"</script><script src="/app.js"></script><link href="/app.css">'

WAITING_SEG = b"""\
      // to the referencedDisplaySet
      const addedDisplaySet = displaySetsAdded[0];
      if (addedDisplaySet.SeriesInstanceUID === displaySet.referencedSeriesInstanceUID) {
        displaySet.referencedDisplaySetInstanceUID = addedDisplaySet.displaySetInstanceUID;
"""

CALIBRATION = b"""\
        this.hasPixelSpacing =
            scale > 0 ||
                (!imagePlaneModule.usingDefaultValues &&
"""


@pytest.mark.parametrize("name", ["app.bundle.1.js", "histogram-worker.bundle.2.js"])
def test_every_bundle_is_moved_below_ohif(name: str) -> None:
    content = b'x;__webpack_require__.p = "/";y'

    assert patched(PurePosixPath(name), content) == b'x;__webpack_require__.p = "/ohif/";y'


def test_the_index_names_everything_below_ohif() -> None:
    text = patched(PurePosixPath("index.html"), INDEX)

    assert b'PUBLIC_URL="/ohif/"' in text
    assert b'src="/ohif/app.js"' in text
    assert b'href="/ohif/app.css"' in text


def test_a_picture_is_left_as_it_is() -> None:
    content = b'\x89PNG src="/'

    assert patched(PurePosixPath("assets/logo.png"), content) == content


def test_a_waiting_label_looks_for_the_run_that_it_refers_to() -> None:
    text = patched(PurePosixPath("781.bundle.1.js"), WAITING_SEG)

    assert b"getDisplaySetsForReferences(instance.ReferencedSeriesSequence)[0]" in text
    assert b"if (addedDisplaySet) {" in text
    assert b"displaySetsAdded[0]" not in text


def test_a_calibrated_size_is_a_pixel_size() -> None:
    text = patched(PurePosixPath("app.bundle.1.js"), CALIBRATION)

    assert b"scale > 0 ||\n                calibration?.rowPixelSpacing > 0 ||\n" in text
    assert b"(!imagePlaneModule.usingDefaultValues" in text


def test_a_patch_counts_as_found_only_in_a_file_that_it_is_for() -> None:
    mend = MENDS[0]

    assert mend in found_in(PurePosixPath("781.bundle.1.js"), mend.old.encode())
    assert found_in(PurePosixPath("781.bundle.1.js"), b"another version") == set()
    assert found_in(PurePosixPath("781.txt"), mend.old.encode()) == set()


def test_what_was_found_nowhere_is_named() -> None:
    assert unpatched(PATCHES) == []
    assert unpatched(PATCHES[1:]) == [PATCHES[0]]
