"""What goes into the ledger and what comes out: plain frozen records.

Times are timezone-aware and in UTC. Files are named relative to the folder of saved labels;
`LabelFiles.path` finds them. Frames are `t`, zero-based.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lib.datastore.states import LabelState, RunState, shown_tag


@dataclass(frozen=True, slots=True)
class LedgerRun:
    """A run as the ledger knows it."""

    image_id: str
    """SOP Instance UID."""
    study_instance_uid: str
    series_instance_uid: str
    sop_class_uid: str
    modality: str
    n_frames: int
    rows: int
    columns: int
    state: RunState
    state_changed_by: str
    state_changed_at: datetime
    first_seen_at: datetime
    gone_at: datetime | None
    """When the PACS was first found to have it no more; None while it has it."""
    info: dict[str, Any]
    """MONAI Label's image info: strategies and scoring write here."""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What the header and the pixels of a run say, for lists; None where the header does not say."""

    image_id: str
    primary_angle_deg: float | None
    """Of the first frame; + is LAO."""
    secondary_angle_deg: float | None
    """Of the first frame; + is cranial."""
    frame_time_ms: float | None
    patient_token: str
    """The same for all runs of a patient, and nothing else, see `patients`."""
    fullest_frame: int | None
    """t of the frame that shows the vessels best; None until somebody looked at the pixels."""
    read_at: datetime


@dataclass(frozen=True, slots=True)
class BasedOn:
    """What somebody saw as the newest label of a run and tag before the work began."""

    label_id: str | None
    """None: there was none."""


@dataclass(frozen=True, slots=True)
class LabelDraft:
    """What somebody wants to save, before it has a version or a file."""

    image_id: str
    tag: str
    state: LabelState
    """Where the label begins: `states.first_state(tag)`."""
    author: str
    """Login, else client id, else "local"."""
    model: str | None = None
    """Model and version that it began from (`id@version`), None when drawn from nothing."""
    finished_frames: tuple[int, ...] | None = None
    """Frames that a person finished; None when nobody said."""
    label_indices: tuple[int, ...] | None = None
    """Which labels of the table its pixels are; None where nobody looked."""
    based_on: BasedOn | None = None
    """What must still be the newest, unless its author's own is; None: it is saved in any case."""
    info: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewSeg:
    """A DICOM SEG that lies on disk and waits to be sent."""

    file: str
    sha256: str
    sop_instance_uid: str
    series_instance_uid: str


@dataclass(frozen=True, slots=True)
class NewLabel:
    """A draft whose files lie on disk: all that a row of the ledger needs."""

    draft: LabelDraft
    id: str
    """32 hex digits, from a random UUID; the files carry it in their names."""
    file: str
    sha256: str
    seg: NewSeg | None = None
    """None: nothing is to be sent (most drafts, and what came from the PACS)."""


@dataclass(frozen=True, slots=True)
class LabelVersion:
    """One saved version of a label; its content never changes, its state does."""

    id: str
    image_id: str
    tag: str
    """What it was saved under."""
    version: int
    """1, 2, 3 ... within its image and tag."""
    state: LabelState
    author: str
    created_at: datetime
    model: str | None
    finished_frames: tuple[int, ...] | None
    label_indices: tuple[int, ...] | None
    file: str
    sha256: str
    seg_sop_instance_uid: str | None
    seg_series_instance_uid: str | None
    info: dict[str, Any]
    removed_at: datetime | None
    removed_by: str | None

    @property
    def shown_tag(self) -> str:
        """The tag that MONAI Label sees; see `states.shown_tag`."""
        return shown_tag(self.tag, self.state)


@dataclass(frozen=True, slots=True)
class LabelHead:
    """What a list of thousands of runs shows of a label; `Ledger.label` has the rest."""

    id: str
    image_id: str
    tag: str
    version: int
    state: LabelState
    author: str
    created_at: datetime

    @property
    def shown_tag(self) -> str:
        """The tag that MONAI Label sees; see `states.shown_tag`."""
        return shown_tag(self.tag, self.state)


@dataclass(frozen=True, slots=True)
class StateChange:
    """One line of a label's history; `before` is None for its beginning."""

    at: datetime
    by: str
    before: LabelState | None
    after: LabelState


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One thing that the PACS must get."""

    id: int
    kind: str
    """`store_seg`, or `store_draft` for a draft that the PACS gets all the same."""
    label_id: str
    image_id: str
    file: str
    """The DICOM SEG as it was made at saving: what is sent later is the same, bit for bit."""
    sha256: str
    created_at: datetime
    attempts: int
    next_try_at: datetime
    last_error: str | None
    is_refused: bool
    """The PACS answered and said no, the last time."""
    claimed_by: str | None
    claimed_until: datetime | None
    sent_at: datetime | None
