"""A data folder with approved labels, and a stand-in for the de-identification."""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from lib.datastore.labelled import LabelledRuns
from lib.datastore.measurement_shelf import MeasurementShelf
from lib.datastore.patients import PatientTokens
from lib.datastore.states import LabelState
from lib.exchange.content import Side
from lib.labels import load_label_table
from lib.privacy.options import Profile
from lib.privacy.pixels import PixelReport, Region
from lib.privacy.report import HeaderReport
from lib.publish.material import Material
from lib.publish.publish import Published, Publisher, PublishWish
from lib.settings import PROJECT_FOLDER
from tests.labelled_archive import Archive

WISH = PublishWish("CC-BY-4.0", "Test set")


@dataclass
class FakeCleaning:
    """Replaces names, numbers, UIDs and dates, and forgets what a test wants it to forget.

    Attributes:
        forgets: Keywords that stay as they are.
        doubts: Number of doubtful regions in every run.
        text_left: Whether text is found in the pixels afterwards.
    """

    forgets: tuple[str, ...] = ()
    doubts: int = 0
    text_left: bool = False
    looked_at: list[str] = field(default_factory=list)

    def known(self, objects: Iterable[Dataset]) -> frozenset[str]:
        return frozenset(str(one.PatientName).casefold() for one in objects)

    def pixels(self, run: Dataset, known: frozenset[str], name: str) -> PixelReport:
        del run, known
        self.looked_at.append(name)
        return PixelReport((), (Region(0, 0, 2, 2),) * self.doubts, (), "nobody looked")

    def header(self, dataset: Dataset, known: frozenset[str]) -> HeaderReport:
        del known
        patient = f"FV-{sum(map(ord, dataset.PatientID))}"
        for element in dataset.iterall():
            if element.keyword not in self.forgets:
                _replace(element, patient)
        dataset.PatientIdentityRemoved = "YES"
        dataset.DeidentificationMethodCodeSequence = [Dataset()]
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        return HeaderReport(dataset.SOPInstanceUID, patient, Profile(), (), ())

    def shows_text(self, dataset: Dataset, known: frozenset[str], name: str) -> bool:
        del dataset, known, name
        return self.text_left


def _replace(element: object, patient: str) -> None:
    vr, keyword = element.VR, element.keyword  # type: ignore[attr-defined]
    if keyword in ("PatientID", "PatientName"):
        element.value = patient  # type: ignore[attr-defined]
    elif vr == "PN" or keyword in ("ContentCreatorName", "AccessionNumber", "IssuerOfPatientID"):
        element.value = ""  # type: ignore[attr-defined]
    elif vr in ("DA", "DT") and element.value:  # type: ignore[attr-defined]
        element.value = "19000101"  # type: ignore[attr-defined]
    elif vr == "UI" and not str(element.value).startswith("1.2.840.10008."):  # type: ignore[attr-defined]
        element.value = f"2.25.{abs(hash(str(element.value)))}"  # type: ignore[attr-defined]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    (tmp_path / "data").mkdir()
    return Archive(tmp_path / "data")


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with two runs of one patient and one of another, all approved; to be copied."""
    data = tmp_path_factory.mktemp("prepared")
    archive = Archive(data)
    for patient in ("CANARY-ONE", "CANARY-ONE", "CANARY-TWO"):
        approve(archive, archive.add(patient, patient_name="Canary^Quietwater", AccessionNumber="ACC4711"))
    archive.ledger.close()
    return data


@pytest.fixture
def approved(prepared: Path, tmp_path: Path) -> Archive:
    shutil.copytree(prepared, tmp_path / "data")
    return Archive(tmp_path / "data")


@pytest.fixture(scope="session")
def published(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Published:
    """Return a set that is only to be looked at."""
    folder = tmp_path_factory.mktemp("published")
    shutil.copytree(prepared, folder / "data")
    return publisher(Archive(folder / "data"), FakeCleaning()).publish(folder / "set", WISH)


def approve(archive: Archive, image_id: str) -> None:
    label = archive.label(image_id, {0: 1, 2: 1}, finished=(0,))
    archive.ledger.set_label_state(label.id, LabelState.APPROVED, "reviewerjane")


def publisher(archive: Archive, cleaning: FakeCleaning) -> Publisher:
    """Return what publishes; the sides go round by patient."""
    table = load_label_table(PROJECT_FOLDER / "configs" / "labels.yaml")
    runs = LabelledRuns(archive.ledger, archive.desk.store, archive.shelf)
    material = Material(runs, MeasurementShelf(archive.data), PatientTokens(archive.data))
    sides: dict[str, Side] = {}

    def side_of(patient: str) -> Side:
        return sides.setdefault(patient, list(Side)[len(sides) % 3])

    def agreement(image_ids: frozenset[str]) -> Mapping[str, Mapping[str, float]]:
        return {"vessel": {"n_frames": len(image_ids), "dice": 0.91, "cldice": 0.95}}

    return Publisher(material, cleaning, table, side_of, agreement)
