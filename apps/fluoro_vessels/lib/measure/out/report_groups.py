"""The measurement groups of a report: the place that was measured, and the stretch of vessel around it.

DICOM: TID 1410 Planar ROI Measurements and Qualitative Evaluations, PS3.16; spatial coordinates count from
the upper left corner of the first pixel, PS3.3 C.18.6.1.2, so the middle of that pixel is (0.5, 0.5).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from highdicom.sr import (
    AlgorithmIdentification,
    FindingSite,
    ImageRegion,
    MeasurementProperties,
    QualitativeEvaluation,
    SourceImageForMeasurement,
    SourceImageForRegion,
    TrackingIdentifier,
)
from highdicom.sr import (
    Measurement as Number,
)
from highdicom.sr import (
    PlanarROIMeasurementsAndQualitativeEvaluations as Group,
)
from numpy.typing import ArrayLike
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from lib.labels import Code, Label
from lib.measure.measurement import Measurement
from lib.measure.out.report_codes import (
    ANEURYSM,
    LUMEN,
    QUALITY,
    SITE,
    STENOSIS,
    UNITS,
    VERDICTS,
    VESSEL,
    Concept,
)
from lib.measure.stenosis import LesionKind
from lib.measure.values import Value, values_of
from lib.seg.codes import coded

MOST_POINTS: Final = 100
"""Points of a centre line in a report; viewers draw it."""


@dataclass(frozen=True)
class Context:
    """What all groups of a report share.

    Attributes:
        source: Header of the run.
        algorithm: What measured.
        label: Which vessel it is, as a person said; None: nobody did.
        seg: Header of the DICOM SEG whose mask was used; None where none is stored.
        seg_frames: Frames of it, from 1, that show the measured frame.
    """

    source: Dataset
    algorithm: AlgorithmIdentification
    label: Label | None = None
    seg: Dataset | None = None
    seg_frames: tuple[int, ...] = ()


def groups_of(found: Measurement, context: Context) -> tuple[Group, ...]:
    """Return the groups; each has a region on the measured frame, which viewers show."""
    walls = (found.caliper.left_yx, found.caliper.right_yx)
    step = max(1, -(-len(found.profile.line) // MOST_POINTS))
    return (
        _group(found, context, "Measured place", walls, SITE, _finding(found)),
        _group(found, context, "Measured vessel", found.profile.line.yx[::step], VESSEL, LUMEN),
    )


def _finding(found: Measurement) -> Code:
    if found.lesion is None:
        return LUMEN
    return ANEURYSM if found.lesion.kind is LesionKind.ANEURYSM else STENOSIS


def _group(
    found: Measurement,
    context: Context,
    title: str,
    places: ArrayLike,
    concepts: Mapping[str, Concept],
    finding: Code,
) -> Group:
    numbers = [
        _number(value, concepts[value.key], context)
        for value in values_of(found)
        if value.key in concepts and value.unit in UNITS
    ]
    verdict = QualitativeEvaluation(coded(QUALITY), coded(VERDICTS[found.verdict.word]))
    return Group(
        tracking_identifier=TrackingIdentifier(uid=generate_uid(prefix=None), identifier=title),
        referenced_region=_region(places, context.source, found.t),
        finding_type=coded(finding),
        algorithm_id=context.algorithm,
        finding_sites=_sites(context.label),
        measurements=numbers,
        qualitative_evaluations=[verdict],
    )


def _region(places: ArrayLike, source: Dataset, t: int) -> ImageRegion:
    """Return places (N, 2), y and x, as a polyline on frame t of the source."""
    points = np.asarray(places, np.float64)[:, ::-1] + 0.5
    frames = [t + 1] if int(source.get("NumberOfFrames") or 1) > 1 else None
    image = SourceImageForRegion(str(source.SOPClassUID), str(source.SOPInstanceUID), frames)
    return ImageRegion("POLYLINE", points, image)


def _number(value: Value, concept: Concept, context: Context) -> Number:
    """Return a value with its expected error, and the SEG that it was found by."""
    return Number(
        name=coded(concept.name),
        value=round(value.number, 4),
        unit=coded(UNITS[value.unit]),
        derivation=None if concept.derivation is None else coded(concept.derivation),
        properties=_error(value),
        referenced_images=_mask_source(context),
    )


def _error(value: Value) -> MeasurementProperties | None:
    """Return the range in which the scale leaves the value, one standard deviation each way."""
    if value.error_percent is None:
        return None
    error = round(abs(value.number) * value.error_percent / 100, 4)
    properties = MeasurementProperties(
        upper_measurement_uncertainty=error, lower_measurement_uncertainty=error
    )
    for limit in properties:
        limit.MeasuredValueSequence[0].MeasurementUnitsCodeSequence = [coded(UNITS[value.unit])]
    return properties


def _mask_source(context: Context) -> Sequence[SourceImageForMeasurement] | None:
    if context.seg is None:
        return None
    seg, frames = context.seg, list(context.seg_frames) or None
    return [SourceImageForMeasurement(str(seg.SOPClassUID), str(seg.SOPInstanceUID), frames)]


def _sites(label: Label | None) -> list[FindingSite] | None:
    if label is None:
        return None
    modifier = coded(label.modifiers[0]) if label.modifiers else None
    return [FindingSite(coded(label.type), topographical_modifier=modifier)]
