"""What an Orthanc serves beyond DICOMweb: health, its change feed and its modalities."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from orthanc_api_client import OrthancApiClient
from orthanc_api_client import exceptions as api
from requests import Response
from requests import exceptions as http
from requests.adapters import HTTPAdapter

from lib.errors import PacsRefusedError, PacsUnavailableError
from lib.pacs.dimse import DicomNode
from lib.pacs.runs import RUN_CLASSES
from lib.pacs.session import address_of, further_tries, is_loopback, time_outs, user_and_password
from lib.settings import PacsSettings

logger = logging.getLogger(__name__)

CHANGES_PER_REQUEST: Final = 1000


@dataclass(frozen=True)
class OrthancHealth:
    """How an Orthanc is."""

    version: str
    dicomweb_version: str
    n_studies: int
    n_instances: int
    disk_mb: int


@dataclass(frozen=True)
class NewRuns:
    """What the change feed brought."""

    image_ids: tuple[str, ...]
    """SOP Instance UIDs of runs, oldest first, as far as they still exist."""
    last: int
    """Number to ask from the next time."""


@dataclass(frozen=True)
class Modality:
    """A DICOM node that an Orthanc can send to and ask."""

    name: str
    node: DicomNode


def orthanc_behind(settings: PacsSettings) -> "OrthancExtras | None":
    """Return the Orthanc whose DICOMweb root the settings name; None when it is another PACS.

    Raises:
        PacsUnavailableError: Nothing answers at this address.
    """
    extras = OrthancExtras(settings)
    try:
        is_orthanc = extras.is_orthanc()
    except PacsRefusedError:
        return None
    return extras if is_orthanc else None


def root_of(url: str) -> str:
    """Return the address of the Orthanc that has this DICOMweb root, with a slash at its end."""
    parts = urlsplit(address_of(url))
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rpartition("/")[0] + "/", "", ""))


class OrthancExtras:
    """The REST API of an Orthanc, as far as we need it; for one thread.

    Every method raises PacsUnavailableError when the Orthanc does not answer and
    PacsRefusedError when it refuses.
    """

    def __init__(self, settings: PacsSettings) -> None:
        self.address = root_of(settings.url).rstrip("/")
        self._modalities = frozenset(settings.modalities)
        # Before the client exists: one that is half made complains when it is thrown away.
        self._client = TimedClient(settings, *user_and_password(settings))
        self._series: dict[str, str] = {}

    def is_orthanc(self) -> bool:
        """Say whether an Orthanc answers at this address."""
        with self._translated("say what it is"):
            system = self._client.get_json("system")
        return isinstance(system, dict) and "DatabaseVersion" in system

    def health(self) -> OrthancHealth:
        """Return versions and counts."""
        with self._translated("say how it is"):
            system = self._client.get_system()
            count = self._client.get_json("statistics")
            plugin = self._client.get_json("plugins/dicom-web")
        return OrthancHealth(
            version=str(system.get("Version", "")),
            dicomweb_version=str(plugin.get("Version", "")),
            n_studies=int(count.get("CountStudies", 0)),
            n_instances=int(count.get("CountInstances", 0)),
            disk_mb=int(count.get("TotalDiskSizeMB", 0)),
        )

    def last_change(self) -> int:
        """Return the number of the newest change, from which to follow the feed."""
        with self._translated("show its changes"):
            return int(self._client.get_json("changes?last")["Last"])

    def n_instances(self) -> int:
        """Return how many instances of any kind it holds."""
        with self._translated("count its instances"):
            return int(self._client.get_json("statistics")["CountInstances"])

    def changes(self, since: int) -> NewRuns:
        """Return the runs that came after a change.

        Args:
            since: Number of a change; 0 means from the beginning.
        """
        new, last = self.new_instances(since)
        image_ids = tuple(dict.fromkeys(filter(None, map(self.run_uid, new))))
        logger.info("saw %d new runs up to change %d", len(image_ids), last)
        return NewRuns(image_ids, last)

    def new_instances(self, since: int) -> tuple[list[str], int]:
        """Return Orthanc's own names of all instances after a change, and the newest change."""
        found: list[str] = []
        with self._translated("show its changes"):
            is_done = False
            while not is_done:
                changes, since, is_done = self._client.get_changes(since=since, limit=CHANGES_PER_REQUEST)
                found += [change.resource_id for change in changes if change.change_type == "NewInstance"]
        return found, since

    def run_uid(self, instance: str) -> str | None:
        """Return the SOP Instance UID of an instance; None when it is no run, or gone."""
        with self._translated("describe an instance"):
            try:
                return self._run_uid(instance)
            except api.ResourceNotFound:
                return None

    def modalities(self) -> tuple[Modality, ...]:
        """Return the DICOM nodes that this Orthanc knows, by name."""
        with self._translated("name its modalities"):
            known = self._client.get_json("modalities?expand")
        return tuple(
            Modality(name, DicomNode(str(node["AET"]), str(node["Host"]), int(node["Port"])))
            for name, node in sorted(known.items())
        )

    def _run_uid(self, instance: str) -> str | None:
        tags = self._client.get_json(f"instances/{instance}")
        if self._modality_of(tags["ParentSeries"]) not in self._modalities:
            return None
        sop_class = self._client.get(f"instances/{instance}/metadata/SopClassUid").text
        return str(tags["MainDicomTags"]["SOPInstanceUID"]) if sop_class in RUN_CLASSES else None

    def _modality_of(self, series: str) -> str:
        if series not in self._series:
            tags = self._client.get_json(f"series/{series}")["MainDicomTags"]
            self._series[series] = str(tags.get("Modality", ""))
        return self._series[series]

    @contextmanager
    def _translated(self, action: str) -> Iterator[None]:
        """Turn the client's failures into ours; its texts name addresses and are left out."""
        try:
            yield
        except api.TimeoutError as error:
            raise PacsUnavailableError(self.address, "no answer in time") from error
        except api.HttpError as error:
            status = int(error.http_status_code or 0)
            if status >= 500:
                raise PacsUnavailableError(self.address, f"HTTP {status}") from error
            raise PacsRefusedError(self.address, action, f"HTTP {status}") from error
        except api.OrthancApiException as error:
            raise PacsUnavailableError(self.address, "connection refused or lost") from error
        except (http.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise PacsRefusedError(self.address, action, "its answer is not that of an Orthanc") from error


class TimedClient(OrthancApiClient):  # type: ignore[misc]  # the package has no types
    """An orthanc-api-client that does not wait for ever."""

    def __init__(self, settings: PacsSettings, user: str, password: str) -> None:
        token = settings.token.get_secret_value() if settings.token else None
        super().__init__(root_of(settings.url), user=user, pwd=password, api_token=token)
        self._http_session.trust_env = not is_loopback(settings.url)
        for scheme in ("http://", "https://"):
            # In place of the package's own, which also repeats what may not be repeated.
            self._http_session.mount(scheme, HTTPAdapter(max_retries=further_tries(settings)))
        self._time_outs = time_outs(settings)

    def get(self, endpoint: str, **kwargs: Any) -> Response:
        """Get a resource within the settings' time-outs."""
        answer: Response | None = super().get(endpoint, **{"timeout": self._time_outs, **kwargs})
        if answer is None:
            raise api.ConnectionError(url=endpoint)
        return answer

    def post(self, endpoint: str, **kwargs: Any) -> Response:
        """Post to a resource within the settings' time-outs."""
        answer: Response | None = super().post(endpoint, **{"timeout": self._time_outs, **kwargs})
        if answer is None:
            raise api.ConnectionError(url=endpoint)
        return answer
