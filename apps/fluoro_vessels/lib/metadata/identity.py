"""Which run it is; nothing of whose it is."""

from dataclasses import dataclass
from typing import Final

from pydicom.uid import UID, JPEGBaseline8Bit, JPEGExtended12Bit

from lib.frames.cine import RunHeader
from lib.frames.values import Values
from lib.metadata.columns import column

OTHER_PLANE: Final = "121314"
"""Code of the purpose "Other image of biplane pair", DCM, PS3.16 CID 7004."""

PLANES: Final = {
    "SINGLE PLANE": "single",
    "BIPLANE A": "A",
    "BIPLANE B": "B",
    "MONOPLANE": "single",
    "PLANE A": "A",
    "PLANE B": "B",
}


@dataclass(frozen=True)
class RunIdentity:
    """What kind of object a run is, and what tells it from others."""

    patient: str | None = column("a word for the patient, the same for all runs of one; never the Patient ID")
    study_instance_uid: str | None = column("UID of the study, as it stands", dicom="(0020,000D)")
    series_instance_uid: str | None = column("UID of the series, as it stands", dicom="(0020,000E)")
    sop_instance_uid: str | None = column("UID of the run: its image id", dicom="(0008,0018)")
    sop_class: str | None = column("name of the SOP class", dicom="(0008,0016)")
    transfer_syntax: str | None = column("how the pixels are encoded", dicom="(0002,0010)")
    modality: str | None = column("XA, RF, XRF or DX", dicom="(0008,0060)")
    image_type: str | None = column("all values, with \\ between", dicom="(0008,0008)")
    manufacturer: str | None = column("who made the equipment", dicom="(0008,0070)")
    model: str | None = column("which equipment", dicom="(0008,1090)")
    body_part: str | None = column("body part as a code string", dicom="(0018,0015)")
    laterality: str | None = column("L, R, B or U", dicom="(0020,0060), (0020,0062)")
    plane: str | None = column(
        "single, A (frontal) or B (lateral)", dicom="(0018,9457), third value of (0008,0008)"
    )
    other_plane_uid: str | None = column("UID of the run that the other plane filmed", dicom="(0008,1140)")
    n_frames: int | None = column("number of frames", dicom="(0028,0008)")
    rows: int | None = column("height", "px", "(0028,0010)")
    columns: int | None = column("width", "px", "(0028,0011)")
    bits_stored: int | None = column("bits in use of a pixel", dicom="(0028,0101)")
    is_lossy: bool | None = column("the pixels were compressed with loss at some time", dicom="(0028,2110)")


def read_identity(values: Values, header: RunHeader, patient: str | None) -> RunIdentity:
    """Return which run a header is of; `patient` is what the caller calls the patient."""
    return RunIdentity(
        patient=patient,
        study_instance_uid=header.study_instance_uid or None,
        series_instance_uid=header.series_instance_uid or None,
        sop_instance_uid=header.sop_instance_uid,
        sop_class=UID(header.sop_class_uid).name or None,
        transfer_syntax=_syntax(values),
        modality=header.modality,
        image_type="\\".join(values.texts("ImageType")) or None,
        manufacturer=values.text("Manufacturer"),
        model=values.text("ManufacturerModelName"),
        body_part=values.text("BodyPartExamined"),
        laterality=values.text("ImageLaterality") or values.text("Laterality"),
        plane=_plane(values),
        other_plane_uid=_other_plane(values),
        n_frames=header.n_frames,
        rows=header.rows,
        columns=header.columns,
        bits_stored=values.integer("BitsStored"),
        is_lossy=_is_lossy(values),
    )


def _syntax(values: Values) -> str | None:
    uid = values.meta.text("TransferSyntaxUID")
    return None if uid is None else UID(uid).name


def _is_lossy(values: Values) -> bool | None:
    if values.meta.text("TransferSyntaxUID") in (JPEGBaseline8Bit, JPEGExtended12Bit):
        return True
    return {"00": False, "01": True}.get(values.text("LossyImageCompression") or "")


def _plane(values: Values) -> str | None:
    """Return the plane that the equipment says, else that of the image type.

    DICOM:
        Plane Identification (0018,9457), PS3.3 C.8.19.3; Image Type, C.8.7.1.1.1.
    """
    said = values.text("PlaneIdentification")
    third = values.texts("ImageType")[2:3]
    return PLANES.get(said or "") or PLANES.get(third[0] if third else "")


def _other_plane(values: Values) -> str | None:
    """Return the reference with the purpose; of a biplane run without purposes the only reference there is.

    DICOM:
        Referenced Image Sequence (0008,1140) of biplane runs, PS3.3 C.8.7.1.
    """
    references = values.items("ReferencedImageSequence")
    purposes = [one.items("PurposeOfReferenceCodeSequence") for one in references]
    for reference, own in zip(references, purposes, strict=True):
        if any(purpose.text("CodeValue") == OTHER_PLANE for purpose in own):
            return reference.text("ReferencedSOPInstanceUID")
    if len(references) == 1 and not purposes[0] and _plane(values) in ("A", "B"):
        return references[0].text("ReferencedSOPInstanceUID")
    return None
