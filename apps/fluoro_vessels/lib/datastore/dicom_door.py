"""What comes from DICOM nodes and goes to them, put together for the server and the command line."""

import logging
from collections.abc import Callable

from lib.datastore.ledger import Ledger
from lib.datastore.push_sender import PushSender
from lib.datastore.push_shelf import PushShelf
from lib.datastore.quota import Quota
from lib.datastore.spool import Spool
from lib.datastore.spool_sender import FileStore, SpoolSender, nobody
from lib.frames.size import SizeLimits
from lib.pacs.dimse.listening import Listener
from lib.pacs.dimse.tls import caller_of
from lib.settings import Settings

logger = logging.getLogger(__name__)


class DicomDoor:
    """The listener, the spool behind it, and the pushes."""

    def __init__(
        self,
        settings: Settings,
        ledger: Ledger,
        pacs: FileStore,
        on_stored: Callable[[str], None] = nobody,
    ) -> None:
        """Put the parts together; nobody is called, and nobody can call, before `start`.

        Args:
            settings: Of everything.
            ledger: Remembers both queues.
            pacs: Who gets what is received.
            on_stored: Called with the image id of every received run that the PACS took.

        Raises:
            DicomTlsError: A certificate file cannot be used.
        """
        ours, limits = settings.dimse, settings.limits
        self.caller = caller_of(ours)
        most = SizeLimits(limits.frames, limits.frame_megapixels, limits.run_megapixels)
        quota = Quota(settings.data, settings.datastore.quota_gb)
        self.spool = Spool(settings.data, ledger, settings.pacs.modalities, most, quota)
        self.spool_sender = SpoolSender(
            self.spool, ledger, pacs, ours.retry_s, ours.keep_days, on_stored=on_stored
        )
        self.pushes = PushShelf(settings.data, ledger, ours.nodes)
        self.push_sender = PushSender(self.pushes, ledger, ours, self.caller)
        self._listener = None
        if ours.port is not None:
            self._listener = Listener(ours, self.spool.folder, self.spool.take, self.push_sender.hear)

    def start(self) -> None:
        """Send what waits, and begin to listen where the settings have a port.

        Raises:
            DicomPortError: The port cannot be used; the rest was not started.
        """
        if self._listener is not None:
            self._listener.start()
        self.spool.tell(self.spool_sender.wake)
        self.pushes.tell(self.push_sender.wake)
        self.spool_sender.start()
        self.push_sender.start()

    def stop(self) -> None:
        """Take nothing more, finish what is being sent; what waits goes on after the next start."""
        if self._listener is not None:
            self._listener.stop()
        self.spool_sender.stop()
        self.push_sender.stop()
