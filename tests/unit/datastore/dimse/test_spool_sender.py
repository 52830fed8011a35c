from datetime import UTC, datetime, timedelta

import pytest

from lib.datastore.ledger import Ledger
from lib.datastore.received_records import ReceivedState
from lib.datastore.spool import Spool
from lib.datastore.spool_sender import SpoolSender
from tests.builders import build_xa
from tests.unit.datastore.dimse.conftest import Receive
from tests.unit.datastore.dimse.stores import FakeStore


def in_minutes(minutes: float) -> datetime:
    return datetime.now(UTC) + timedelta(minutes=minutes)


def test_what_was_received_reaches_the_pacs_and_leaves_the_disk(
    spool: Spool, ledger: Ledger, store: FakeStore, sender: SpoolSender, receive: Receive
) -> None:
    run, other = receive(), receive(build_xa(modality="OT"))
    spool.take(run)
    spool.take(other)

    assert sender.run_once() == 2

    assert store.taken == [run.sop_instance_uid, other.sop_instance_uid]
    assert ledger.count_received()[ReceivedState.SENT] == 2
    assert not list(spool.folder.iterdir())
    assert store.heard == [run.sop_instance_uid]


def test_a_pacs_that_is_down_gets_it_when_it_is_back(
    spool: Spool, ledger: Ledger, store: FakeStore, sender: SpoolSender, receive: Receive
) -> None:
    spool.take(receive())
    store.is_down = True

    assert sender.run_once() == 0
    [record] = ledger.received()
    assert (record.state, record.attempts, record.last_error) == (ReceivedState.WAITING, 1, "no answer")
    assert sender.run_once() == 0
    store.is_down = False

    assert sender.run_once(in_minutes(1)) == 1


def test_what_the_pacs_refuses_is_shown_and_offered_again_later(
    spool: Spool, ledger: Ledger, store: FakeStore, sender: SpoolSender, receive: Receive
) -> None:
    bad, good = receive(), receive()
    store.refuses = {bad.sop_instance_uid}
    spool.take(bad)
    spool.take(good)

    assert sender.run_once() == 1
    [record] = ledger.received(state=ReceivedState.REFUSED)
    assert (record.sop_instance_uid, record.last_error) == (bad.sop_instance_uid, "refused")
    store.refuses = set()

    assert sender.run_once(in_minutes(1)) == 1


def test_pauses_double_up_to_ten_minutes(
    spool: Spool, ledger: Ledger, store: FakeStore, sender: SpoolSender, receive: Receive
) -> None:
    spool.take(receive())
    store.is_down, now, pauses = True, datetime.now(UTC), []
    for _ in range(9):
        sender.run_once(now)
        next_try = ledger.received()[0].next_try_at or now
        pauses.append((next_try - now).total_seconds())
        now = next_try

    assert pauses == [5, 10, 20, 40, 80, 160, 320, 600, 600]


def test_an_object_that_comes_again_while_it_is_sent_is_sent_again(
    spool: Spool, ledger: Ledger, store: FakeStore, sender: SpoolSender, receive: Receive
) -> None:
    dataset = build_xa()
    spool.take(receive(dataset))
    again = iter([receive(dataset)])
    store.meanwhile = lambda: [spool.take(one) for one in again]

    sender.run_once()

    assert len(store.taken) == 2
    assert len(ledger.received()) == 1
    assert ledger.count_received()[ReceivedState.SENT] == 1
    assert not list(spool.folder.iterdir())


def test_a_file_that_is_gone_is_said_and_holds_nothing_up(
    spool: Spool, ledger: Ledger, sender: SpoolSender, receive: Receive
) -> None:
    spool.take(receive())
    spool.remove(ledger.received()[0].file)
    spool.take(receive())

    assert sender.run_once() == 1
    [record] = ledger.received(state=ReceivedState.REFUSED)
    assert "gone from the spool" in (record.last_error or "")


def test_a_fault_of_ours_lets_go_of_what_it_held(
    spool: Spool, store: FakeStore, sender: SpoolSender, receive: Receive
) -> None:
    spool.take(receive())
    store.breaks = True

    with pytest.raises(RuntimeError):
        sender.run_once()
    store.breaks = False

    assert sender.run_once() == 1


def test_what_another_process_is_sending_is_left_to_it(
    spool: Spool, ledger: Ledger, sender: SpoolSender, receive: Receive
) -> None:
    spool.take(receive())
    ledger.claim_received(datetime.now(UTC), "another", in_minutes(10), 10)

    assert sender.run_once() == 0
    assert ledger.release_received("another") == 1
    assert sender.run_once() == 1


def test_a_crash_between_the_pacs_and_the_ledger_loses_nothing(
    spool: Spool,
    ledger: Ledger,
    store: FakeStore,
    sender: SpoolSender,
    receive: Receive,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spool.take(receive())
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "note_stored", _crash)
        with pytest.raises(KeyboardInterrupt):
            sender.run_once()

    assert sender.run_once() == 1
    assert len(store.taken) == 2


def _crash(*_: object) -> bool:
    raise KeyboardInterrupt
