"""What clients send and get about measurements; frames count from 1, places are x, y in pixels."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, Field

from lib.datastore.measurement_shelf import MeasurementRecord
from lib.measure.request import MeasureRequest, Point, ScaleSource, ScaleWish
from lib.server.prompt_models import Body, FrameNumber, LabelName, PointBody

MOST_POINTS = 50
PositiveMm = Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)]
Pixels = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]


class VesselSource(StrEnum):
    """Where the vessels of the frame come from."""

    AUTOMATIC = "automatic"
    """The automatic result of the frame."""
    LABEL = "label"
    """A saved label of the run."""
    SESSION = "session"
    """A session of prompts."""


class ScaleBody(Body):
    """How pixels become millimetres."""

    source: ScaleSource = Field(ScaleSource.HEADER, description="Where mm come from; `pixels` for none")
    points: list[PointBody] = Field(
        [], max_length=MOST_POINTS, description="Along the catheter's shaft, or the known length's two ends"
    )
    french: PositiveMm | None = Field(None, description="`catheter`: its size in French")
    length_mm: PositiveMm | None = Field(None, description="`length`: the known length")
    height_mm: Annotated[float, Field(ge=-1000, le=1000)] | None = Field(
        None, description="`header`: how far from the isocentre towards the detector the vessel lies"
    )

    def wish(self) -> ScaleWish:
        """Return the wish, or raise MeasureRequestError."""
        points = tuple(point_of(point) for point in self.points)
        return ScaleWish(self.source, points, self.french, self.length_mm, self.height_mm)


class SpanBody(Body):
    """A healthy stretch, in pixels along the measured line."""

    first_px: Pixels
    last_px: Pixels


class VesselsBody(Body):
    """A frame of a run, and where its vessels come from."""

    image_id: str = Field(max_length=128, description="The run: its SOP Instance UID")
    label: LabelName = "vessel"
    masks_from: VesselSource = VesselSource.AUTOMATIC
    label_id: str | None = Field(None, max_length=128, description="`label`: which; the newest otherwise")
    session_id: str = Field("", max_length=128, description="`session`: which")


class BranchesBody(VesselsBody):
    """The frame whose branches are wanted."""

    frame_number: FrameNumber


class BranchMaskBody(BranchesBody):
    """The branch whose pixels are wanted."""

    branch: Annotated[int, Field(ge=0)]


class MeasureBody(VesselsBody):
    """What to measure."""

    frame_number: FrameNumber | None = Field(None, description="That with the best contrast otherwise")
    branch: Annotated[int, Field(ge=0)] | None = Field(
        None, description="A branch of the frame; without it and points, the largest"
    )
    points: list[PointBody] = Field(
        [], max_length=MOST_POINTS, description="Two places or more on the vessel"
    )
    around: PointBody | None = Field(None, description="The narrowing that is meant")
    reference: list[SpanBody] = Field([], max_length=2, description="Healthy stretches that a person marked")
    scale: ScaleBody = ScaleBody()
    through_run: bool = Field(True, description="Measure the site in all frames")

    def request(self) -> MeasureRequest:
        """Return the request, or raise MeasureRequestError."""
        return MeasureRequest(
            t=None if self.frame_number is None else self.frame_number - 1,
            branch=self.branch,
            points=tuple(point_of(point) for point in self.points),
            around=None if self.around is None else point_of(self.around),
            reference=tuple((span.first_px, span.last_px) for span in self.reference) or None,
            scale=self.scale.wish(),
            through_run=self.through_run,
        )


class BranchAnswer(BaseModel):
    """A branch of the vessel tree; a suggested name is never applied."""

    branch_id: int
    points: list[tuple[float, float]] = Field(description="x, y of its centre line")
    length_px: float
    mean_diameter_px: float = Field(description="By the mask, for orientation only")
    flags: list[str]
    suggested_name: str | None = None
    confidence: float | None = None
    reason: str | None = None


class BranchList(BaseModel):
    """The vessels of a frame."""

    image_id: str
    frame_number: int
    branches: list[BranchAnswer]
    problems: list[str]


class MeasurementListed(BaseModel):
    """An accepted measurement as a list shows it."""

    measurement_id: str
    image_id: str
    owner: str
    label: str
    frame_number: int
    state: str = Field(description="accepted, waiting for the PACS, sent")
    verdict: str
    values: list[dict[str, Any]]
    accepted_at: datetime
    sent_at: datetime | None
    report_sop_instance_uid: str
    problem: str


class MeasurementList(BaseModel):
    """The accepted measurements of a run, oldest first."""

    measurements: list[MeasurementListed]


def point_of(point: PointBody) -> Point:
    """Return (y, x)."""
    return point.y, point.x


def listed(record: MeasurementRecord) -> MeasurementListed:
    """Return what a list shows of a measurement."""
    return MeasurementListed(
        measurement_id=record.id,
        image_id=record.image_id,
        owner=record.owner,
        label=record.label,
        frame_number=record.frame_number,
        state=record.state,
        verdict=record.verdict,
        values=[dict(value) for value in record.values],
        accepted_at=record.accepted_at,
        sent_at=record.sent_at,
        report_sop_instance_uid=record.sop_instance_uid,
        problem=record.problem,
    )
