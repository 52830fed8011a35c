"""A desk for labels over any shelf, for tests of the rooms above it."""

from lib.datastore.desk import LabelDesk
from lib.datastore.label_files import LabelFiles
from lib.datastore.label_store import SAVED_FOLDER, LabelStore
from lib.datastore.ledger import Ledger
from lib.datastore.outbox import Outbox
from lib.datastore.seg_sender import SegSender
from lib.datastore.shelf import RunShelf
from lib.labels import load_label_table
from lib.settings import Settings


def a_desk(settings: Settings, ledger: Ledger, shelf: RunShelf) -> LabelDesk:
    """A desk whose outbox sends when a test says so."""
    files = LabelFiles(settings.data / SAVED_FOLDER)
    outbox = Outbox(ledger, SegSender(shelf.pacs, shelf, files), retry_s=60)
    table = load_label_table(settings.labels)
    return LabelDesk(shelf, LabelStore(ledger, files), outbox, table, settings)
