"""Puts the queue of arriving runs together."""

from lib.datastore.desk import LabelDesk
from lib.datastore.ledger import Ledger
from lib.datastore.measurement_shelf import MeasurementShelf
from lib.datastore.push_shelf import PushShelf
from lib.server.arrivals.process import WorkerProcess, worker_of
from lib.server.arrivals.results import Results
from lib.server.arrivals.watch import ArrivalWatch
from lib.server.measurement_sender import MeasurementSender
from lib.settings import Settings


def open_watch(settings: Settings, ledger: Ledger, desk: LabelDesk, pushes: PushShelf) -> ArrivalWatch:
    """Return what looks for runs that come; nothing is begun before its `start`."""
    measurements, runs = MeasurementShelf(settings.data), desk.shelf
    sender = MeasurementSender(measurements, runs, runs.pacs, settings.datastore.outbox_retry_s)
    results = Results(settings.arrival.rules, desk, measurements, sender, pushes)
    worker = WorkerProcess(worker_of(settings))
    return ArrivalWatch(ledger, runs, worker, settings.arrival, results.send)
