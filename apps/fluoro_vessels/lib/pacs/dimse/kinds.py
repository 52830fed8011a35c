"""Which objects are stored here, and how they may be encoded."""

from itertools import product
from typing import Final

from pydicom import uid
from pynetdicom import build_context
from pynetdicom.presentation import PresentationContext

STORED: Final[tuple[str, ...]] = (
    uid.XRayAngiographicImageStorage,
    uid.EnhancedXAImageStorage,
    uid.XRayRadiofluoroscopicImageStorage,
    uid.EnhancedXRFImageStorage,
    uid.DigitalXRayImageStorageForPresentation,
    uid.DigitalXRayImageStorageForProcessing,
    uid.SecondaryCaptureImageStorage,
    uid.MultiFrameSingleBitSecondaryCaptureImageStorage,
    uid.MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    uid.MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    uid.MultiFrameTrueColorSecondaryCaptureImageStorage,
    uid.SegmentationStorage,
    uid.BasicTextSRStorage,
    uid.EnhancedSRStorage,
    uid.ComprehensiveSRStorage,
    uid.Comprehensive3DSRStorage,
    uid.XRayRadiationDoseSRStorage,
)
"""SOP classes that are taken: XA, XRF, their Enhanced kinds, RF, DX, secondary captures, SEG, SR."""

SYNTAXES: Final[tuple[str, ...]] = (
    uid.ExplicitVRLittleEndian,
    uid.ImplicitVRLittleEndian,
    uid.DeflatedExplicitVRLittleEndian,
    uid.RLELossless,
    uid.JPEGBaseline8Bit,
    uid.JPEGExtended12Bit,
    uid.JPEGLossless,
    uid.JPEGLosslessSV1,
    uid.JPEGLSLossless,
    uid.JPEGLSNearLossless,
    uid.JPEG2000Lossless,
    uid.JPEG2000,
    uid.HTJ2KLossless,
    uid.HTJ2K,
    uid.ExplicitVRBigEndian,
)
"""Transfer syntaxes that are taken as they come; nothing is decoded on the way."""

ASKED: Final[tuple[str, ...]] = (
    uid.ExplicitVRLittleEndian,
    uid.ImplicitVRLittleEndian,
    uid.JPEGBaseline8Bit,
    uid.JPEGLosslessSV1,
    uid.JPEGLSLossless,
    uid.JPEG2000Lossless,
    uid.RLELossless,
)
"""Transfer syntaxes offered for C-GET, each in a context of its own so that the node may use all of them."""


def contexts_to_get() -> list[PresentationContext]:
    """Return the storage contexts of a C-GET; with the one of C-GET itself they fit into 128."""
    return [build_context(sop_class, syntax) for sop_class, syntax in product(STORED, ASKED)]
