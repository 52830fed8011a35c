"""Which content items of a report go, by what they are called."""

from collections.abc import Mapping

import pytest
from pydicom.dataset import Dataset
from pydicom.sr import _concepts_dict

from lib.privacy.options import Option
from lib.privacy.structured import BODY, DEVICES, OUT, PATIENT
from tests.builders import build_xa
from tests.privacy_objects import build_report, clean, code, item


def meanings(scheme: str) -> Mapping[str, set[str]]:
    """Return what pydicom's copy of PS3.16 calls each code of a scheme."""
    found: dict[str, set[str]] = {}
    for codes in _concepts_dict.concepts[scheme].values():
        for value, (meaning, _) in codes.items():
            found.setdefault(value, set()).add(meaning)
    return found


def named(value: str, meaning: str, scheme: str = "DCM") -> Dataset:
    return item("TEXT", code(value, meaning, scheme), TextValue="Stenosis")


def test_the_codes_are_those_of_the_standard() -> None:
    told = meanings("DCM")

    wrong = {
        value: meaning
        for value, meaning in {**OUT, **DEVICES, **PATIENT}.items()
        if meaning not in told[value]
    }

    assert wrong == {}


@pytest.mark.parametrize(
    ("option", "n_left"),
    [(None, 0), (Option.DEVICE, len(DEVICES)), (Option.PATIENT, len(PATIENT) + len(BODY))],
)
def test_items_stay_with_the_option_that_is_for_them(option: Option | None, n_left: int) -> None:
    items = [named(value, meaning) for value, meaning in {**OUT, **DEVICES, **PATIENT}.items()]
    items += [named(value, meaning, "LN") for value, meaning in BODY.items()]
    report = build_report(build_xa(), *items)

    clean(report, *(() if option is None else (option,)))

    assert len(report.ContentSequence) == n_left


@pytest.mark.parametrize(
    ("value", "meaning", "scheme"),
    [
        ("122160", "Derived Area, Non-Valve", "DCM"),
        ("113816", "Condition Effective Dose measured", "DCM"),
        ("113970", "Procedure Step To This Point", "DCM"),
        ("121030", "somebody else's code", "99ACME"),
    ],
)
def test_items_that_measure_stay(value: str, meaning: str, scheme: str) -> None:
    report = build_report(build_xa(), named(value, meaning, scheme))

    clean(report)

    assert [one.TextValue for one in report.ContentSequence] == ["Stenosis"]
