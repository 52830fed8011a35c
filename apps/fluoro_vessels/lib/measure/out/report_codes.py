"""What a report calls the numbers of a measurement.

DICOM: PS3.16, TID 300 Measurement; vessel concepts CID 3470 and 3810; units from UCUM, CID 7181.
"""

from dataclasses import dataclass
from typing import Final

from lib.labels import Code
from lib.seg.codes import OWN_SCHEME

LUMEN_DIAMETER: Final = Code("397413000", "SCT", "Vessel lumen diameter")
MINIMUM: Final = Code("255605001", "SCT", "Minimum")
MAXIMUM: Final = Code("56851009", "SCT", "Maximum")
MEAN: Final = Code("373098007", "SCT", "Mean")
MEDIAN: Final = Code("373099004", "SCT", "Median")
DEVIATION: Final = Code("386136009", "SCT", "Standard Deviation")
LENGTH: Final = Code("410668003", "SCT", "Length")

STENOSIS: Final = Code("415582006", "SCT", "Stenosis")
ANEURYSM: Final = Code("85659009", "SCT", "Aneurysm")
LUMEN: Final = Code("91747007", "SCT", "Lumen of blood vessel")
ANGIOGRAPHY: Final = Code("77343006", "SCT", "Angiography")
PERSON: Final = Code("121006", "DCM", "Person")
DEVICE: Final = Code("121007", "DCM", "Device")
REPORT: Final = Code("126000", "DCM", "Imaging Measurement Report")

QUALITY: Final = Code("measuring-quality", OWN_SCHEME, "Quality of the frame for measuring")
VERDICTS: Final = {
    "measured": Code("measured", OWN_SCHEME, "Good enough to be measured"),
    "warning": Code("warning", OWN_SCHEME, "Measured with a warning"),
}

UNITS: Final = {
    "%": Code("%", "UCUM", "percent"),
    "mm": Code("mm", "UCUM", "mm"),
    "mm2": Code("mm2", "UCUM", "square millimeter"),
    "px": Code("{pixels}", "UCUM", "pixels"),
    "frames": Code("{frames}", "UCUM", "frames"),
}
"""Values in other units are left out of a report."""


@dataclass(frozen=True)
class Concept:
    """What a value is, and which of several it is."""

    name: Code
    derivation: Code | None = None


SITE: Final = {
    "percent_diameter": Concept(Code("408715008", "SCT", "Lumen Diameter Stenosis")),
    "percent_area": Concept(Code("408714007", "SCT", "Lumen Area Stenosis")),
    "percent_widening": Concept(Code("415817001", "SCT", "Vessel lumen cross-sectional diameter increase")),
    "mld": Concept(LUMEN_DIAMETER, MINIMUM),
    "max_diameter": Concept(LUMEN_DIAMETER, MAXIMUM),
    "diameter": Concept(LUMEN_DIAMETER),
    "reference_diameter": Concept(Code("reference-diameter", OWN_SCHEME, "Reference vessel diameter")),
    "lesion_length": Concept(Code("408716009", "SCT", "Stenotic Lesion Length")),
    "minimal_area": Concept(Code("397415007", "SCT", "Vessel lumen cross-sectional area"), MINIMUM),
    "run_median": Concept(LUMEN_DIAMETER, MEDIAN),
    "run_sd": Concept(LUMEN_DIAMETER, DEVIATION),
    "end_diastolic": Concept(Code("end-diastolic-diameter", OWN_SCHEME, "Lumen diameter at end diastole")),
}
"""Values of the place that was measured."""

VESSEL: Final = {
    "mean_diameter": Concept(LUMEN_DIAMETER, MEAN),
    "vessel_length": Concept(LENGTH),
    "timi_frame_count": Concept(
        Code("frame-count", OWN_SCHEME, "Frame count along the vessel at 30 per second")
    ),
}
"""Values of the whole stretch."""
