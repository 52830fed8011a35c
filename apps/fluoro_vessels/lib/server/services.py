"""What the routers need, put together once by `app.py`."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from lib.datastore.desk import LabelDesk
from lib.datastore.dicom_door import DicomDoor
from lib.datastore.label_use import LabelUse
from lib.datastore.ledger import Ledger
from lib.datastore.patients import PatientTokens
from lib.datastore.run_reader import RunReader
from lib.datastore.shelf import RunShelf
from lib.datastore.stored_runs import StoredRuns
from lib.labels.editor import LabelEditor
from lib.pacs.dicomweb import connect
from lib.pacs.port import Pacs
from lib.server.arrivals.open import open_watch
from lib.server.arrivals.watch import ArrivalWatch
from lib.server.clicked_frames import ClickedFrames
from lib.server.jobs import Jobs
from lib.server.open_runs import OpenRuns
from lib.server.run_pictures import RunPictures
from lib.server.session_desk import SessionDesk
from lib.server.session_masks import SessionMasks
from lib.settings import Settings
from lib.trainers.queue import TrainingQueue, training_queue


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
    def run_reader(self) -> RunReader:
        """What lists show of a run's header."""
        return RunReader(self.ledger, self.shelf, PatientTokens(self.settings.data))

    @cached_property
    def pictures(self) -> RunPictures:
        """Which frame to look at first, and thumbnails."""
        return RunPictures(self.run_reader, self.opened)

    @property
    def session_idle(self) -> timedelta:
        """After so long without a change a session has expired."""
        return timedelta(minutes=self.settings.server.session_idle_minutes)

    @cached_property
    def sessions(self) -> SessionDesk:
        """The sessions of prompts."""
        masks = SessionMasks(self.clicks, self.ledger, self.desk)
        return SessionDesk(self.ledger, masks, self.session_idle)

    @cached_property
    def label_editor(self) -> LabelEditor:
        """Changes the label table of all rooms; one for the server, because changes take turns."""
        return LabelEditor(self.desk.table, self.settings.labels, self.settings.data / "labels")

    @property
    def label_use(self) -> LabelUse:
        """Who has a label of the table."""
        return LabelUse(self.ledger, self.desk, self.session_idle)

    @cached_property
    def arrivals(self) -> ArrivalWatch:
        """Runs that arrive; `wake` it when something was stored."""
        return open_watch(self.settings, self.ledger, self.desk, self.dicom_door.pushes)

    @cached_property
    def trainings(self) -> TrainingQueue:
        """Trainings, one at a time."""
        return training_queue(self.ledger, self.settings)

    @cached_property
    def jobs(self) -> Jobs:
        """Long work beside the requests."""
        return Jobs(self.ledger)

    @cached_property
    def stored_runs(self) -> StoredRuns:
        """Who hears of runs that came by DIMSE and are in the PACS now."""
        return StoredRuns()

    @cached_property
    def dicom_door(self) -> DicomDoor:
        """The DICOM listener, its spool, and the pushes; the router of nodes runs it."""
        pacs = connect(self.settings.pacs)
        return DicomDoor(self.settings, self.ledger, pacs, self.stored_runs.tell)
