"""MONAI Label's view of the PACS, the ledger and the cache: one image is one run."""

from collections.abc import Iterator, Mapping
from datetime import UTC
from itertools import islice
from pathlib import Path
from typing import Any, Final

from monailabel.datastore.dicom import DICOMWebDatastore

from lib.access.person import proven
from lib.datastore.archive import write_archive
from lib.datastore.cache import RunCache
from lib.datastore.desk import LabelDesk
from lib.datastore.ids import check_image_id, check_tag
from lib.datastore.incoming import LOCAL, checked_info
from lib.datastore.label_files import LabelFiles
from lib.datastore.label_store import SAVED_FOLDER, LabelStore
from lib.datastore.ledger import Ledger
from lib.datastore.outbox import Outbox
from lib.datastore.push_shelf import PushShelf
from lib.datastore.records import LabelVersion, LedgerRun
from lib.datastore.seg_sender import SegSender
from lib.datastore.shelf import RunShelf
from lib.datastore.slicer_reviews import take_label_info
from lib.datastore.states import FINAL_TAG, RunState
from lib.errors import ImageInPacsError
from lib.labels import LabelTable
from lib.pacs.dicomweb import connect
from lib.settings import Settings

DESCRIPTION: Final = "X-ray runs of a PACS, one image each"
CLOSED: Final = frozenset({RunState.SKIPPED, RunState.REJECTED})
"""States in which nobody is asked to label a run."""


class XaDatastore(DICOMWebDatastore):  # type: ignore[misc]
    """Answers MONAI Label from the PACS and the ledger; keeps nothing in memory only.

    It is a DICOMWebDatastore for those who ask (`isinstance`), but shares none of its state: every
    method of the `Datastore` contract is answered here. Ids of images are SOP Instance UIDs; where
    MONAI Label's clients name a label, its own id and the id of its image are both understood.
    """

    def __init__(self, shelf: RunShelf, desk: LabelDesk, ledger: Ledger) -> None:
        self.shelf = shelf
        self.desk = desk
        self.ledger = ledger

    # what it is ------------------------------------------------------------------------

    def name(self) -> str:
        """Return the address of the PACS."""
        return self.shelf.address

    def set_name(self, name: str) -> None:
        """Do nothing: the name is the address of the PACS."""

    def description(self) -> str:
        """Return one sentence about the datastore."""
        return DESCRIPTION

    def set_description(self, description: str) -> None:
        """Do nothing: the description is fixed."""

    def refresh(self) -> None:
        """Ask the PACS for its runs now."""
        self.shelf.refresh()

    def status(self) -> dict[str, Any]:
        """Return how many runs there are, how many are done, and how many labels each tag has."""
        image_ids = set(self.list_images())
        tags: dict[str, int] = {}
        by_run = self.ledger.heads_by_tag()
        for image_id in image_ids & by_run.keys():
            for tag in by_run[image_id]:
                tags[tag] = tags.get(tag, 0) + 1
        return {"total": len(image_ids), "completed": tags.get(FINAL_TAG, 0), "label_tags": tags}

    def json(self) -> dict[str, Any]:
        """Return every run with its info and labels, in the form of MONAI Label's own datastores."""
        image_ids = self.list_images()
        by_run = self.ledger.newest_by_tag()
        runs = {run.image_id: run for run in self.ledger.runs()}
        objects = {
            image_id: {
                "image": {"ext": ".nii.gz", "info": image_info(runs[image_id])},
                "labels": {
                    tag: {"ext": ".nii.gz", "info": label_info(label)}
                    for tag, label in by_run.get(image_id, {}).items()
                },
            }
            for image_id in image_ids
        }
        return {"name": self.name(), "description": self.description(), "objects": objects}

    # images ----------------------------------------------------------------------------

    def run(self, image_id: str) -> LedgerRun:
        """Return the run of an image id, or raise RunNotFoundError."""
        return self.shelf.run(image_id)

    def list_images(self) -> list[str]:
        """Return the ids of all runs that the PACS has now."""
        return self.shelf.image_ids()

    def get_labeled_images(self, label_tag: str | None = None, labels: list[str] | None = None) -> list[str]:
        """Return the runs that have a label of a tag; without one, a submitted or approved label."""
        labelled = self.ledger.labelled(check_tag(label_tag or FINAL_TAG))
        return [image_id for image_id in self.list_images() if image_id in labelled]

    def get_unlabeled_images(
        self, label_tag: str | None = None, labels: list[str] | None = None
    ) -> list[str]:
        """Return the runs that somebody still has to label: not skipped, not rejected."""
        image_ids = self.list_images()
        labelled = self.ledger.labelled(check_tag(label_tag or FINAL_TAG))
        states = self.ledger.states()
        return [
            image_id
            for image_id in image_ids
            if image_id not in labelled and states.get(image_id) not in CLOSED
        ]

    def get_image(self, image_id: str, params: Mapping[str, Any] | None = None) -> bytes:
        """Return a run as the bytes of a NIfTI file."""
        return Path(self.get_image_uri(image_id)).read_bytes()

    def get_image_uri(self, image_id: str) -> str:
        """Return the path of a run as NIfTI (X, Y, F) in the cache, fetched when it is not there.

        The run's DICOM file lies beside it: the methods read that one, see `infers.source`.
        """
        self.shelf.dicom(image_id)
        return str(self.shelf.volume(image_id))

    def get_image_info(self, image_id: str) -> dict[str, Any]:
        """Return what is known of a run; no patient data."""
        return image_info(self.run(image_id))

    def update_image_info(self, image_id: str, info: Mapping[str, Any]) -> None:
        """Merge into a run's info: strategies and scoring methods write here."""
        self.ledger.update_info(self.run(image_id).image_id, checked_info(info))

    def add_image(self, image_id: str, image_filename: str, image_info: Mapping[str, Any]) -> str:
        """Store a DICOM file in the PACS; its own SOP Instance UID becomes the image id."""
        return self.shelf.add(Path(image_filename))

    def remove_image(self, image_id: str) -> None:
        """Refuse: images live in the PACS, and nothing is deleted there."""
        raise ImageInPacsError(check_image_id(image_id))

    # labels ----------------------------------------------------------------------------

    def get_labels_by_image_id(self, image_id: str) -> dict[str, str]:
        """Return tag to label id, the newest of each tag."""
        return {tag: label.id for tag, label in self.ledger.tags_of(image_id).items()}

    def get_label_by_image_id(self, image_id: str, tag: str) -> str:
        """Return the id of the newest label of a tag, "" when there is none (MONAI Label's contract)."""
        return self.get_labels_by_image_id(image_id).get(tag, "")

    def label(self, label_id: str, tag: str) -> LabelVersion:
        """Return a label by its own id, or the newest of a tag by the id of its image."""
        if self.ledger.knows_label(label_id):
            return self.ledger.label(label_id)
        return self.ledger.newest(label_id, tag or FINAL_TAG)

    def get_label(self, label_id: str, label_tag: str, params: Mapping[str, Any] | None = None) -> bytes:
        """Return a label as the bytes of a NIfTI file."""
        return Path(self.get_label_uri(label_id, label_tag)).read_bytes()

    def get_label_uri(self, label_id: str, label_tag: str, image_id: str = "") -> str:
        """Return the path of a label as NIfTI (X, Y, F), uint8."""
        return str(self.desk.path(self.label(label_id, label_tag)))

    def get_label_info(self, label_id: str, label_tag: str) -> dict[str, Any]:
        """Return who made a label, when, and what else was saved with it."""
        return label_info(self.label(label_id, label_tag))

    def update_label_info(self, label_id: str, label_tag: str, info: Mapping[str, Any]) -> None:
        """Merge into a label's info; a review by 3D Slicer's reviewer counts as one."""
        label, may_approve_own = self.label(label_id, label_tag), self.desk.settings.quality.own_approval
        take_label_info(self.ledger, label, checked_info(info), may_approve_own=may_approve_own)

    def save_label(
        self,
        image_id: str,
        label_filename: str,
        label_tag: str,
        label_info: Mapping[str, Any],
        label_id: str = "",
    ) -> str:
        """Save a new version of a label; `final` also goes to the PACS as DICOM SEG.

        Raises:
            RunNotFoundError: Neither the ledger nor the PACS knows the run.
            LabelShapeError: The label does not fit the run; nothing was stored.
            InvalidInputError: `label_info` is no JSON object.
            DiskFullError: There is no room; earlier labels are untouched.
        """
        run, info = self.run(image_id), checked_info(label_info)
        return self.desk.save(run, Path(label_filename), check_tag(label_tag), info).id

    def saved(self, label_id: str) -> dict[str, Any]:
        """Return what a client learns about a label that it has just saved."""
        label = self.ledger.label(label_id)
        return {
            "version": label.version,
            "state": label.state.value,
            "seg_sop_instance_uid": label.seg_sop_instance_uid,
        }

    def remove_label(self, label_id: str, label_tag: str) -> None:
        """Take a run's labels of a tag out of every list; files and what the PACS has stay.

        A label's own id takes out that version only.
        """
        label = self.label(label_id, label_tag)
        if label.id == label_id:
            self.ledger.remove_label(label.id, proven(LOCAL))
        else:
            self.ledger.remove_labels(label.image_id, label.shown_tag, proven(LOCAL))

    def write_seg_file(self, image_id: str, label_file: Path, info: Mapping[str, Any], folder: Path) -> Path:
        """Write a label file as DICOM SEG of a run into a folder, without saving it anywhere."""
        return self.desk.write_seg_file(self.run(image_id), label_file, info, folder)

    # sets ------------------------------------------------------------------------------

    def datalist(self, full_path: bool = True) -> list[dict[str, Any]]:
        """Return image and label paths of every run with a final label, for trainers."""
        return list(self._pairs())

    def get_dataset_archive(self, limit_cases: int | None = None) -> str:
        """Return the path of a ZIP with the runs and final labels, at most so many; the caller deletes it."""
        limit = limit_cases if limit_cases and limit_cases > 0 else None
        return str(write_archive(islice(self._pairs(), limit)))

    def _pairs(self) -> Iterator[dict[str, str]]:
        """Yield the paths of every run with a final label, fetched when it is its turn."""
        labels = self.ledger.newest_labels(FINAL_TAG)
        for image_id in self.list_images():
            if image_id in labels:
                yield {"image": self.get_image_uri(image_id), "label": str(self.desk.path(labels[image_id]))}

    def start_sending(self) -> None:
        """Begin to send what waits in the outbox, and go on in the background."""
        self.desk.start_sending()

    def close(self) -> None:
        """Finish what is being sent, stop, and let go of the ledger."""
        self.desk.stop_sending()
        self.ledger.close()


def image_info(run: LedgerRun) -> dict[str, Any]:
    """Return what clients see of a run; no patient data."""
    return {
        **run.info,
        "name": run.image_id,
        "modality": run.modality,
        "n_frames": run.n_frames,
        "rows": run.rows,
        "columns": run.columns,
        "state": run.state.value,
        "StudyInstanceUID": run.study_instance_uid,
        "SeriesInstanceUID": run.series_instance_uid,
        "SOPInstanceUID": run.image_id,
    }


def label_info(label: LabelVersion) -> dict[str, Any]:
    """Return what clients see of a label."""
    return {
        **label.info,
        "label_id": label.id,
        "version": label.version,
        "state": label.state.value,
        "author": label.author,
        "ts": int(label.created_at.replace(tzinfo=UTC).timestamp()),
        "model": label.model,
        "finished_frame_numbers": None
        if label.finished_frames is None
        else [t + 1 for t in label.finished_frames],
        "seg_series_instance_uid": label.seg_series_instance_uid,
    }


def open_datastore(settings: Settings, table: LabelTable) -> XaDatastore:
    """Put the rooms' parts together; nothing is asked of the PACS yet."""
    pacs = connect(settings.pacs)
    ledger = Ledger.in_folder(settings.data, settings.datastore.ledger_url)
    cache = RunCache(settings.data / "cache", int(settings.datastore.cache_gb * 1e9))
    shelf = RunShelf(pacs, ledger, cache, settings.datastore.list_seconds)
    files = LabelFiles(settings.data / SAVED_FOLDER)
    sender = SegSender(pacs, shelf, files, PushShelf(settings.data, ledger, settings.dimse.nodes))
    outbox = Outbox(ledger, sender, settings.datastore.outbox_retry_s)
    desk = LabelDesk(shelf, LabelStore(ledger, files), outbox, table, settings)
    return XaDatastore(shelf, desk, ledger)
