"""Where the results of a run go: SEG and report to the PACS, both to DICOM nodes, and nothing twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom import dcmread

from lib.arrivals import measuring
from lib.datastore.arrival_records import ArrivalEnd
from lib.datastore.push_shelf import PushShelf
from lib.sections.arrival import ArrivalRule
from lib.sections.dimse import NodeSettings
from lib.server.arrivals.results import Results
from lib.server.measurement_sender import MeasurementSender
from tests.arriving import Ward, a_rule, a_run_that_came, open_ward, rules
from tests.measured_site import SIDE, a_measurement

NODES = {"archive": NodeSettings(ae_title="ARCHIVE", host="127.0.0.1", port=11112)}


@pytest.fixture
def ward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ward]:
    with open_ward(tmp_path) as ward:
        monkeypatch.setattr("lib.arrivals.work.find_algorithm", lambda _: ward.dark)
        monkeypatch.setattr(
            measuring, "measure", lambda made, _: a_measurement(image_id=made.header.sop_instance_uid)
        )
        yield ward


def results(ward: Ward, *their_rules: ArrivalRule) -> Results:
    sender = MeasurementSender(ward.measurements, ward.shelf, ward.pacs, retry_s=3600)
    pushes = PushShelf(ward.data, ward.ledger, NODES)
    return Results(their_rules, ward.desk, ward.measurements, sender, pushes)


def look(ward: Ward, rule: ArrivalRule) -> ArrivalEnd:
    [image_id] = ward.come(a_run_that_came(rows=SIDE, columns=SIDE))
    return ward.work(rules(rule)).look(image_id)


def kinds(ward: Ward) -> list[str]:
    return sorted(push.new.kind for push in ward.ledger.pushes())


def stored_reports(ward: Ward) -> int:
    return ward.pacs.calls.count("store") - 1  # the first was the run


def test_seg_and_report_go_to_the_pacs_and_to_the_nodes_of_the_rule(ward: Ward) -> None:
    rule = a_rule(measure=True, send_seg=True, send_report=True, send_to=("archive",))
    end = look(ward, rule)

    assert results(ward, rule).send(end) == []

    assert ward.measurements.record(str(end.measurement_id)).state == "sent"
    assert len(ward.ledger.pending()) == 1
    assert kinds(ward) == ["seg", "sr"]
    [seg] = [push for push in ward.ledger.pushes() if push.new.kind == "seg"]
    assert seg.new.created_by == "arrival"
    assert dcmread(ward.data / "pushes" / seg.new.file).SeriesDescription.startswith("Draft v1")


def test_a_second_time_sends_nothing(ward: Ward) -> None:
    rule = a_rule(measure=True, send_seg=True, send_report=True, send_to=("archive",))
    end = look(ward, rule)
    theirs = results(ward, rule)
    theirs.send(end)
    before = stored_reports(ward)

    assert theirs.send(end) == []

    assert (stored_reports(ward), kinds(ward)) == (before, ["seg", "sr"])


def test_only_what_the_rule_wants_is_sent(ward: Ward) -> None:
    rule = a_rule(measure=True, send_seg=True)
    end = look(ward, rule)

    results(ward, rule).send(end)

    assert (stored_reports(ward), kinds(ward)) == (0, [])
    assert ward.measurements.record(str(end.measurement_id)).state == "accepted"


def test_a_report_waits_for_a_pacs_that_sleeps(ward: Ward) -> None:
    rule = a_rule(measure=True, send_report=True)
    end = look(ward, rule)
    ward.pacs.is_down = True

    assert results(ward, rule).send(end) == []

    assert ward.measurements.record(str(end.measurement_id)).state == "waiting"


def test_what_cannot_be_sent_is_told(ward: Ward) -> None:
    rule = a_rule(measure=True, send_seg=True, send_report=True, send_to=("nowhere",))
    end = look(ward, rule)
    record = ward.measurements.record(str(end.measurement_id))
    ward.pacs.refuses.add(record.sop_instance_uid)

    report, node = results(ward, rule).send(end)

    assert report.startswith("The report was not sent: ")
    assert node.startswith("nowhere does not get it: ")
    assert "no node of the settings" in node


def test_a_rule_that_is_gone_sends_nothing(ward: Ward) -> None:
    end = look(ward, a_rule(measure=True, send_report=True))

    assert results(ward, a_rule(name="another")).send(end) == []
