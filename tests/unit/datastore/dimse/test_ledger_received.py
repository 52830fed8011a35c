from datetime import UTC, datetime, timedelta

from lib.datastore.ledger import Ledger
from lib.datastore.received_records import ReceivedRecord, ReceivedState

NOW = datetime(2026, 1, 31, 8, tzinfo=UTC)


def a_record(uid: str = "1.2.3", file: str = "a.dcm", *, is_run: bool = True) -> ReceivedRecord:
    return ReceivedRecord(
        sop_instance_uid=uid,
        study_instance_uid="1.2",
        series_instance_uid="1.3",
        sop_class_uid="1.4",
        transfer_syntax_uid="1.5",
        modality="XA",
        is_run=is_run,
        n_bytes=3_000_000_000,
        file=file,
        source="LAB1@10.0.0.7",
        received_at=NOW,
    )


def sent(ledger: Ledger, *records: ReceivedRecord) -> None:
    for minute, record in enumerate(records):
        ledger.note_received(record)
        ledger.note_stored(record, NOW + timedelta(minutes=minute))


def test_a_record_comes_back_as_it_was(ledger: Ledger) -> None:
    assert ledger.note_received(a_record()) is None

    [record] = ledger.received()
    assert record.n_bytes == 3_000_000_000
    assert (record.received_at, record.next_try_at) == (NOW, NOW)


def test_what_comes_again_names_the_file_that_nobody_needs_any_more(ledger: Ledger) -> None:
    ledger.note_received(a_record(file="a.dcm"))

    assert ledger.note_received(a_record(file="b.dcm")) == "a.dcm"
    assert ledger.needs_spooled(["a.dcm", "b.dcm"]) == {"b.dcm"}


def test_what_was_sent_and_comes_again_waits_again_and_stays_looked_at(ledger: Ledger) -> None:
    sent(ledger, a_record())
    ledger.note_looked_at("1.2.3", NOW)

    ledger.note_received(a_record(file="b.dcm"))

    assert ledger.received()[0].state is ReceivedState.WAITING
    ledger.note_stored(ledger.received()[0], NOW)
    assert ledger.arrived() == []


def test_runs_that_arrived_are_listed_oldest_first_until_somebody_looked(ledger: Ledger) -> None:
    sent(ledger, a_record("1.1"), a_record("1.2", is_run=False), a_record("1.3"))
    ledger.note_received(a_record("1.4"))

    assert [record.sop_instance_uid for record in ledger.arrived()] == ["1.1", "1.3"]
    assert ledger.note_looked_at("1.1", NOW)
    assert not ledger.note_looked_at("1.1", NOW)
    assert [record.sop_instance_uid for record in ledger.arrived()] == ["1.3"]


def test_claims_are_made_in_order_and_once(ledger: Ledger) -> None:
    for uid in ("1.1", "1.2", "1.3"):
        ledger.note_received(a_record(uid, f"{uid}.dcm"))

    first = ledger.claim_received(NOW, "me", NOW + timedelta(minutes=5), most=2)

    assert [record.sop_instance_uid for record in first] == ["1.1", "1.2"]
    assert [one.sop_instance_uid for one in ledger.claim_received(NOW, "you", NOW, most=5)] == ["1.3"]
    assert ledger.received_senders() == {"me", "you"}


def test_an_old_state_of_a_record_notes_nothing(ledger: Ledger) -> None:
    old = a_record(file="a.dcm")
    ledger.note_received(old)
    ledger.note_received(a_record(file="b.dcm"))

    assert not ledger.note_stored(old, NOW)
    ledger.note_not_stored(old, "why", NOW, is_refused=True)
    assert (ledger.received()[0].state, ledger.received()[0].attempts) == (ReceivedState.WAITING, 0)


def test_only_what_was_sent_long_ago_is_forgotten(ledger: Ledger) -> None:
    sent(ledger, a_record("1.1"), a_record("1.2"))
    ledger.note_received(a_record("1.3"))

    assert ledger.forget_received(NOW + timedelta(seconds=30)) == 1
    assert {record.sop_instance_uid for record in ledger.received()} == {"1.2", "1.3"}
    assert ledger.count_received() == {
        ReceivedState.WAITING: 1,
        ReceivedState.SENT: 1,
        ReceivedState.REFUSED: 0,
    }
