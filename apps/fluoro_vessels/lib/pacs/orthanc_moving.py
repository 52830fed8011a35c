"""Lets an Orthanc send to and fetch from its own modalities, in jobs of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from lib.errors import RunNotFoundError
from lib.errors.dimse import NotAnOrthancError, UnknownNodeError
from lib.pacs.orthanc import OrthancExtras
from lib.pacs.session import address_of
from lib.settings import PacsSettings

LONGEST_S: Final = 600.0
"""Longest wait for an answer; a whole study may be moved meanwhile."""


@dataclass(frozen=True)
class OrthancJob:
    """A job of an Orthanc.

    Attributes:
        id: Its name there.
        kind: Such as DicomModalityStore or DicomMoveScu.
        state: Pending, Running, Success, Failure, Paused or Retry.
        progress: Percent.
        problem: Why it failed, in the Orthanc's words; "" where nothing is wrong.
    """

    id: str
    kind: str
    state: str
    progress: int
    problem: str


class OrthancMover(OrthancExtras):
    """The modalities and jobs of an Orthanc; for one thread."""

    def __init__(self, settings: PacsSettings) -> None:
        """Prepare; an Orthanc before 1.11 answers a C-MOVE only when it is done."""
        super().__init__(settings.model_copy(update={"timeout_s": LONGEST_S}))

    def send(self, modality: str, image_ids: Sequence[str]) -> OrthancJob:
        """Begin a job that sends instances to a modality by C-STORE.

        Raises:
            UnknownNodeError: The Orthanc has no such modality.
            RunNotFoundError: It has no such instance.
        """
        self._require_modality(modality)
        with self._translated("send to a modality"):
            found = [self._client.lookup(image_id, "Instance") for image_id in image_ids]
        for image_id, names in zip(image_ids, found, strict=True):
            if not names:
                raise RunNotFoundError(image_id)
        with self._translated("send to a modality"):
            job = self._client.modalities.send_async(modality, [name for names in found for name in names])
        return self.job(str(job.orthanc_id))

    def fetch(self, modality: str, study_instance_uid: str) -> OrthancJob:
        """Begin a job that fetches a study from a modality by C-MOVE.

        The modality has to know the Orthanc by its AE title.

        Raises:
            UnknownNodeError: The Orthanc has no such modality.
        """
        self._require_modality(modality)
        with self._translated("fetch from a modality"):
            job = self._client.modalities.move_study_async(modality, study_instance_uid)
        if job.orthanc_id is None:
            return OrthancJob("", "DicomMoveScu", "Success", 100, "")
        return self.job(str(job.orthanc_id))

    def job(self, job_id: str) -> OrthancJob:
        """Return how far a job is."""
        with self._translated("show a job"):
            return _job_of(self._client.get_json(f"jobs/{job_id}"))

    def jobs(self) -> list[OrthancJob]:
        """Return the jobs that the Orthanc remembers."""
        with self._translated("list its jobs"):
            return [_job_of(job) for job in self._client.get_json("jobs?expand")]

    def _require_modality(self, name: str) -> None:
        known = [modality.name for modality in self.modalities()]
        if name not in known:
            raise UnknownNodeError(name, known)


def mover_of(settings: PacsSettings) -> OrthancMover:
    """Return what moves for the PACS of the settings.

    Raises:
        NotAnOrthancError: It is another PACS.
        PacsUnavailableError: It does not answer.
    """
    mover = OrthancMover(settings)
    if not mover.is_orthanc():
        raise NotAnOrthancError(address_of(settings.url))
    return mover


def _job_of(said: dict[str, Any]) -> OrthancJob:
    is_bad = said.get("State") == "Failure"
    return OrthancJob(
        id=str(said["ID"]),
        kind=str(said.get("Type", "")),
        state=str(said.get("State", "")),
        progress=int(said.get("Progress", 0)),
        problem=str(said.get("ErrorDescription", "")) if is_bad else "",
    )
