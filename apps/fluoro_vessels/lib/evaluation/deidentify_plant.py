"""Plants identifying values into a run, its segmentation, its report and a presentation state."""

from copy import deepcopy
from datetime import date
from random import Random
from typing import Final

from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from lib.evaluation.deidentify_attributes import DATES, GEOMETRY, PICTURE, TIMES, TYPED, UIDS
from lib.evaluation.deidentify_people import Person
from lib.evaluation.deidentify_results import plant_report, plant_seg, plant_state
from lib.evaluation.deidentify_texts import draw_text
from lib.evaluation.deidentify_wanted import Kind, PlantedObject

LONGEST: Final = 256


def plant_patient(number: int, person: Person, base: Dataset, random: Random) -> list[PlantedObject]:
    """Return the objects of a patient: two studies with a run each, and results of the first.

    Args:
        number: Which patient of the set.
        person: Who it is.
        base: A run of nobody, with pixels.
        random: Draws phrases and places.
    """
    planted: list[PlantedObject] = []
    for day in person.filmed:
        planted.append(_plant_run(number, person, base, day, random))
    run = planted[0].dataset
    for name, plant in (("seg", plant_seg), ("report", plant_report), ("state", plant_state)):
        other = PlantedObject(number, name, plant_common(run))
        plant(other, run, person)
        planted.append(other)
    for each in planted:
        _ask_for_all(each, person)
    return planted


def plant_common(run: Dataset) -> Dataset:
    """Return a new object of the patient and study of a run."""
    dataset = Dataset()
    dataset.file_meta = deepcopy(run.file_meta)
    for name in [
        "SpecificCharacterSet",
        "PatientName",
        "PatientID",
        "PatientBirthDate",
        "PatientSex",
        "StudyInstanceUID",
        "StudyDate",
        "StudyTime",
        "AccessionNumber",
        "ReferringPhysicianName",
        "StudyID",
        "InstitutionName",
    ]:
        setattr(dataset, name, run.get(name))
    dataset.SeriesInstanceUID, dataset.SOPInstanceUID = generate_uid(), generate_uid()
    dataset.SeriesNumber, dataset.InstanceNumber = 9, 1
    dataset.ContentDate, dataset.ContentTime = run.StudyDate, "121500"
    return dataset


def _plant_run(number: int, person: Person, base: Dataset, day: date, random: Random) -> PlantedObject:
    run = deepcopy(base)
    planted = PlantedObject(number, "run", run)
    run.SpecificCharacterSet = "ISO_IR 192"
    run.StudyInstanceUID, run.SeriesInstanceUID = generate_uid(), generate_uid()
    run.SOPInstanceUID = generate_uid()
    _plant_identity(planted, person)
    _plant_times(planted, day)
    _plant_texts(planted, person, random)
    _plant_private(planted, person)
    _plant_graphics(planted, person)
    _plant_references(planted, person)
    run.file_meta.SourceApplicationEntityTitle = person.family[:16].upper()
    planted.keep(*GEOMETRY, *PICTURE, *TIMES)
    planted.ask_whole(Kind.PIXELS_RETAINED, bytes(run.PixelData), "PixelData")
    return planted


def _plant_identity(planted: PlantedObject, person: Person) -> None:
    run, name = planted.dataset, f"{person.family}^{person.given}"
    planted.hide(run, "PatientName", name, person.family, person.given)
    planted.hide(run, "PatientID", person.number)
    planted.hide(run, "PatientBirthDate", f"{person.born:%Y%m%d}")
    planted.hide(run, "OtherPatientNames", f"{person.family}-{person.stranger}^{person.given}", person.family)
    planted.hide(run, "PatientTelephoneNumbers", person.phone)
    planted.hide(
        run, "PatientAddress", f"12 Mill Lane, {person.hospital.split()[0]}", person.hospital.split()[0]
    )
    planted.hide(run, "AccessionNumber", person.accession)
    planted.hide(run, "StudyID", person.accession[-6:])
    planted.hide(run, "InstitutionName", person.hospital)
    planted.hide(run, "StationName", f"{person.hospital.split()[0][:8]}1"[:16])
    planted.hide(run, "ReferringPhysicianName", f"{person.doctor}^Iris", person.doctor)
    planted.hide(run, "PerformingPhysicianName", f"{person.doctor}^Iris", person.doctor)
    planted.hide(run, "OperatorsName", f"{person.doctor}^Iris", person.doctor)
    planted.hide(run, "DeviceSerialNumber", person.serial)
    run.PatientSex = "F"


def _plant_times(planted: PlantedObject, day: date) -> None:
    run, text = planted.dataset, f"{day:%Y%m%d}"
    for keyword in DATES[:4]:
        setattr(run, keyword, text)
    for keyword in TIMES:
        setattr(run, keyword, "101112.345")
    run.AcquisitionDateTime = f"{text}101112.345000"
    planted.ask(Kind.DATE_SHIFTED, *DATES)


def _plant_texts(planted: PlantedObject, person: Person, random: Random) -> None:
    """Put names and numbers into texts of all kinds, beside words that have to stay."""
    run, doctor = planted.dataset, person.doctor
    for keyword in TYPED:
        text, phrase, secrets = draw_text(person, random)
        planted.say(run, keyword, text[:LONGEST], phrase, *secrets)
    planted.say(run, "ManufacturerModelName", f"Artis Q {person.family}", "Artis Q", person.family)
    planted.say(run, "SoftwareVersions", f"VB23 {person.number}", "VB23", person.number)
    planted.hide(run, "PerformedStationName", f"ROOM {doctor}"[:16], doctor)
    planted.hide(run, "ContrastBolusAgent", f"Iodine {person.stranger}", person.stranger)


def _plant_private(planted: PlantedObject, person: Person) -> None:
    """Put private blocks: one that nobody knows, and a documented one of an angiography system."""
    run = planted.dataset
    unknown = run.private_block(0x0099, "NOBODY KNOWS 1.0", create=True)
    unknown.add_new(0x01, "LO", f"{person.family}^{person.given}")
    unknown.add_new(0x02, "OB", person.number.encode() + b"\0" * (len(person.number) % 2))
    unknown.add_new(0x03, "DS", "12.5")
    known = run.private_block(0x0025, "GEMS_DL_FRAME_01", create=True)
    known.add_new(0x03, "DS", "1190")
    known.add_new(0x3C, "CS", person.family[:8].upper())
    for keyword in ("00991001", "00991002", "00991003", "0025103C"):
        planted.ask(Kind.PRIVATE_REMOVED, keyword)
    planted.keep("00251003")


def _plant_graphics(planted: PlantedObject, person: Person) -> None:
    """Put an overlay with a comment, and an ECG curve with a description."""
    run = planted.dataset
    run.add_new(0x60000010, "US", 8)
    run.add_new(0x60000011, "US", 8)
    run.add_new(0x60000040, "CS", "G")
    run.add_new(0x60001500, "LO", person.family)
    run.add_new(0x60003000, "OW", b"\xff" * 8)
    run.add_new(0x60004000, "LT", f"overlay of {person.family}")
    run.add_new(0x50000005, "US", 1)
    run.add_new(0x50000010, "US", 4)
    run.add_new(0x50000020, "CS", "ECG")
    run.add_new(0x50000022, "LO", f"ECG of {person.family}")
    run.add_new(0x50000103, "US", 0)
    run.add_new(0x50003000, "OW", b"\x01\0\x02\0\x03\0\x04\0")
    for keyword in ("60001500", "60004000", "50000022"):
        planted.ask(Kind.PRIVATE_REMOVED, keyword)
    planted.keep("50003000", "50000010")


def _plant_references(planted: PlantedObject, person: Person) -> None:
    """Put sequences with UIDs, codes and names at a depth."""
    run = planted.dataset
    image, request, code, staff = Dataset(), Dataset(), Dataset(), Dataset()
    image.ReferencedSOPClassUID, image.ReferencedSOPInstanceUID = run.SOPClassUID, generate_uid()
    run.ReferencedImageSequence = [image]
    planted.hide(code, "CodeMeaning", f"Angiography {person.family}", person.family)
    code.CodeValue, code.CodingSchemeDesignator = "A1", "99LOCAL"
    planted.hide(request, "RequestedProcedureID", person.accession)
    planted.hide(
        request, "ScheduledProcedureStepDescription", f"Angiography {person.stranger}", person.stranger
    )
    run.RequestAttributesSequence, run.ProcedureCodeSequence = [request], [code]
    planted.hide(staff, "PersonName", f"{person.doctor}^Iris", person.doctor)
    planted.hide(staff, "InstitutionName", person.hospital)
    run.PerformingPhysicianIdentificationSequence = [staff]
    planted.keep("ReferencedSOPClassUID")


def _ask_for_all(planted: PlantedObject, person: Person) -> None:
    """Ask what every object has to be: of an unknown but consistent patient, with new UIDs, whole."""
    planted.ask(Kind.UID_CHANGED, *UIDS)
    uids = ("ReferencedSOPInstanceUID", *UIDS)
    planted.ask(Kind.UID_CONSISTENT, *(name for name in uids if values_present(planted, name)))
    planted.ask(Kind.PATIENT_CONSISTENT, "PatientID", "PatientName")
    planted.ask(
        Kind.TEXT_NOT_NULL, "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "PatientID", "Modality"
    )
    planted.ask(Kind.TEXT_NOT_NULL, "PatientIdentityRemoved", "DeidentificationMethodCodeSequence")
    for about, secret in person.secrets().items():
        planted.ask_whole(Kind.NOTHING_LEFT, secret, about)


def values_present(planted: PlantedObject, keyword: str) -> bool:
    """Tell whether an object has a value of an element at any depth."""
    return any(element.keyword == keyword for element in planted.dataset.iterall())
