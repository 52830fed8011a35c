"""Small valid DICOM objects for tests; a test names only what matters to it.

    build_xa(n_frames=12, frame_time_ms=40, ImagerPixelSpacing=None)

Lower-case arguments are this module's own; a DICOM keyword sets that element, and None removes it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import (
    DigitalXRayImageStorageForPresentation,
    EnhancedXAImageStorage,
    ExplicitVRLittleEndian,
    MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    SecondaryCaptureImageStorage,
    XRayAngiographicImageStorage,
    XRayRadiofluoroscopicImageStorage,
    generate_uid,
)

from tests.encoders import encode

__all__ = [
    "build_dx",
    "build_enhanced_xa",
    "build_rf",
    "build_secondary_capture",
    "build_xa",
    "draw_run",
    "encode",
    "to_bytes",
]


def draw_run(n_frames: int = 4, rows: int = 32, columns: int = 48, bits_stored: int = 8) -> NDArray[Any]:
    """Return (T, H, W) unsigned stored values: a bright slope and a dark vessel that fills from the left.

    The vessel lies on the two rows in the middle; in frame t it reaches (t + 1) / T of the width.
    """
    top = (1 << bits_stored) - 1
    slope = np.linspace(0.55, 0.85, columns)[None, :] + np.linspace(0.0, 0.1, rows)[:, None]
    frames = np.repeat(slope[None], n_frames, axis=0)
    for t in range(n_frames):
        frames[t, rows // 2 - 1 : rows // 2 + 1, : columns * (t + 1) // n_frames] -= 0.45
    return (frames * top).round().astype(np.uint8 if bits_stored <= 8 else np.uint16)


def build_xa(
    *,
    pixels: NDArray[Any] | None = None,
    n_frames: int = 4,
    rows: int = 32,
    columns: int = 48,
    bits_stored: int | None = None,
    frame_time_ms: float | None = 66.6,
    patient_name: str = "Test^Phantom",
    study_instance_uid: str | None = None,
    series_instance_uid: str | None = None,
    sop_instance_uid: str | None = None,
    sop_class_uid: str = XRayAngiographicImageStorage,
    modality: str = "XA",
    **elements: Any,
) -> FileDataset:
    """Return a multi-frame XA run, uncompressed, that dciodvfy accepts.

    Args:
        pixels: (T, H, W) or (H, W) stored values; signed types give Pixel Representation 1.
        n_frames: Frames to draw when `pixels` are not given; `rows`, `columns`, `bits_stored` likewise.
        rows: Height of the frames to draw.
        columns: Width of the frames to draw.
        bits_stored: Bits Stored, 8 for what is drawn, else all bits of the type of `pixels`; drawn values of
            more than 8 bits are allocated in 16.
        frame_time_ms: Frame Time; None removes it and the Frame Increment Pointer.
        patient_name: Patient's Name.
        study_instance_uid: Taken as given; a new one by default, like the next two.
        series_instance_uid: See above.
        sop_instance_uid: See above.
        sop_class_uid: SOP Class UID.
        modality: Modality.
        elements: DICOM keywords with values; None removes the element.
    """
    dataset = _header(sop_class_uid, modality, patient_name)
    dataset.StudyInstanceUID = study_instance_uid or generate_uid()
    dataset.SeriesInstanceUID = series_instance_uid or generate_uid()
    dataset.SOPInstanceUID = sop_instance_uid or generate_uid()
    stored = draw_run(n_frames, rows, columns, bits_stored or 8) if pixels is None else pixels
    _put_pixels(dataset, stored, bits_stored or stored.dtype.itemsize * 8)
    _put_c_arm(dataset)
    if frame_time_ms is not None:
        dataset.FrameTime = frame_time_ms
        dataset.FrameIncrementPointer = 0x00181063
    return _finish(dataset, elements)


def build_rf(*, pixels: NDArray[Any] | None = None, **elements: Any) -> FileDataset:
    """Return a single RF image without Number of Frames, as fluoroscopes write it."""
    stored = draw_run(1)[0] if pixels is None else pixels
    defaults = {"frame_time_ms": None, "modality": "RF", "sop_class_uid": XRayRadiofluoroscopicImageStorage}
    return build_xa(pixels=stored, **{**defaults, **elements})


def build_dx(*, pixels: NDArray[Any] | None = None, **elements: Any) -> FileDataset:
    """Return a single DX image: 12 bits, MONOCHROME2, with a header window and Imager Pixel Spacing."""
    stored = draw_run(1, bits_stored=12)[0] if pixels is None else pixels
    defaults: dict[str, Any] = {
        "bits_stored": 12 if pixels is None else None,
        "frame_time_ms": None,
        "ImageType": ["ORIGINAL", "PRIMARY", ""],
        "modality": "DX",
        "sop_class_uid": DigitalXRayImageStorageForPresentation,
        "PresentationLUTShape": "IDENTITY",
        "PixelIntensityRelationship": "LOG",
        "PixelIntensityRelationshipSign": 1,
        "WindowCenter": 2048,
        "WindowWidth": 4096,
        "ImageLaterality": "U",
        "PresentationIntentType": "FOR PRESENTATION",
    }
    return build_xa(pixels=stored, **{**defaults, **elements})


def build_secondary_capture(
    *, pixels: NDArray[Any] | None = None, is_color: bool = False, **elements: Any
) -> FileDataset:
    """Return a Secondary Capture with modality XA, grey or RGB.

    Args:
        pixels: (H, W), (T, H, W), or with `is_color` (H, W, 3), (T, H, W, 3) uint8.
        is_color: Write RGB; drawn grey frames are copied to three equal samples.
        elements: As for `build_xa`.
    """
    stored = draw_run(1)[0] if pixels is None else pixels
    if is_color and pixels is None:
        stored = np.repeat(stored[..., None], 3, axis=-1)
    n_axes = stored.ndim - (1 if is_color else 0)
    single, multi = SecondaryCaptureImageStorage, MultiFrameGrayscaleByteSecondaryCaptureImageStorage
    defaults: dict[str, Any] = {
        "frame_time_ms": None,
        "sop_class_uid": single if n_axes == 2 else multi,
        "ConversionType": "WSD",
        "ImagerPixelSpacing": None,
    }
    dataset = build_xa(pixels=stored[..., 0] if is_color else stored, **{**defaults, **elements})
    if is_color:
        dataset.SamplesPerPixel, dataset.PlanarConfiguration = 3, 0
        dataset.PhotometricInterpretation = elements.get("PhotometricInterpretation", "RGB")
        dataset.PixelData = _even(np.ascontiguousarray(stored).tobytes())
    return dataset


def build_enhanced_xa(
    *, angles: Sequence[tuple[float, float]] = ((30.0, -20.0),), frame_time_ms: float = 66.6, **elements: Any
) -> FileDataset:
    """Return an Enhanced XA run: spacing and distances shared, times and angles per frame.

    Args:
        angles: Positioner primary and secondary angle per frame; the last one is repeated.
        frame_time_ms: Distance of the Frame Acquisition DateTimes.
        elements: As for `build_xa`.
    """
    flat = {"ImagerPixelSpacing": None, "PositionerPrimaryAngle": None, "PositionerSecondaryAngle": None}
    flat |= {"DistanceSourceToDetector": None, "DistanceSourceToPatient": None}
    flat |= {"EstimatedRadiographicMagnificationFactor": None, "PixelIntensityRelationship": None}
    defaults: dict[str, Any] = {"frame_time_ms": None, "sop_class_uid": EnhancedXAImageStorage}
    dataset = build_xa(**{**defaults, **flat, **elements})
    dataset.SharedFunctionalGroupsSequence = [_shared_groups()]
    start = datetime(2024, 5, 17, 9, 30, 0, tzinfo=UTC)
    dataset.PerFrameFunctionalGroupsSequence = [
        _frame_groups(start + timedelta(milliseconds=t * frame_time_ms), angles[min(t, len(angles) - 1)])
        for t in range(int(dataset.get("NumberOfFrames") or 1))
    ]
    return dataset


def to_bytes(dataset: FileDataset) -> bytes:
    """Return the dataset as a DICOM Part 10 file."""
    buffer = BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def _header(sop_class_uid: str, modality: str, patient_name: str) -> Dataset:
    dataset = Dataset()
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "SINGLE PLANE"]
    dataset.SOPClassUID = sop_class_uid
    dataset.StudyDate = dataset.SeriesDate = dataset.ContentDate = dataset.AcquisitionDate = "20240517"
    dataset.StudyTime = dataset.SeriesTime = dataset.ContentTime = dataset.AcquisitionTime = "093000"
    dataset.Modality, dataset.Manufacturer = modality, "Fluoro Vessels tests"
    dataset.AccessionNumber = dataset.ReferringPhysicianName = dataset.StudyID = ""
    dataset.PatientName, dataset.PatientID = patient_name, "TEST-1"
    dataset.PatientBirthDate, dataset.PatientSex = "19600101", "O"
    dataset.PatientOrientation, dataset.Laterality = ["L", "F"], ""
    dataset.SeriesNumber, dataset.InstanceNumber = 1, 1
    return dataset


def _put_pixels(dataset: Dataset, stored: NDArray[Any], bits_stored: int) -> None:
    """Fill the image pixel module from (H, W) or (T, H, W) integers."""
    if stored.ndim == 3:
        dataset.NumberOfFrames = stored.shape[0]
    dataset.Rows, dataset.Columns = stored.shape[-2:]
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated = stored.dtype.itemsize * 8
    dataset.BitsStored, dataset.HighBit = bits_stored, bits_stored - 1
    dataset.PixelRepresentation = int(np.issubdtype(stored.dtype, np.signedinteger))
    dataset.PixelIntensityRelationship = "LIN"
    dataset.LossyImageCompression = "00"
    dataset.PixelData = _even(np.ascontiguousarray(stored).astype(stored.dtype.newbyteorder("<")).tobytes())


def _put_c_arm(dataset: Dataset) -> None:
    dataset.KVP, dataset.XRayTubeCurrent, dataset.ExposureTime = 75, 400, 8
    dataset.RadiationSetting = "GR"
    dataset.ImagerPixelSpacing = [0.2, 0.2]
    dataset.DistanceSourceToDetector, dataset.DistanceSourceToPatient = 1000, 750
    dataset.EstimatedRadiographicMagnificationFactor = 1.25
    dataset.PositionerMotion = "STATIC"
    dataset.PositionerPrimaryAngle, dataset.PositionerSecondaryAngle = 30, -20


def _shared_groups() -> Dataset:
    pixels, geometry, window, groups = Dataset(), Dataset(), Dataset(), Dataset()
    pixels.ImagerPixelSpacing, pixels.PixelIntensityRelationship = [0.2, 0.2], "LIN"
    pixels.PixelIntensityRelationshipSign, pixels.GeometricalProperties = 1, "UNIFORM"
    geometry.DistanceSourceToDetector, geometry.DistanceSourceToIsocenter = 1000.0, 750.0
    window.WindowCenter, window.WindowWidth = 128, 256
    groups.FramePixelDataPropertiesSequence = [pixels]
    groups.XRayGeometrySequence = [geometry]
    groups.FrameVOILUTSequence = [window]
    return groups


def _frame_groups(taken: datetime, angles: tuple[float, float]) -> Dataset:
    content, position, groups = Dataset(), Dataset(), Dataset()
    content.FrameAcquisitionDateTime = content.FrameReferenceDateTime = taken.strftime("%Y%m%d%H%M%S.%f")
    content.FrameAcquisitionDuration = 8.0
    position.PositionerPrimaryAngle, position.PositionerSecondaryAngle = angles
    groups.FrameContentSequence = [content]
    groups.PositionerPositionSequence = [position]
    return groups


def _finish(dataset: Dataset, elements: dict[str, Any]) -> FileDataset:
    """Apply the test's own elements and add the file meta information."""
    for keyword, value in elements.items():
        if not keyword[0].isupper():
            raise TypeError(f"{keyword} is neither an argument nor a DICOM keyword")
        if value is not None:
            setattr(dataset, keyword, value)
        elif keyword in dataset:
            delattr(dataset, keyword)
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = (
        dataset.SOPClassUID,
        dataset.SOPInstanceUID,
    )
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return FileDataset("", dataset, preamble=b"\0" * 128, file_meta=meta)


def _even(raw: bytes) -> bytes:
    return raw + b"\0" * (len(raw) % 2)
