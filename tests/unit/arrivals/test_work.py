"""What is done with a run that arrived, and that twice does nothing twice."""

import logging
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from pydicom import dcmread

from lib.arrivals import measuring
from lib.arrivals.open import problem_with
from lib.datastore.arrival_records import ArrivalState
from lib.datastore.label_files import LabelFiles
from lib.datastore.states import LabelState, RunState
from lib.errors import FrameError, PacsUnavailableError, UnknownAlgorithmError
from lib.errors.measure_values import NoWallsError
from lib.measure.material import Material
from lib.measure.measurement import Measurement
from lib.measure.request import MeasureRequest
from tests.arriving import SHAPE, Ward, a_rule, a_run_that_came, rules
from tests.measured_site import SIDE, a_measurement


def test_a_run_gets_a_draft_that_the_work_list_shows(ward: Ward) -> None:
    [image_id] = ward.come(a_run_that_came())

    end = ward.work().look(image_id)

    head = ward.ledger.newest_heads()[image_id]
    assert (end.state, end.rule, end.label_id) == (ArrivalState.DONE, "angiograms", head.id)
    assert end.outcome == "Segmented by dark@7."
    assert (head.author, head.tag, head.state) == ("arrival", "original", LabelState.DRAFT)
    assert ward.ledger.run(image_id).state is RunState.IN_PROGRESS
    assert ward.ledger.pending() == []


def test_a_rule_may_send_the_draft(ward: Ward) -> None:
    [image_id] = ward.come(a_run_that_came())

    ward.work(rules(a_rule(send_seg=True))).look(image_id)

    assert [entry.image_id for entry in ward.ledger.pending()] == [image_id]


def test_who_died_before_it_could_say_so_segments_nothing_twice(ward: Ward) -> None:
    [image_id] = ward.come(a_run_that_came())
    first = ward.work().look(image_id)

    second = ward.work().look(image_id)

    assert second == first
    assert len(ward.ledger.labels(image_id)) == 1
    assert ward.dark.segmented == [image_id]


@pytest.mark.parametrize(
    ("settings", "outcome", "rule"),
    [
        (rules(a_rule(when={"modality": ("RF",)})), "No rule fits it.", None),
        (rules(a_rule(name="left", segment=False)), "The rule leaves it alone.", "left"),
    ],
)
def test_a_run_that_no_rule_wants_is_left(ward: Ward, settings: Any, outcome: str, rule: str | None) -> None:
    [image_id] = ward.come(a_run_that_came())

    end = ward.work(settings).look(image_id)

    assert (end.state, end.outcome, end.rule) == (ArrivalState.LEFT, outcome, rule)
    assert ward.ledger.labels(image_id) == []


def test_a_person_who_was_faster_is_not_disturbed(ward: Ward) -> None:
    [image_id] = ward.come(a_run_that_came())
    run = ward.ledger.run(image_id)
    ward.desk.save_draft(run, np.zeros(SHAPE, np.uint8), "draft", {"client_id": "anna"}, sends_seg=False)

    end = ward.work().look(image_id)

    assert (end.state, end.outcome) == (ArrivalState.LEFT, "A person labelled it first.")


@pytest.mark.parametrize("state", [RunState.SKIPPED, RunState.REJECTED])
def test_a_run_that_a_person_put_aside_is_left(ward: Ward, state: RunState) -> None:
    [image_id] = ward.come(a_run_that_came())
    ward.ledger.set_run_state(image_id, state, "anna")

    end = ward.work().look(image_id)

    assert (end.state, end.outcome) == (ArrivalState.LEFT, f"A person has {state.value} it.")


def test_the_sender_of_a_run_is_known_where_it_came_by_dicom(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    [image_id] = ward.come(a_run_that_came())
    settings = rules(a_rule(when={"sender": ("ANGIO*",)}))
    left = ward.work(settings).look(image_id)
    monkeypatch.setattr(ward.ledger, "sender_of_arrival", lambda _: "ANGIO1@10.0.0.7")

    assert (left.state, ward.work(settings).look(image_id).state) == ("left", "done")


def test_a_pacs_that_sleeps_is_waited_for(ward: Ward) -> None:
    [image_id] = ward.come(a_run_that_came())
    ward.pacs.is_down = True

    with pytest.raises(PacsUnavailableError):
        ward.work().look(image_id)


def test_a_file_that_was_cut_off_says_so(ward: Ward) -> None:
    [image_id] = ward.come(a_run_that_came())
    ward.desk.shelf.dicom(image_id).write_bytes(ward.desk.shelf.dicom(image_id).read_bytes()[:400])

    with pytest.raises(FrameError, match="cut off"):
        ward.work().look(image_id)


def test_nothing_of_a_patient_is_logged_or_told(ward: Ward, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    [image_id] = ward.come(a_run_that_came(patient_name="CANARY^BIRD", SeriesDescription="CANARY"))

    end = ward.work(rules(a_rule(when={"description": ("CANARY",)}))).look(image_id)

    assert "segmented arrived run" in caplog.text
    assert "CANARY" not in caplog.text + end.outcome


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[Material]:
    """Measure nothing: note what was asked and answer with a measurement made by hand."""
    asked: list[Material] = []

    def measure(material: Material, request: MeasureRequest) -> Measurement:
        assert request == MeasureRequest()
        asked.append(material)
        return a_measurement(image_id=material.header.sop_instance_uid)

    monkeypatch.setattr(measuring, "measure", measure)
    return asked


def test_a_rule_may_measure_the_draft_once(ward: Ward, measured: list[Material]) -> None:
    [image_id] = ward.come(a_run_that_came(n_frames=4, rows=SIDE, columns=SIDE))
    work = ward.work(rules(a_rule(measure=True)))

    ends = work.look(image_id), work.look(image_id)

    [record] = ward.measurements.of_run(image_id)
    assert {end.measurement_id for end in ends} == {record.id}
    assert (record.owner, record.state, record.label) == ("arrival", "accepted", "vessel")
    assert len(measured) == 1
    assert measured[0].masks is not None
    assert np.array_equal(measured[0].masks, measured[0].frames < 0.4)


def test_its_report_refers_to_the_seg_of_the_draft(ward: Ward, measured: list[Material]) -> None:
    assert measured == []
    [image_id] = ward.come(a_run_that_came(n_frames=4, rows=SIDE, columns=SIDE))

    ward.work(rules(a_rule(measure=True, send_seg=True))).look(image_id)

    [label], [record] = ward.ledger.labels(image_id), ward.measurements.of_run(image_id)
    report = dcmread(BytesIO(ward.measurements.file(record, "sr.dcm") or b""))
    assert str(label.seg_sop_instance_uid) in str(report.CurrentRequestedProcedureEvidenceSequence)
    assert report.VerificationFlag == "UNVERIFIED"


def test_a_draft_that_cannot_be_measured_stands(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Measurement:
        raise NoWallsError

    monkeypatch.setattr(measuring, "measure", refuse)
    [image_id] = ward.come(a_run_that_came())

    end = ward.work(rules(a_rule(measure=True))).look(image_id)

    assert (end.state, end.measurement_id) == (ArrivalState.DONE, None)
    assert end.outcome.startswith("Segmented by dark@7. Not measured: ")


def test_a_crash_after_the_files_and_before_the_row_leaves_no_draft(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    [image_id] = ward.come(a_run_that_came())

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(LabelFiles, "write", die)
        with pytest.raises(KeyboardInterrupt):
            ward.work().look(image_id)

    assert ward.ledger.labels(image_id) == []
    assert ward.work().look(image_id).state is ArrivalState.DONE


def test_a_rule_that_cannot_be_followed_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(name: str) -> None:
        raise UnknownAlgorithmError(name, ["vessels"])

    monkeypatch.setattr("lib.arrivals.open.find_algorithm", unknown)

    assert problem_with(a_rule(segment=False)) is None
    assert "vessels" in str(problem_with(a_rule(algorithm="nonsense")))


def test_a_parameter_that_there_is_not_is_a_problem_too() -> None:
    assert problem_with(a_rule(algorithm="vesselness")) is None
    assert "colour" in str(problem_with(a_rule(algorithm="vesselness", parameters={"colour": "red"})))
