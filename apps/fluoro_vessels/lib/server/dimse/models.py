"""What the routes of DICOM nodes take and answer; nothing of the patient."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lib.datastore.push_records import PushKind, PushRecord, PushState
from lib.datastore.received_records import ReceivedRecord, ReceivedState
from lib.sections.dimse import NodeSettings

PREFIX = "/fluoro/api/pacs"


class NodeAnswer(BaseModel):
    """A DICOM node of the settings."""

    name: str
    ae_title: str
    address: str
    tls: bool
    commitment: bool = Field(description="It is asked to say that it keeps what it got")
    gets: list[str] = Field(description="What it gets by itself: seg, sr")


class NodeList(BaseModel):
    """Who can be pushed to, and where this server listens."""

    ae_title: str = Field(description="How this server calls itself")
    listens_on: int | None = Field(description="Port of the DICOM listener; null: it is off")
    nodes: list[NodeAnswer]


class ReceivedAnswer(BaseModel):
    """An object that a node stored here."""

    sop_instance_uid: str
    study_instance_uid: str
    series_instance_uid: str
    sop_class_uid: str
    modality: str
    is_run: bool
    n_bytes: int
    source: str = Field(description="AET@ADDRESS of who sent it")
    state: ReceivedState = Field(description="`waiting` and `refused` lie on this server's disk")
    attempts: int
    last_error: str | None
    received_at: datetime
    next_try_at: datetime | None
    sent_at: datetime | None


class ReceivedList(BaseModel):
    """What came last, newest first."""

    counts: dict[ReceivedState, int]
    received: list[ReceivedAnswer]


class PushBody(BaseModel):
    """What to push, and to whom; one of the three ids."""

    model_config = ConfigDict(extra="forbid")
    node: str = Field(description="Name of a node of the settings")
    image_id: str | None = Field(None, description="A run")
    label_id: str | None = Field(None, description="The SEG of a submitted label")
    measurement_id: str | None = Field(None, description="The report of an accepted measurement")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(one is not None for one in (self.image_id, self.label_id, self.measurement_id)) != 1:
            raise ValueError("name one of image_id, label_id, measurement_id")
        return self


class PushAnswer(BaseModel):
    """A push."""

    id: int
    node: str
    sop_instance_uid: str
    kind: PushKind
    n_bytes: int
    wants_commitment: bool
    created_by: str
    state: PushState
    attempts: int
    last_error: str | None
    created_at: datetime
    next_try_at: datetime
    sent_at: datetime | None
    ended_at: datetime | None


class PushList(BaseModel):
    """Pushes, newest first."""

    pushes: list[PushAnswer]


def node_answer(name: str, node: NodeSettings) -> NodeAnswer:
    """Return what clients see of a node."""
    return NodeAnswer(
        name=name,
        ae_title=node.ae_title,
        address=f"{node.host}:{node.port}",
        tls=node.tls,
        commitment=node.commitment,
        gets=list(node.gets),
    )


def received_answer(record: ReceivedRecord) -> ReceivedAnswer:
    """Return what clients see of a received object."""
    return ReceivedAnswer(**{name: getattr(record, name) for name in ReceivedAnswer.model_fields})


def push_answer(push: PushRecord) -> PushAnswer:
    """Return what clients see of a push."""
    values = {**vars(push.new), **{name: value for name, value in vars(push).items() if name != "new"}}
    return PushAnswer(**{name: values[name] for name in PushAnswer.model_fields})
