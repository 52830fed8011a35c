"""Objects that tell of people, for tests of de-identification."""

from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from lib.privacy.deidentify import Deidentifier
from lib.privacy.options import DEFAULT, Option, Profile
from lib.privacy.pseudonyms import Pseudonyms
from lib.privacy.report import HeaderReport
from lib.privacy.site_key import SiteKey

KEY = SiteKey(b"a key of a site, which is secret")
"""The key of these tests."""

FULL = {
    "patient_name": "Roe^Jane",
    "PatientID": "4711-08",
    "PatientAge": "063Y",
    "InstitutionName": "Brennfeld Hospital",
    "StationName": "BRENN1",
    "DeviceSerialNumber": "987654",
    "OperatorsName": "Doe^John",
    "ReferringPhysicianName": "Huber^Iris",
    "AccessionNumber": "A123456",
    "StudyDescription": "Coronary angiography Roe 4711-08",
    "SeriesDescription": "LCA RAO 30 CRA 20",
    "ManufacturerModelName": "Artis Roe",
    "PatientAddress": "12 Mill Lane",
}
"""A header that names people, a place and numbers in many of its attributes."""


def deidentifier(*more: Option, without: tuple[Option, ...] = ()) -> Deidentifier:
    """Return one with our default options, with more of them or without some."""
    return Deidentifier(Pseudonyms(KEY), Profile((DEFAULT | set(more)) - set(without)))


def clean(dataset: Dataset, *more: Option, without: tuple[Option, ...] = ()) -> HeaderReport:
    """De-identify a dataset in place with the key of these tests."""
    return deidentifier(*more, without=without).clean(dataset)


def texts_of(dataset: Dataset) -> str:
    """Return all that a dataset says, at every depth, as one small text."""
    return "\n".join(str(element.value) for element in dataset.iterall() if element.VR != "SQ").casefold()


def code(value: str, meaning: str, scheme: str = "DCM") -> Dataset:
    """Return a coded entry."""
    entry = Dataset()
    entry.CodeValue, entry.CodingSchemeDesignator, entry.CodeMeaning = value, scheme, meaning
    return entry


def item(value_type: str, concept: Dataset, **elements: object) -> Dataset:
    """Return a content item of a report."""
    found = Dataset()
    found.RelationshipType, found.ValueType = "CONTAINS", value_type
    found.ConceptNameCodeSequence = [concept]
    for keyword, value in elements.items():
        setattr(found, keyword, value)
    return found


def build_report(run: Dataset, *items: Dataset) -> Dataset:
    """Return a Comprehensive SR of the patient and study of a run."""
    report = Dataset()
    report.SOPClassUID, report.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.88.33", generate_uid()
    report.StudyInstanceUID, report.SeriesInstanceUID = run.StudyInstanceUID, generate_uid()
    report.PatientName, report.PatientID, report.Modality = run.PatientName, run.PatientID, "SR"
    report.ContentDate, report.ContentTime, report.StudyDate = run.StudyDate, "120000", run.StudyDate
    report.ValueType, report.ContinuityOfContent = "CONTAINER", "SEPARATE"
    report.ConceptNameCodeSequence = [code("126000", "Imaging Measurement Report")]
    report.ContentSequence = list(items)
    report.file_meta = run.file_meta
    return report
