import pytest

from lib.frames.angle_group import angle_group
from lib.trainers.slices import slices_of
from tests.builders import build_xa
from tests.run_facts import some_facts


@pytest.mark.parametrize(
    ("primary", "secondary", "group"),
    [
        (-30.0, 25.0, "RAO cranial"),
        (45.0, -20.0, "LAO caudal"),
        (3.0, 30.0, "AP cranial"),
        (-30.0, 2.0, "RAO"),
        (0.0, 0.0, "AP"),
        (None, 10.0, "unknown"),
    ],
)
def test_angles_are_grouped_as_people_call_them(
    primary: float | None, secondary: float | None, group: str
) -> None:
    assert angle_group(primary, secondary) == group


def test_vendor_and_territory_are_read_from_the_header() -> None:
    header = build_xa(Manufacturer="  SIEMENS  Healthineers", BodyPartExamined="HEART")

    assert slices_of(header, some_facts()) == {
        "vendor": "siemens healthineers",
        "territory": "coronary",
        "angle": "RAO cranial",
    }


def test_what_a_header_does_not_say_is_unknown() -> None:
    header = build_xa(Manufacturer=None, BodyPartExamined="TOE")

    assert slices_of(header, some_facts()) | {"angle": ""} == {
        "vendor": "unknown",
        "territory": "unknown",
        "angle": "",
    }
