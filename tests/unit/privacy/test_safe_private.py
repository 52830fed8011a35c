from pathlib import Path

import pytest

from lib.errors import SafeListError
from lib.privacy.deidentify import Deidentifier
from lib.privacy.options import Option
from lib.privacy.pseudonyms import Pseudonyms
from lib.privacy.safe_private import shipped_list, with_file
from tests.builders import build_xa
from tests.privacy_objects import KEY, clean


def test_documented_numbers_of_angiography_stay_with_their_creator() -> None:
    run = build_xa()
    block = run.private_block(0x0025, "GEMS_DL_FRAME_01", create=True)
    block.add_new(0x03, "DS", "1190")
    block.add_new(0x3C, "CS", "SMITH")

    clean(run)

    assert run[0x00251003].value == 1190
    assert run[0x00250010].value == "GEMS_DL_FRAME_01"
    assert 0x0025103C not in run


def test_an_unknown_block_goes_as_a_whole() -> None:
    run = build_xa()
    run.private_block(0x0099, "NOBODY KNOWS", create=True).add_new(0x01, "DS", "1")

    clean(run)

    assert not [tag for tag in run.keys() if tag.group == 0x0099]  # noqa: SIM118


def test_a_listed_element_of_another_vr_goes() -> None:
    run = build_xa()
    run.private_block(0x0025, "GEMS_DL_FRAME_01", create=True).add_new(0x03, "LO", "Smith")

    clean(run)

    assert 0x00251003 not in run


def test_without_the_option_all_private_elements_go() -> None:
    run = build_xa()
    run.private_block(0x0025, "GEMS_DL_FRAME_01", create=True).add_new(0x03, "DS", "1190")

    clean(run, without=(Option.SAFE_PRIVATE,))

    assert not [tag for tag in run.keys() if tag.group % 2]  # noqa: SIM118


def test_a_site_adds_elements_to_the_list(tmp_path: Path) -> None:
    path = tmp_path / "ours.csv"
    path.write_text("group,element,creator,vr\n0099,xx01,Our Arm 2,FL\n")
    run = build_xa()
    run.private_block(0x0099, "OUR ARM 2", create=True).add_new(0x01, "FL", 2.5)

    Deidentifier(Pseudonyms(KEY), safe=with_file(path)).clean(run)

    assert run[0x00991001].value == 2.5
    assert len(with_file(path).vrs) == len(shipped_list().vrs) + 1


@pytest.mark.parametrize(
    "row",
    ["0099,01,ARM,LT", "0099,01,ARM,OB", "0098,01,ARM,FL", "0099,01,ARM", "what is this", "0099,1ff,ARM,FL"],
)
def test_a_row_that_cannot_be_safe_is_refused_by_its_line(tmp_path: Path, row: str) -> None:
    path = tmp_path / "ours.csv"
    path.write_text(f"# ours\n{row}\n")

    with pytest.raises(SafeListError, match="line 2"):
        with_file(path)
