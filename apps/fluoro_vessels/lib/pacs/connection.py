"""One thread's connection to a DICOMweb PACS."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlsplit

from dicomweb_client import DICOMwebClient
from requests import Response, Session

from lib.errors import FluoroError
from lib.pacs.failures import BrokenAnswerError
from lib.pacs.session import address_of, open_session, time_outs
from lib.pacs.wado import ACCEPT_AS_STORED
from lib.settings import PacsSettings


class Connection:
    """Gives every thread a session and a dicomweb-client of its own.

    Neither promises that threads can share it; opened once per thread, both keep their sockets.
    """

    def __init__(self, settings: PacsSettings) -> None:
        self.address = address_of(settings.url)
        self.settings = settings
        self._local = threading.local()

    @property
    def session(self) -> Session:
        """This thread's session."""
        if not hasattr(self._local, "session"):
            self._local.session = open_session(self.settings)
        session: Session = self._local.session
        return session

    @property
    def client(self) -> DICOMwebClient:
        """This thread's client, on its session."""
        if not hasattr(self._local, "client"):
            self._local.client = self._open_client()
        return self._local.client

    @contextmanager
    def instance(self, uids: tuple[str, str, str], missing: FluoroError) -> Iterator[Response]:
        """Ask for an instance in its own transfer syntax; the answer's body is still to be read.

        Args:
            uids: Study, Series and SOP Instance UID.
            missing: What to raise when the PACS has no such instance.
        """
        study, series, sop = map(segment, uids)
        answer = self.session.get(
            f"{self.address}/studies/{study}/series/{series}/instances/{sop}",
            headers={"Accept": ACCEPT_AS_STORED},
            timeout=time_outs(self.settings),
            stream=True,
        )
        with answer:
            if answer.status_code in (404, 410):
                raise missing
            answer.raise_for_status()
            yield answer

    def _open_client(self) -> DICOMwebClient:
        client = DICOMwebClient(
            self.address, session=self.session, permissive_uid=True, timeout=time_outs(self.settings)
        )
        # The session repeats what may be repeated; the client would also repeat a store.
        client.set_http_retry_params(retry=False)
        # The client names the host without its port.
        client.host = urlsplit(self.address).netloc
        return client


def segment(uid: str) -> str:
    """Return a UID as one part of a path; real ones hold letters, spaces and worse.

    Raises:
        BrokenAnswerError: It is no name at all.
    """
    if uid in ("", ".", ".."):
        raise BrokenAnswerError("it names an instance without its UIDs")
    return quote(uid, safe="")
