"""Puts the parts of this room together, and says what is wrong with rules."""

from typing import TYPE_CHECKING

from lib.arrivals.work import ArrivalWork
from lib.datastore.cache import RunCache
from lib.datastore.desk import LabelDesk
from lib.datastore.label_files import LabelFiles
from lib.datastore.label_store import SAVED_FOLDER, LabelStore
from lib.datastore.ledger import Ledger
from lib.datastore.outbox import Outbox
from lib.datastore.seg_sender import SegSender
from lib.datastore.shelf import RunShelf
from lib.errors import FluoroError
from lib.infers.catalogue import find_algorithm
from lib.infers.parameter import validate
from lib.labels import load_label_table
from lib.pacs.dicomweb import connect
from lib.sections.arrival import ArrivalRule
from lib.settings import Settings

if TYPE_CHECKING:
    from lib.arrivals.measuring import Measuring


def open_work(settings: Settings) -> ArrivalWork:
    """Return what looks at runs; nothing is asked of the PACS yet, and nothing is sent from here."""
    pacs, ledger = connect(settings.pacs), Ledger.in_folder(settings.data, settings.datastore.ledger_url)
    cache = RunCache(settings.data / "cache", int(settings.datastore.cache_gb * 1e9))
    shelf = RunShelf(pacs, ledger, cache, settings.datastore.list_seconds)
    files = LabelFiles(settings.data / SAVED_FOLDER)
    outbox = Outbox(ledger, SegSender(pacs, shelf, files), settings.datastore.outbox_retry_s)
    table = load_label_table(settings.labels, settings.data / "labels")
    desk = LabelDesk(shelf, LabelStore(ledger, files), outbox, table, settings)
    return ArrivalWork(ledger, desk, _measuring(settings, desk), settings.arrival)


def _measuring(settings: Settings, desk: LabelDesk) -> "Measuring | None":
    """Return what measures where a rule wants it; to import it takes as long as all the rest."""
    if not any(rule.measure for rule in settings.arrival.rules):
        return None
    from lib.arrivals.measuring import Measuring
    from lib.datastore.measurement_shelf import MeasurementShelf

    return Measuring(desk, MeasurementShelf(settings.data))


def problem_with(rule: ArrivalRule) -> str | None:
    """Return why a rule cannot be followed, in a sentence; None where it can."""
    if not rule.segment:
        return None
    try:
        algorithm = find_algorithm(rule.algorithm)
        validate(algorithm.parameters, rule.parameters, algorithm.name)
    except FluoroError as error:
        return str(error)
    return None
