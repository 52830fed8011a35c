"""Sends pushes to their nodes, asks them to commit, and notes their answers."""

import logging
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from pydicom.uid import generate_uid

from lib.datastore.background import Background, pause_s, reason_of
from lib.datastore.ledger_pushes import PushesInLedger
from lib.datastore.push_records import PushRecord, PushState
from lib.datastore.push_shelf import PushShelf
from lib.datastore.sender import is_dead, this_sender
from lib.errors import UnavailableError
from lib.errors.dimse import CommitmentRefusedError, NothingOfferedError, PushFileLostError
from lib.pacs.dimse.commitment import Commitment, ask_to_commit
from lib.pacs.dimse.node import Caller
from lib.pacs.dimse.sending import deliver
from lib.pacs.dimse.tls import node_of
from lib.sections.dimse import DimseSettings, NodeSettings

logger = logging.getLogger(__name__)

LEASE_S: Final = 900.0
"""For so long a sender may hold a push before another one tries; longer than the slowest C-STORE."""

LINGER_S: Final = 0.3
"""How long a node may answer on the association that asked it to commit, where it can also call us."""

SWEEP_EVERY: Final = timedelta(hours=1)
NO_NODE: Final = "The settings have no such node any more. Name it again, or give the push up."


class PushSender:
    """Works on pushes in the background; a node that is down stops no other."""

    def __init__(
        self, shelf: PushShelf, ledger: PushesInLedger, settings: DimseSettings, caller: Caller
    ) -> None:
        """Prepare; nothing is sent before `start` or `run_once`."""
        self._shelf = shelf
        self._ledger = ledger
        self._settings = settings
        self._caller = caller
        self._sender = f"{this_sender()}/{id(self):x}"
        self._swept_at = datetime.min.replace(tzinfo=UTC)
        self._background = Background("pushes", self._step, settings.retry_s)

    @property
    def nodes(self) -> Mapping[str, NodeSettings]:
        """The nodes of the settings, by name."""
        return self._settings.nodes

    def start(self) -> None:
        """Begin to send in the background, first what an earlier process left."""
        self._ledger.hasten_pushes(datetime.now(UTC))
        self._background.start()

    def wake(self) -> None:
        """Look now: something was put on its way."""
        self._background.wake()

    def stop(self) -> None:
        """Finish what is being sent and stop; what waits is sent after the next start."""
        self._background.stop()

    def run_once(self, now: datetime | None = None, nodes: Collection[str] | None = None) -> int:
        """Work on what is due, or only for some nodes; returns how many pushes went well."""
        n_good, silent = 0, set[str]()
        while not self._background.is_stopping:
            moment = now or datetime.now(UTC)
            until = moment + timedelta(seconds=LEASE_S)
            open_nodes = None if nodes is None and not silent else self._without(silent, nodes)
            push = self._ledger.claim_push(moment, self._sender, until, nodes=open_nodes)
            if push is None:
                break
            try:
                n_good += self._work(push, moment)
            except Exception as error:
                self._note_pause(push, reason_of(error), moment)
                if isinstance(error, UnavailableError):
                    silent.add(push.new.node)
        return n_good

    def hear(self, commitment: Commitment) -> None:
        """Note what a node commits to, and what it does not."""
        now = datetime.now(UTC)
        retry = now + timedelta(seconds=self._settings.retry_s)
        answers = {**dict.fromkeys(commitment.kept), **commitment.lost}
        for sop_instance_uid, problem in answers.items():
            known = self._ledger.note_commitment(
                commitment.transaction_uid, sop_instance_uid, problem, now, retry
            )
            if known and problem:
                logger.warning("a node does not keep %s: %s", sop_instance_uid, problem)
            elif known:
                logger.info("a node committed to %s", sop_instance_uid)

    def _without(self, silent: Collection[str], nodes: Collection[str] | None) -> list[str]:
        wanted = self.nodes if nodes is None else nodes
        return [name for name in wanted if name not in silent]

    def _step(self) -> None:
        now = datetime.now(UTC)
        if now - self._swept_at > SWEEP_EVERY:
            self._shelf.sweep()
            self._ledger.forget_pushes(now - timedelta(days=self._settings.keep_days))
            self._swept_at = now
        for sender in self._ledger.push_senders():
            if is_dead(sender):
                self._ledger.release_pushes(sender)
        self.run_once()

    def _work(self, push: PushRecord, now: datetime) -> bool:
        """Send a push, or ask for its commitment; returns whether it went well.

        Raises:
            UnavailableError: The node does not answer.
        """
        node = self.nodes.get(push.new.node)
        if node is None:
            self._ledger.note_refused(push, NO_NODE, now)
            return False
        if push.state is PushState.SENT:
            self._ask(push, node, now)
            return True
        return self._send(push, node, now)

    def _send(self, push: PushRecord, node: NodeSettings, now: datetime) -> bool:
        try:
            file = self._shelf.file(push)
        except PushFileLostError as error:
            self._ledger.note_refused(push, str(error), now)
            return False
        [delivery] = deliver([file], node_of(node), self._caller)
        if not delivery.reason:
            self._note_success(push, now)
        elif delivery.is_final:
            self._ledger.note_refused(push, delivery.reason, now)
            logger.warning("%s refused %s: %s", push.new.node, push.new.sop_instance_uid, delivery.reason)
        else:
            self._note_pause(push, delivery.reason, now)
        return not delivery.reason

    def _note_success(self, push: PushRecord, now: datetime) -> None:
        """Note that the node has it; after a failure, let all others be tried at once as well."""
        self._ledger.note_pushed(push, now)
        if not push.new.wants_commitment:
            self._shelf.remove(push.new.file)
        if push.attempts:
            self._ledger.hasten_pushes(now, push.new.node)
        logger.info("pushed %s to %s", push.new.sop_instance_uid, push.new.node)

    def _ask(self, push: PushRecord, node: NodeSettings, now: datetime) -> None:
        """Ask the node to commit; its answer comes at once, or by the listener."""
        transaction = str(generate_uid())
        again = now + timedelta(seconds=self._settings.commitment_s)
        self._ledger.note_asked(push, transaction, again)
        linger_s = self._caller.timeout_s if self._settings.port is None else LINGER_S
        objects = [(push.new.sop_class_uid, push.new.sop_instance_uid)]
        try:
            ask_to_commit(node_of(node), self._caller, transaction, objects, self.hear, linger_s)
        except (CommitmentRefusedError, NothingOfferedError) as error:
            self._ledger.note_not_pushed(push, str(error), again)

    def _note_pause(self, push: PushRecord, reason: str, now: datetime) -> None:
        pause = pause_s(self._settings.retry_s, push.attempts)
        self._ledger.note_not_pushed(push, reason, now + timedelta(seconds=pause))
        logger.warning(
            "did not push %s to %s: %s Next try in %.0f s.",
            push.new.sop_instance_uid,
            push.new.node,
            reason,
            pause,
        )
