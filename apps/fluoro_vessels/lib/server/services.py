"""What the routers need, put together once by `app.py`."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from lib.datastore.desk import LabelDesk
from lib.datastore.ledger import Ledger
from lib.datastore.shelf import RunShelf
from lib.pacs.port import Pacs
from lib.server.clicked_frames import ClickedFrames
from lib.server.jobs import Jobs
from lib.server.open_runs import OpenRuns
from lib.server.session_desk import SessionDesk
from lib.server.session_masks import SessionMasks
from lib.settings import Settings


@dataclass(frozen=True)
class Services:
    """The wiring of the routers: every one is `xyz_router(services) -> APIRouter`."""

    settings: Settings
    pacs: Pacs
    ledger: Ledger
    shelf: RunShelf
    desk: LabelDesk
    clicks: ClickedFrames

    @property
    def opened(self) -> OpenRuns:
        """Decoded runs that all routers share."""
        return self.clicks.opened

    @cached_property
    def sessions(self) -> SessionDesk:
        """The sessions of prompts."""
        idle = timedelta(minutes=self.settings.server.session_idle_minutes)
        return SessionDesk(self.ledger, SessionMasks(self.clicks, self.ledger, self.desk), idle)

    @cached_property
    def jobs(self) -> Jobs:
        """Long work beside the requests."""
        return Jobs(self.ledger)
