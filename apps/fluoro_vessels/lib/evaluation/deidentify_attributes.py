"""Attributes that the scorer of de-identification asks for by name."""

from typing import Final


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GEOMETRY: Final = _names(
    """
    ImagerPixelSpacing PixelSpacing DistanceSourceToDetector DistanceSourceToPatient
    EstimatedRadiographicMagnificationFactor PositionerPrimaryAngle PositionerSecondaryAngle
    PositionerPrimaryAngleIncrement TableTopVerticalPosition TableTopLongitudinalPosition
    TableTopLateralPosition PositionerMotion TableMotion FrameTime FrameTimeVector CineRate
    FrameIncrementPointer KVP XRayTubeCurrent ExposureTime RadiationSetting FieldOfViewShape
    FieldOfViewDimensions CollimatorShape IntensifierSize
    """
)
"""What tells where the C-arm stood, when frames were taken, and with how many X-rays."""

PICTURE: Final = _names(
    """
    SOPClassUID Modality ImageType Manufacturer BodyPartExamined PatientOrientation Laterality
    SeriesNumber InstanceNumber NumberOfFrames Rows Columns BitsAllocated BitsStored HighBit
    PixelRepresentation PhotometricInterpretation SamplesPerPixel WindowCenter WindowWidth
    PixelIntensityRelationship MaskOperation LossyImageCompression RecommendedViewingMode
    """
)
"""What tells what the pixels are."""

DATES: Final = _names(
    """
    StudyDate SeriesDate AcquisitionDate ContentDate AcquisitionDateTime
    """
)
"""When a run was filmed."""

UIDS: Final = _names(
    """
    SOPInstanceUID StudyInstanceUID SeriesInstanceUID
    """
)
"""What an object is called."""

TYPED: Final = _names(
    """
    StudyDescription SeriesDescription ImageComments ProtocolName PatientComments
    RequestedProcedureDescription DerivationDescription FrameComments
    AcquisitionDeviceProcessingDescription ReasonForStudy StudyComments
    PerformedProcedureStepDescription
    """
)
"""What people type into."""

TIMES: Final = _names(
    """
    StudyTime SeriesTime AcquisitionTime ContentTime
    """
)
"""Times of day, which stay."""
