"""X-rays and dose: of the run, and of every frame."""

from dataclasses import dataclass

from lib.frames.groups import FunctionalGroups
from lib.frames.values import Values
from lib.metadata.columns import column

MACRO = "FrameAcquisitionSequence"


@dataclass(frozen=True)
class RunExposure:
    """How a run was exposed."""

    kv: float | None = column("peak voltage of the tube", "kV", "(0018,0060)")
    tube_current_ma: float | None = column("tube current", "mA", "(0018,9330); (0018,8151); (0018,1151)")
    exposure_time_ms: float | None = column("exposure time", "ms", "(0018,9328); (0018,8150); (0018,1150)")
    exposure_mas: float | None = column("current by time", "mAs", "(0018,9332); (0018,1153); (0018,1152)")
    pulse_width_ms: float | None = column("mean width of a pulse", "ms", "(0018,1154)")
    radiation_setting: str | None = column("SC (fluoroscopy) or GR (acquisition)", dicom="(0018,1155)")
    radiation_mode: str | None = column("CONTINUOUS or PULSED", dicom="(0018,115A)")
    focal_spot_mm: float | None = column("size of the focal spot", "mm", "(0018,1190)")
    filter_material: str | None = column("materials of the filters, with \\ between", dicom="(0018,7050)")
    intensifier_mm: float | None = column("size of the intensifier's field", "mm", "(0018,1162)")
    dose_area_product_dgycm2: float | None = column(
        "dose area product", "dGy cm2", "(0018,115E); (0018,9473)"
    )
    entrance_dose_mgy: float | None = column("entrance dose", "mGy", "(0040,8302); (0040,0302)")
    contrast_volume_ml: float | None = column("volume of contrast agent", "ml", "(0018,1041)")
    contrast_flow_ml_s: float | None = column("its flow", "ml/s", "(0018,1046)")


@dataclass(frozen=True)
class FrameExposure:
    """How a frame was exposed."""

    kv: float | None = column("peak voltage; where frames do not say, that of the run", "kV", "(0018,0060)")
    tube_current_ma: float | None = column("tube current, likewise", "mA", "(0018,9330); (0018,1151)")
    acquisition_ms: float | None = column("how long the frame was exposed", "ms", "(0018,9220)")


def read_exposure(values: Values, n_frames: int) -> tuple[RunExposure, list[FrameExposure]]:
    """Return how a run and its frames were exposed."""
    groups = FunctionalGroups(values)
    own = [_frame(groups, t) for t in range(n_frames)]
    run = RunExposure(
        kv=values.positive("KVP") or own[0].kv,
        tube_current_ma=_current(values) or own[0].tube_current_ma,
        exposure_time_ms=_scaled(
            values, ("ExposureTimeInms", 1), ("ExposureTimeInuS", 1e-3), ("ExposureTime", 1)
        ),
        exposure_mas=_scaled(values, ("ExposureInmAs", 1), ("ExposureInuAs", 1e-3), ("Exposure", 1)),
        pulse_width_ms=values.positive("AveragePulseWidth"),
        radiation_setting=values.text("RadiationSetting"),
        radiation_mode=values.text("RadiationMode"),
        focal_spot_mm=values.positive("FocalSpots"),
        filter_material="\\".join(values.texts("FilterMaterial")) or None,
        intensifier_mm=values.positive("IntensifierSize"),
        dose_area_product_dgycm2=_scaled(
            values, ("ImageAndFluoroscopyAreaDoseProduct", 1), ("AcquiredImageAreaDoseProduct", 1)
        ),
        entrance_dose_mgy=_scaled(values, ("EntranceDoseInmGy", 1), ("EntranceDose", 100)),
        contrast_volume_ml=values.positive("ContrastBolusVolume"),
        contrast_flow_ml_s=values.positive("ContrastFlowRate"),
    )
    return run, [
        FrameExposure(one.kv or run.kv, one.tube_current_ma or run.tube_current_ma, one.acquisition_ms)
        for one in own
    ]


def _frame(groups: FunctionalGroups, t: int) -> FrameExposure:
    """Return what enhanced objects say of a frame.

    DICOM:
        X-Ray Frame Acquisition macro, PS3.3 C.8.19.6.8; Frame Content macro, C.7.6.16.2.2.
    """
    item, content = groups.item(MACRO, t), groups.item("FrameContentSequence", t)
    return FrameExposure(
        kv=None if item is None else item.positive("KVP"),
        tube_current_ma=None if item is None else _current(item),
        acquisition_ms=None if content is None else content.positive("FrameAcquisitionDuration"),
    )


def _current(values: Values) -> float | None:
    return _scaled(values, ("XRayTubeCurrentInmA", 1), ("XRayTubeCurrentInuA", 1e-3), ("XRayTubeCurrent", 1))


def _scaled(values: Values, *sources: tuple[str, float]) -> float | None:
    """Return the first attribute that is there, in one unit: the most exact ones come first."""
    for keyword, factor in sources:
        number = values.positive(keyword)
        if number is not None:
            return number * factor
    return None
