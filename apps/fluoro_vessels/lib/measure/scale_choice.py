"""The scale that a request asks for."""

from lib.errors.measure_values import ContradictorySpacingError, NoCatheterError
from lib.measure.centre_line import CentreLine
from lib.measure.material import Material
from lib.measure.request import ScaleSource, ScaleWish
from lib.measure.scale import Scale, scale_by_catheter, scale_by_length, scale_of


def chosen_scale(material: Material, wish: ScaleWish, t: int) -> Scale | None:
    """Return the scale of a wish; None where lengths stay in pixels.

    Raises:
        ContradictorySpacingError: What the header says contradicts itself.
        NoCatheterError: The points show none that fits the size.
        MarkerLengthError: The length or its points make no scale.
    """
    match wish.source:
        case ScaleSource.PIXELS:
            return None
        case ScaleSource.CATHETER:
            if wish.french is None:
                raise NoCatheterError("its size in French was not given")
            shaft = CentreLine.of(wish.points)
            return scale_by_catheter(material.frames[t], shaft, wish.french, header=_plausible(material))
        case ScaleSource.LENGTH:
            begin, end = wish.points
            return scale_by_length(begin, end, wish.length_mm or 0.0)
        case ScaleSource.HEADER:
            header = material.header
            return scale_of(header.spacing, header.carm, wish.height_mm)


def _plausible(material: Material) -> Scale | None:
    """Return what the header says, as a check; None where it contradicts itself."""
    try:
        return scale_of(material.header.spacing, material.header.carm)
    except ContradictorySpacingError:
        return None
