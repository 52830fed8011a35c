"""What the routers need, put together once by `app.py`."""

from dataclasses import dataclass

from lib.datastore.ledger import Ledger
from lib.datastore.shelf import RunShelf
from lib.pacs.port import Pacs
from lib.settings import Settings


@dataclass(frozen=True)
class Services:
    """The wiring of the routers: every one is `xyz_router(services) -> APIRouter`."""

    settings: Settings
    pacs: Pacs
    ledger: Ledger
    shelf: RunShelf
