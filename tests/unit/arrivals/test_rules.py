"""Which rule decides about a run."""

from typing import Any

import pytest
from pydantic import ValidationError
from pydicom import Dataset

from lib.arrivals.facts import ArrivalFacts, facts_of
from lib.arrivals.rules import are_met, may_fit, rule_for
from lib.errors import SettingsError
from lib.sections.arrival import ArrivalConditions, ArrivalSettings
from lib.settings import load_settings
from tests.arriving import a_rule
from tests.builders import build_enhanced_xa, build_xa

FACTS = ArrivalFacts(
    modality=("XA",),
    body_parts=("HEART", "Coronary artery"),
    stations=("CATHLAB2",),
    descriptions=("LCA RAO 30", "Left heart catheter"),
    senders=("ANGIO",),
    n_frames=96,
)


def when(**conditions: Any) -> ArrivalConditions:
    return ArrivalConditions(**conditions)


def coded(meaning: str) -> Dataset:
    code = Dataset()
    code.CodeMeaning = meaning
    return code


@pytest.mark.parametrize(
    "conditions",
    [
        {},
        {"modality": ("XRF", "XA")},
        {"body_part": ("heart",)},
        {"body_part": ("coronary*",)},
        {"station": ("CATHLAB?",)},
        {"description": ("*catheter",)},
        {"sender": ("ANGIO",)},
        {"frames": {"least": 96, "most": 96}},
        {"modality": ("XA",), "station": ("*2",), "frames": {"least": 10}},
    ],
)
def test_a_run_fits_where_all_conditions_hold(conditions: dict[str, Any]) -> None:
    assert are_met(when(**conditions), FACTS)


@pytest.mark.parametrize(
    "conditions",
    [
        {"modality": ("RF",)},
        {"body_part": ("HEAR",)},
        {"station": ("CATHLAB1",)},
        {"description": ("catheter",)},
        {"sender": ("OTHER",)},
        {"frames": {"least": 97}},
        {"frames": {"most": 95}},
        {"modality": ("XA",), "station": ("CATHLAB1",)},
    ],
)
def test_a_run_does_not_fit_where_one_does_not(conditions: dict[str, Any]) -> None:
    assert not are_met(when(**conditions), FACTS)


def test_a_header_that_says_nothing_fits_no_condition_about_it() -> None:
    silent = ArrivalFacts((), (), (), (), (), 1)

    assert are_met(when(), silent)
    assert not are_met(when(station=("*",)), silent)


def test_the_first_rule_that_fits_decides() -> None:
    short = a_rule(name="short", when={"frames": {"most": 4}}, segment=False)
    hearts = a_rule(name="hearts", when={"body_part": ("HEART",)})
    rest = a_rule(name="rest")

    assert rule_for(FACTS, (short, hearts, rest)) is hearts
    assert rule_for(FACTS, (short,)) is None


def test_before_a_run_is_fetched_only_its_modality_counts() -> None:
    left, wanted = a_rule(name="left", segment=False), a_rule(when={"modality": ("XA",), "station": ("X",)})

    assert may_fit("XA", (left, wanted))
    assert not may_fit("RF", (left, wanted))


def test_facts_are_read_from_the_header() -> None:
    run = build_xa(
        n_frames=3,
        BodyPartExamined="HEART",
        AnatomicRegionSequence=[coded("Coronary artery")],
        StationName="CATHLAB1",
        SeriesDescription="LCA",
        StudyDescription="Left heart",
        ProtocolName="15 fps",
    )

    facts = facts_of(run, ("ANGIO",))

    assert facts == ArrivalFacts(
        ("XA",),
        ("HEART", "Coronary artery"),
        ("CATHLAB1",),
        ("LCA", "Left heart", "15 fps"),
        ("ANGIO",),
        3,
    )


def test_an_enhanced_object_has_its_region_in_a_functional_group() -> None:
    run = build_enhanced_xa()
    anatomy = Dataset()
    anatomy.AnatomicRegionSequence = [coded("Heart")]
    run.SharedFunctionalGroupsSequence[0].FrameAnatomySequence = [anatomy]

    assert "Heart" in facts_of(run).body_parts


@pytest.mark.parametrize(
    ("wishes", "sentence"),
    [
        ({"segment": False, "measure": True}, "nothing to measure or to send"),
        ({"send_report": True}, "has no report to send"),
        ({"send_to": ("archive",)}, "has no SEG to send"),
        ({"when": {"frames": {"least": 5, "most": 4}}}, "no run has so many frames"),
        ({"when": {"colour": ("grey",)}}, "Extra inputs"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(wishes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        a_rule(**wishes)


def test_two_rules_of_one_name_are_refused() -> None:
    with pytest.raises(ValidationError, match="two rules are called 'angiograms'"):
        ArrivalSettings(rules=(a_rule(), a_rule()))


def test_nothing_happens_by_itself_unless_somebody_wants_it() -> None:
    assert not load_settings().arrival.enabled


def test_rules_come_from_their_file_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    file = tmp_path / "arrival.yaml"
    file.write_text("arrival:\n  look_s: 3\n  rules: [{name: hearts, when: {body_part: [HEART]}}]\n")
    monkeypatch.setattr("lib.settings.ARRIVAL_FILE", file)
    monkeypatch.setenv("FLUORO_ARRIVAL__LOOK_S", "7")

    found = load_settings().arrival

    assert (found.look_s, found.rules[0].name, found.rules[0].when.body_part) == (7, "hearts", ("HEART",))


def test_a_misspelt_key_of_a_rule_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    file = tmp_path / "arrival.yaml"
    file.write_text("arrival:\n  rules: [{name: hearts, wen: {}}]\n")
    monkeypatch.setattr("lib.settings.ARRIVAL_FILE", file)

    with pytest.raises(SettingsError, match="ARRIVAL__RULES__0__WEN: there is no such setting"):
        load_settings()
