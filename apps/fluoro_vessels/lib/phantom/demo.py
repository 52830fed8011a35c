"""One small simulated coronary run, the same on every machine, to try the software with."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, XRayAngiographicImageStorage, generate_uid
from scipy.ndimage import affine_transform, gaussian_filter

from lib.phantom.vessel_tree import Branch, catheter, coronary_tree

SIZE: Final = 512
N_FRAMES: Final = 24
FRAME_TIME_MS: Final = 66.7
PIXEL_MM: Final = 0.3
SEED: Final = 7
FILLING_PX_PER_FRAME: Final = 55.0
"""How far the front of the contrast medium runs from one frame to the next."""
WASH_OUT_FRAME: Final = 16


def demo_run() -> Dataset:
    """Return a run of 24 frames, 512 x 512, 8 bits: a valid XA object of the patient DEMO^PHANTOM.

    Returns:
        The object with file meta information; the same call gives the same UIDs and pixels.

    DICOM:
        X-Ray Angiographic Image IOD, PS3.3 A.14.
    """
    run = _header()
    run.PixelData = demo_frames().tobytes()
    run["PixelData"].VR = "OB"
    return run


def demo_frames() -> NDArray[np.uint8]:
    """Draw the frames.

    Beer and Lambert: what lies in the beam multiplies, so absorptions add. Contrast medium fills
    the tree from the ostium outwards and washes out; the heart beats; quanta are noisy.

    Returns:
        (T, H, W), uint8; vessels are dark.
    """
    random = np.random.default_rng(SEED)
    branches = coronary_tree(random)
    thickness, distance = _draw(branches)
    tube = 0.16 * gaussian_filter(_draw([catheter(branches[0].points[0])])[0], 0.8)
    body = _body(random)
    noise = random.standard_normal((N_FRAMES, SIZE, SIZE)).astype(np.float32)
    frames = np.empty((N_FRAMES, SIZE, SIZE), np.uint8)
    for t in range(N_FRAMES):
        vessels = _beat(gaussian_filter(0.075 * thickness * _contrast(t, distance), 0.9), t)
        photons = 1500.0 * np.exp(-(body + vessels + _beat(tube, t)))
        counted = photons + np.sqrt(photons) * noise[t]
        frames[t] = np.clip(np.where(_shutter(), 0.16 * counted, 4.0), 0, 255)
    return frames


def _draw(branches: list[Branch]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Project tubes: (H, W) thickness in pixels, and the way from the ostium in pixels."""
    thickness = np.zeros((SIZE, SIZE), np.float32)
    distance = np.zeros((SIZE, SIZE), np.float32)
    for branch in branches:
        for (y, x), radius, way in zip(branch.points, branch.radii, branch.ways, strict=True):
            reach = int(radius) + 2
            top, left = max(int(y) - reach, 0), max(int(x) - reach, 0)
            window = np.s_[top : int(y) + reach + 1, left : int(x) + reach + 1]
            rows, columns = np.ogrid[window]
            chord = 2 * np.sqrt(np.clip(radius**2 - (rows - y) ** 2 - (columns - x) ** 2, 0, None))
            distance[window] = np.where(chord > thickness[window], way, distance[window])
            thickness[window] = np.maximum(thickness[window], chord)
    return thickness, distance


def _contrast(t: int, distance: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how full of contrast medium each place is at frame t, 0 to 1."""
    arrival = 3.0 + distance / FILLING_PX_PER_FRAME
    filled = 1 / (1 + np.exp(-2.0 * (t - arrival)))
    washed = 1 / (1 + np.exp(0.8 * (t - WASH_OUT_FRAME - 0.4 * arrival)))
    return np.asarray(filled * washed, np.float32)


def _beat(picture: NDArray[np.float32], t: int) -> NDArray[np.float32]:
    """Move a picture with the heart: about 70 beats a minute, fixed near the ostium."""
    phase = 2 * np.pi * t * FRAME_TIME_MS / 850.0
    squeeze = 1 + 0.022 * np.sin(phase)
    turn = 0.018 * np.sin(phase + 0.6)
    matrix = squeeze * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    ostium = np.array([130.0, 215.0])
    return np.asarray(affine_transform(picture, matrix, ostium - matrix @ ostium, order=1), np.float32)


def _body(random: np.random.Generator) -> NDArray[np.float32]:
    """Return what absorbs beside the vessels: heart, diaphragm, spine and ribs, (H, W)."""
    y, x = np.mgrid[:SIZE, :SIZE].astype(np.float32) / SIZE
    heart = 0.55 * np.exp(-((((x - 0.56) / 0.36) ** 2 + ((y - 0.5) / 0.42) ** 2) ** 2))
    diaphragm = 0.5 / (1 + np.exp(-(y - 0.86 - 0.10 * (x - 0.4) ** 2) * 45))
    spine = 0.28 * np.exp(-(((x - 0.13 - 0.05 * y) / 0.075) ** 4)) * (1 + 0.22 * np.cos(2 * np.pi * 6.5 * y))
    ribs = sum(
        0.09 * np.exp(-(((y - centre - 0.22 * (x - 0.5) ** 2 + 0.10 * x) / 0.022) ** 2))
        for centre in (0.16, 0.36, 0.56, 0.76)
    )
    lung = 0.10 * gaussian_filter(random.standard_normal((SIZE, SIZE)), 9) * 9
    return np.asarray(heart + diaphragm + spine + ribs + lung, np.float32)


def _shutter() -> NDArray[np.bool_]:
    """Return where the round image intensifier sees, (H, W)."""
    y, x = np.ogrid[:SIZE, :SIZE]
    centre = (SIZE - 1) / 2
    return np.asarray((y - centre) ** 2 + (x - centre) ** 2 < (0.555 * SIZE) ** 2, np.bool_)


def _header() -> Dataset:
    """Return all attributes but the pixels."""
    run = Dataset()
    run.file_meta = FileMetaDataset()
    run.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    run.file_meta.MediaStorageSOPClassUID = XRayAngiographicImageStorage
    run.file_meta.MediaStorageSOPInstanceUID = _uid("instance")
    run.file_meta.ImplementationClassUID = _uid("implementation")
    _describe_study(run)
    _describe_acquisition(run)
    _describe_pixels(run)
    return run


def _describe_study(run: Dataset) -> None:
    """Say whose run it is: nobody's."""
    run.SOPClassUID = XRayAngiographicImageStorage
    run.SOPInstanceUID = _uid("instance")
    run.StudyInstanceUID = _uid("study")
    run.SeriesInstanceUID = _uid("series")
    run.PatientName, run.PatientID = "DEMO^PHANTOM", "DEMO"
    run.PatientBirthDate, run.PatientSex = "", "O"
    run.StudyDate = run.SeriesDate = run.ContentDate = run.AcquisitionDate = "20260101"
    run.StudyTime = run.SeriesTime = run.ContentTime = run.AcquisitionTime = "120000"
    run.StudyID, run.AccessionNumber, run.ReferringPhysicianName = "DEMO", "", ""
    run.StudyDescription = "Simulated coronary run, no patient"
    run.SeriesDescription = "Left coronary, simulated"
    run.BodyPartExamined = "HEART"
    run.Modality, run.SeriesNumber, run.InstanceNumber = "XA", 1, 1
    run.Manufacturer, run.ManufacturerModelName = "Fluoro Vessels", "demo phantom"


def _describe_acquisition(run: Dataset) -> None:
    """Say how it would have been filmed."""
    run.ImageType = ["DERIVED", "PRIMARY", "SINGLE PLANE"]
    run.DerivationDescription = "Simulated by software"
    run.KVP, run.XRayTubeCurrent, run.ExposureTime, run.Exposure = "75", 500, 7, 4
    run.RadiationSetting, run.FieldOfViewShape = "GR", "ROUND"
    run.ImagerPixelSpacing = [PIXEL_MM, PIXEL_MM]
    run.DistanceSourceToDetector, run.DistanceSourceToPatient = "1000", "750"
    run.EstimatedRadiographicMagnificationFactor = "1.3333"
    run.PositionerMotion, run.TableMotion = "STATIC", "STATIC"
    run.PositionerPrimaryAngle, run.PositionerSecondaryAngle = "-28", "-22"
    run.FrameTime, run.CineRate, run.RecommendedDisplayFrameRate = str(FRAME_TIME_MS), 15, 15
    run.PatientOrientation = ["L", "F"]


def _describe_pixels(run: Dataset) -> None:
    """Say how the pixels are stored."""
    run.SamplesPerPixel, run.PhotometricInterpretation = 1, "MONOCHROME2"
    run.NumberOfFrames, run.Rows, run.Columns = N_FRAMES, SIZE, SIZE
    run.FrameIncrementPointer = 0x00181063
    run.BitsAllocated, run.BitsStored, run.HighBit, run.PixelRepresentation = 8, 8, 7, 0
    run.PixelIntensityRelationship = "LIN"
    run.LossyImageCompression, run.BurnedInAnnotation = "00", "NO"
    run.WindowCenter, run.WindowWidth = "128", "256"


def _uid(part: str) -> UID:
    """Return the UID of one part of the demo, always the same."""
    return generate_uid(entropy_srcs=["fluoro-vessels", "demo", "1", part])
