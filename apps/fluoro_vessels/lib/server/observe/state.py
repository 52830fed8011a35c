"""What Prometheus is told of the server's state, looked up when it asks."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from lib.datastore.training_records import TrainingState
from lib.errors import FluoroError
from lib.registry import find_models
from lib.server.observe.audit_trail import AuditTrail
from lib.server.queues.fair_queue import FairQueue
from lib.server.queues.kinds import Kind
from lib.server.services import Services

STATE: Final = "fluoro_state_unknown"


class ServerState(Collector):
    """Looks at queues, cache, outbox, models, jobs and the audit log.

    What cannot be looked at, such as the ledger on a full disk, is left out and counted, so that the
    other figures still come.
    """

    def __init__(self, services: Services, queues: Mapping[Kind, FairQueue], trail: AuditTrail) -> None:
        self._services = services
        self._queues = queues
        self._trail = trail

    def describe(self) -> Iterable[Metric]:
        """Name nothing beforehand: the ledger is not asked when the server starts."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Yield all figures."""
        looks: tuple[Callable[[], Iterator[Metric]], ...] = (
            self._queue_figures,
            self._cache_figures,
            self._outbox_figures,
            self._model_figures,
            self._work_figures,
            self._node_figures,
            self._arrival_figures,
            self._audit_figures,
        )
        n_unknown = 0
        for look in looks:
            try:
                yield from look()
            except (FluoroError, OSError):
                n_unknown += 1
        yield GaugeMetricFamily(STATE, "Groups of figures that could not be looked up just now.", n_unknown)

    def _queue_figures(self) -> Iterator[Metric]:
        waiting = GaugeMetricFamily("fluoro_queue_waiting", "Requests that wait.", labels=["queue"])
        running = GaugeMetricFamily("fluoro_queue_running", "Requests worked on.", labels=["queue"])
        places = GaugeMetricFamily("fluoro_queue_places", "Requests worked on at once.", labels=["queue"])
        most = GaugeMetricFamily("fluoro_queue_most_waiting", "Requests that may wait.", labels=["queue"])
        refused = CounterMetricFamily("fluoro_queue_refused", "Requests answered 429.", labels=["queue"])
        left = CounterMetricFamily("fluoro_queue_left", "Clients that left while waiting.", labels=["queue"])
        for name, queue in self._queues.items():
            waiting.add_metric([name], queue.n_waiting)
            running.add_metric([name], queue.n_running)
            places.add_metric([name], queue.at_once)
            most.add_metric([name], queue.most_waiting)
            refused.add_metric([name], queue.n_refused)
            left.add_metric([name], queue.n_abandoned)
        yield from (waiting, running, places, most, refused, left)

    def _cache_figures(self) -> Iterator[Metric]:
        use = self._services.shelf.cache_use()
        yield GaugeMetricFamily("fluoro_cache_bytes", "Bytes in the disk cache.", use.n_bytes)
        yield GaugeMetricFamily("fluoro_cache_limit_bytes", "Bytes it may have.", use.limit_bytes)
        yield CounterMetricFamily("fluoro_cache_hits", "Files that were there.", use.n_hits)
        yield CounterMetricFamily("fluoro_cache_misses", "Files that had to be made.", use.n_misses)
        opened = self._services.opened.size_bytes()
        yield GaugeMetricFamily("fluoro_open_runs_bytes", "Bytes of decoded runs in memory.", opened)
        free = shutil.disk_usage(self._services.settings.data).free
        yield GaugeMetricFamily("fluoro_data_free_bytes", "Bytes free where the data folder is.", free)

    def _outbox_figures(self) -> Iterator[Metric]:
        entries, now = self._services.ledger.pending(), datetime.now(UTC)
        oldest_s = max(((now - entry.created_at).total_seconds() for entry in entries), default=0.0)
        n_refused = sum(entry.is_refused for entry in entries)
        yield GaugeMetricFamily("fluoro_outbox_waiting", "SEGs that the PACS must get.", len(entries))
        yield GaugeMetricFamily("fluoro_outbox_refused", "Those that it refused.", n_refused)
        yield GaugeMetricFamily("fluoro_outbox_oldest_seconds", "Age of the oldest.", oldest_s)

    def _model_figures(self) -> Iterator[Metric]:
        live = InfoMetricFamily("fluoro_model", "The version of each model that is live.", labels=["model"])
        for name, model in find_models(self._services.settings.data).items():
            live.add_metric([name], {"version": model.card.version})
        yield live

    def _work_figures(self) -> Iterator[Metric]:
        running, waiting = self._services.jobs.n_open()
        jobs = GaugeMetricFamily("fluoro_jobs", "Jobs, by state.", labels=["state"])
        jobs.add_metric(["running"], running)
        jobs.add_metric(["queued"], waiting)
        yield jobs
        states = [training.state for training in self._services.ledger.open_trainings()]
        trainings = GaugeMetricFamily("fluoro_trainings", "Trainings, by state.", labels=["state"])
        for state in (TrainingState.RUNNING, TrainingState.WAITING):
            trainings.add_metric([state], states.count(state))
        yield trainings

    def _arrival_figures(self) -> Iterator[Metric]:
        arrivals = GaugeMetricFamily("fluoro_arrivals", "Runs that arrived, by state.", labels=["state"])
        for state, count in self._services.ledger.count_arrivals().items():
            arrivals.add_metric([state], count)
        yield arrivals

    def _node_figures(self) -> Iterator[Metric]:
        ledger = self._services.ledger
        received = GaugeMetricFamily("fluoro_received", "Objects of DICOM nodes, by state.", labels=["state"])
        for state, count in ledger.count_received().items():
            received.add_metric([state], count)
        pushes = GaugeMetricFamily("fluoro_pushes", "What nodes are to get, by state.", labels=["state"])
        for push_state, count in ledger.count_pushes().items():
            pushes.add_metric([push_state], count)
        yield from (received, pushes)

    def _audit_figures(self) -> Iterator[Metric]:
        trail = self._trail
        yield CounterMetricFamily("fluoro_audit_stored", "Entries of the audit log.", trail.n_stored)
        yield CounterMetricFamily("fluoro_audit_lost", "Entries that only the log has.", trail.n_lost)
        yield GaugeMetricFamily("fluoro_audit_waiting", "Entries not yet stored.", trail.n_waiting)
