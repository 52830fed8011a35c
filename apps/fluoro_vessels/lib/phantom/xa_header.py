"""The header of a simulated run, as an angiography system would write it; module by module.

DICOM:
    X-Ray Angiographic Image IOD, PS3.3 A.14.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, XRayAngiographicImageStorage, generate_uid

from lib.phantom.imaging.field import Field
from lib.phantom.imaging.view import View
from lib.phantom.render import PhantomRun
from lib.phantom.scenario import VERSION, Scenario

BODY_PARTS: Final = {
    "coronary": "HEART",
    "cerebral": "HEAD",
    "peripheral": "LEG",
    "renal": "ABDOMEN",
}
BOTH_SIDES: Final = 0.2
"""Vessels of the legs are of both where at least this part of them lies on the lesser side."""
DATE: Final = "20260101"
TIME: Final = "120000"
OBLIQUE: Final = 0.38
"""A direction has a second letter where it leans more than about 22 degrees to it."""
AXES: Final = ("RL", "AP", "FH")
"""Names of where x, y and z grow to, after where they come from."""
FRAME_TIME_TAG: Final = 0x00181063


@dataclass(frozen=True)
class Nobody:
    """The patient that never was.

    Attributes:
        name: Patient's Name.
        identifier: Patient ID.
    """

    name: str
    identifier: str


def nobody_of(scenario: Scenario) -> Nobody:
    """Return the patient of a scenario: one for each seed."""
    return Nobody(f"PHANTOM^{scenario.territory.upper()}", f"PHANTOM-{scenario.seed}")


def uid_of(run: PhantomRun, nobody: Nobody, part: str) -> UID:
    """Return the UID of one part of a run: the same for the same content, version and patient."""
    scenario = run.scenario
    what = [VERSION, scenario.seed, scenario.territory, scenario.is_dsa, run.frames.shape, run.frame_numbers]
    return generate_uid(entropy_srcs=["fluoro-vessels", "phantom", *map(str, what), nobody.identifier, part])


def describe_study(header: Dataset, run: PhantomRun, nobody: Nobody) -> None:
    """Say whose run it is: nobody's."""
    scenario = run.scenario
    header.SOPClassUID = XRayAngiographicImageStorage
    header.SOPInstanceUID = uid_of(run, nobody, "instance")
    header.StudyInstanceUID = uid_of(run, nobody, "study")
    header.SeriesInstanceUID = uid_of(run, nobody, "series")
    header.PatientName, header.PatientID = nobody.name, nobody.identifier
    header.PatientBirthDate, header.PatientSex = "", "O"
    header.StudyDate = header.SeriesDate = header.ContentDate = header.AcquisitionDate = DATE
    header.StudyTime = header.SeriesTime = header.ContentTime = header.AcquisitionTime = TIME
    header.StudyID, header.AccessionNumber, header.ReferringPhysicianName = nobody.identifier[:16], "", ""
    header.StudyDescription = f"Simulated {scenario.territory} run, no patient"
    kind = "subtracted" if scenario.is_dsa else "native"
    header.SeriesDescription = f"{scenario.territory.capitalize()}, {kind}, simulated"
    header.Modality, header.SeriesNumber, header.InstanceNumber = "XA", 1, 1
    _describe_part(header, scenario)
    header.Manufacturer, header.ManufacturerModelName = "Fluoro Vessels", "angiography phantom"
    header.DeviceSerialNumber, header.SoftwareVersions = str(scenario.seed), VERSION


def _describe_part(header: Dataset, scenario: Scenario) -> None:
    """Say which part of the body it is, and of a leg which one."""
    header.BodyPartExamined = BODY_PARTS[scenario.territory]
    if scenario.territory != "peripheral":
        return
    x = np.concatenate([branch.points_mm[:, 0] for branch in scenario.tree.branches])
    left = float((x > 0).mean())
    if min(left, 1 - left) > BOTH_SIDES:
        header.BodyPartExamined = "PELVIS"
    else:
        header.Laterality = "L" if left > 0.5 else "R"


def describe_acquisition(header: Dataset, scenario: Scenario) -> None:
    """Say how it would have been filmed."""
    header.ImageType = ["DERIVED", "PRIMARY", "SINGLE PLANE"]
    header.DerivationDescription = "Simulated by software"
    header.ContrastBolusAgent = "Iodine, simulated"
    header.KVP, header.XRayTubeCurrent, header.ExposureTime, header.Exposure = "75", 500, 7, 4
    header.RadiationSetting, header.RadiationMode = "GR", "PULSED"
    rate = 1000 / scenario.frame_time_ms
    header.FrameTime, header.CineRate = f"{scenario.frame_time_ms:g}", max(round(rate), 1)
    header.RecommendedDisplayFrameRate = max(round(rate), 1)
    if scenario.is_dsa:
        header.RecommendedViewingMode = "NAT"
        header.MaskSubtractionSequence = Sequence([_subtracted_already()])


def _subtracted_already() -> Dataset:
    """Say that nothing is left to subtract: the stored frames are the subtraction.

    DICOM:
        Mask Module, PS3.3 C.7.6.10: NONE means that a viewer subtracts nothing.
    """
    mask = Dataset()
    mask.MaskOperation = "NONE"
    mask.MaskOperationExplanation = "Stored after logarithmic subtraction of the mean mask frame"
    return mask


def describe_geometry(header: Dataset, view: View) -> None:
    """Say where the C-arm and the table stood."""
    header.ImagerPixelSpacing = [f"{view.pixel_mm:g}", f"{view.pixel_mm:g}"]
    header.DistanceSourceToDetector = f"{view.sid_mm:g}"
    header.DistanceSourceToPatient = f"{view.sod_mm:g}"
    header.EstimatedRadiographicMagnificationFactor = f"{view.sid_mm / view.sod_mm:.6g}"
    header.PositionerMotion, header.TableMotion = "STATIC", "STATIC"
    header.PositionerPrimaryAngle = f"{view.primary_deg:g}"
    header.PositionerSecondaryAngle = f"{view.secondary_deg:g}"
    _, right, up = view.axes()
    header.PatientOrientation = [_letters(right), _letters(-up)]
    y, x = (shift / view.pixels_per_mm for shift in view.shift_px)
    lateral, vertical, longitudinal = x * right - y * up
    header.TableTopVerticalPosition = f"{vertical:.1f}"
    header.TableTopLongitudinalPosition = f"{longitudinal:.1f}"
    header.TableTopLateralPosition = f"{lateral:.1f}"


def _letters(direction: NDArray[np.float64]) -> str:
    """Return where a direction of the picture points in the patient, as DICOM's letters."""
    order = np.argsort(-np.abs(direction), kind="stable")
    letters = [
        ("RL"[int(v > 0)], "AP"[int(v > 0)], "FH"[int(v > 0)])[axis] for axis, v in enumerate(direction)
    ]
    return "".join(letters[axis] for axis in order if abs(direction[axis]) > OBLIQUE)


def describe_field(header: Dataset, field: Field, view: View) -> None:
    """Say what the collimator and the detector leave of the picture.

    Edges are numbers of rows and columns that count from 1 and lie outside of what is seen.
    """
    shape = (view.rows, view.columns)
    seen = field.mask(shape)
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if len(rows) == 0:
        rows, columns = np.arange(view.rows), np.arange(view.columns)
    edges = (int(columns[0]), int(columns[-1]) + 2, int(rows[0]), int(rows[-1]) + 2)
    for name in ("Collimator", "Shutter") if field.is_blanked else ("Collimator",):
        _describe_rectangle(header, name, edges)
    header.FieldOfViewShape = "RECTANGLE" if field.radius is None else "ROUND"
    if field.radius is None:
        size = (view.rows * view.pixel_mm, view.columns * view.pixel_mm)
        header.FieldOfViewDimensions = [round(length) for length in size]
    else:
        _describe_circle(header, field.radius, field.centre, view)


def _describe_rectangle(header: Dataset, name: str, edges: tuple[int, int, int, int]) -> None:
    setattr(header, f"{name}Shape", "RECTANGULAR")
    keywords = ("LeftVerticalEdge", "RightVerticalEdge", "UpperHorizontalEdge", "LowerHorizontalEdge")
    for keyword, edge in zip(keywords, edges, strict=True):
        setattr(header, f"{name}{keyword}", edge)


def _describe_circle(header: Dataset, radius: float, centre: tuple[float, float], view: View) -> None:
    half = view.rows / 2
    diameter_mm = round(2 * radius * half * view.pixel_mm)
    header.FieldOfViewDimensions = [diameter_mm]
    header.IntensifierSize = str(diameter_mm)
    shapes = [header.ShutterShape] if "ShutterShape" in header else []
    header.ShutterShape = [*shapes, "CIRCULAR"]
    header.CenterOfCircularShutter = [
        round((view.rows + 1) / 2 + centre[0] * half),
        round((view.columns + 1) / 2 + centre[1] * half),
    ]
    header.RadiusOfCircularShutter = round(radius * half)


def describe_pixels(header: Dataset, run: PhantomRun) -> None:
    """Say how the pixels are stored.

    XA knows MONOCHROME2 only, so an inverted run says by the sign that more X-rays make smaller values.

    DICOM:
        Pixel Intensity Relationship Sign (0028,1041), PS3.3 C.8.11.3.1.2.
    """
    frames, bits = run.frames, run.bits_stored
    header.SamplesPerPixel, header.PhotometricInterpretation = 1, "MONOCHROME2"
    header.NumberOfFrames, header.Rows, header.Columns = frames.shape
    header.FrameIncrementPointer = FRAME_TIME_TAG
    header.BitsAllocated, header.PixelRepresentation = 8 * frames.dtype.itemsize, 0
    header.BitsStored, header.HighBit = bits, bits - 1
    header.PixelIntensityRelationship = "DISP"
    header.PixelIntensityRelationshipSign = -1 if run.is_inverted else 1
    header.LossyImageCompression, header.BurnedInAnnotation = "00", "NO"
    header.WindowCenter, header.WindowWidth = str(2 ** (bits - 1)), str(2**bits)
