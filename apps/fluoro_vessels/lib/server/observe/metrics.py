"""The figures that Prometheus collects: what was counted, and how long things took."""

from collections.abc import Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

REQUEST_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0)
"""Seconds; 0.2 is what `/info/` may take."""


class Metrics:
    """Counts of one server. Labels are routes, kinds and versions: never ids, names or addresses."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._requests = Histogram(
            "fluoro_request_seconds",
            "Time from a request to the end of its answer, by route.",
            ("method", "route", "status"),
            buckets=REQUEST_BUCKETS,
            registry=self.registry,
        )
        self._in_flight = Gauge(
            "fluoro_requests_in_flight", "Requests that are being answered or wait.", registry=self.registry
        )
        self._stages = Histogram(
            "fluoro_stage_seconds",
            "Time of the stages of /infer, by task.",
            ("task", "stage"),
            buckets=REQUEST_BUCKETS,
            registry=self.registry,
        )
        self._waits = Histogram(
            "fluoro_queue_wait_seconds",
            "Time that requests waited for their turn, by kind of work.",
            ("queue",),
            buckets=REQUEST_BUCKETS,
            registry=self.registry,
        )
        self._left = Counter(
            "fluoro_clients_gone",
            "Requests whose client left before the answer began, by route.",
            ("route",),
            registry=self.registry,
        )

    def begin(self) -> None:
        """Count a request in."""
        self._in_flight.inc()

    def end(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count it out; status 0: nothing was answered, because the client left."""
        self._in_flight.dec()
        if status:
            self._requests.labels(_method(method), route, str(status)).observe(seconds)
        else:
            self._left.labels(route).inc()

    def waited(self, queue: str, seconds: float) -> None:
        """Count the time that a request waited."""
        self._waits.labels(queue).observe(seconds)

    def stages(self, task: str, seconds: Mapping[str, float]) -> None:
        """Count the stages of an inference, in seconds."""
        for stage, value in seconds.items():
            self._stages.labels(task, stage).observe(value)


def _method(method: str) -> str:
    known = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")
    return method if method in known else "other"
