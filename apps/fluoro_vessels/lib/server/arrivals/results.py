"""Where the results of a run that arrived go: to the PACS, and to DICOM nodes."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lib.arrivals.work import ARRIVAL
from lib.datastore.arrival_records import ArrivalEnd
from lib.datastore.desk import LabelDesk
from lib.datastore.measurement_shelf import MeasurementShelf
from lib.datastore.push_shelf import PushShelf
from lib.errors import FluoroError
from lib.measure.out.files import FileKind
from lib.sections.arrival import ArrivalRule
from lib.server.measurement_sender import MeasurementSender


@dataclass(frozen=True)
class Results:
    """Sends what a rule wants sent; doing it twice for a run sends nothing twice.

    Attributes:
        rules: What is wanted.
        desk: Has the drafts, and the outbox in which their SEGs lie.
        measurements: Has their measurements.
        sender: Gives reports to the PACS.
        pushes: Gives files to DICOM nodes.
    """

    rules: tuple[ArrivalRule, ...]
    desk: LabelDesk
    measurements: MeasurementShelf
    sender: MeasurementSender
    pushes: PushShelf

    def send(self, end: ArrivalEnd) -> list[str]:
        """Send the results of a run; returns in sentences what could not be sent.

        What cannot be sent because somebody does not answer is sent later, and is no problem.
        """
        rule = next((rule for rule in self.rules if rule.name == end.rule), None)
        if rule is None or end.label_id is None:
            return []
        self.desk.outbox.wake()
        problems = []
        if rule.send_report and end.measurement_id is not None:
            problems += _trying("The report was not sent", partial(self._send_report, end.measurement_id))
        for node in rule.send_to:
            problems += _trying(f"{node} does not get it", partial(self._push_all, node, rule, end))
        return problems

    def _send_report(self, measurement_id: str) -> None:
        record = self.measurements.record(measurement_id)
        if record.sent_at is None:
            self.sender.send(record)

    def _files(self, rule: ArrivalRule, end: ArrivalEnd) -> Iterator[bytes]:
        """Yield the SEG and the report."""
        seg = self.desk.store.read_seg_of(end.label_id) if end.label_id else None
        if seg is not None:
            yield seg
        if rule.send_report and end.measurement_id is not None:
            record = self.measurements.record(end.measurement_id)
            report = self.measurements.file(record, str(FileKind.REPORT))
            if report is not None:
                yield report

    def _push_all(self, node: str, rule: ArrivalRule, end: ArrivalEnd) -> None:
        with tempfile.TemporaryDirectory(prefix="arrival-") as folder:
            file = Path(folder) / "result.dcm"
            for data in self._files(rule, end):
                file.write_bytes(data)
                self.pushes.push(node, file, ARRIVAL, again=False)


def _trying(what: str, step: Callable[[], None]) -> list[str]:
    try:
        step()
    except FluoroError as error:
        return [f"{what}: {error}"]
    return []
