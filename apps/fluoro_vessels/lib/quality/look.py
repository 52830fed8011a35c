"""What came of looking at a label again, and the words for it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from lib.quality.lines import Dispute

LEAST_BRANCH_PX: Final = 20
"""Shorter lines are called no branch: they are ends that one person follows a little further."""


@dataclass(frozen=True)
class FrameLook:
    """A frame (t) of a label beside what the model says."""

    t: int
    dispute: Dispute

    @property
    def reason(self) -> str:
        """Return in a sentence what differs most."""
        missed, extra, frame = self.dispute.missed_px, self.dispute.extra_px, f"frame {self.t + 1}"
        if max(missed, extra) < LEAST_BRANCH_PX:
            return f"Label and model show the same branches, {frame}."
        if missed >= extra:
            return f"The model sees a branch of {missed} px that the label leaves out, {frame}."
        return f"The label has a branch of {extra} px that the model does not see, {frame}."


@dataclass(frozen=True)
class LabelLook:
    """A label beside what a version of the model says.

    Attributes:
        label_id: The label.
        model: Id and version of the model.
        frames: The frames that a person finished, the most disputed first; may be empty.
    """

    label_id: str
    model: str
    frames: tuple[FrameLook, ...]

    @property
    def disagreement(self) -> float:
        """Return the disputed share of the lines on the worst frame, in [0, 1)."""
        return self.frames[0].dispute.share if self.frames else 0.0

    @property
    def reason(self) -> str:
        """Return in a sentence why somebody should look again."""
        return self.frames[0].reason if self.frames else "Nobody finished a frame of this label."

    def to_json(self) -> dict[str, Any]:
        """Return it for a file."""
        frames = [{"t": frame.t, **asdict(frame.dispute)} for frame in self.frames]
        return {"label_id": self.label_id, "model": self.model, "frames": frames}


def label_look(label_id: str, model: str, disputes: Mapping[int, Dispute]) -> LabelLook:
    """Return the look at a label from the disputes of its frames (t)."""
    frames = [FrameLook(t, dispute) for t, dispute in disputes.items()]
    worst_first = sorted(frames, key=lambda frame: (-frame.dispute.share, frame.t))
    return LabelLook(label_id, model, tuple(worst_first))


def read_look(written: Mapping[str, Any]) -> LabelLook:
    """Return what `LabelLook.to_json` wrote.

    Raises:
        KeyError, TypeError: Something else wrote it.
    """
    frames: Sequence[Mapping[str, int]] = written["frames"]
    disputes = {
        frame["t"]: Dispute(
            missed_px=frame["missed_px"],
            extra_px=frame["extra_px"],
            disputed_px=frame["disputed_px"],
            total_px=frame["total_px"],
        )
        for frame in frames
    }
    return label_look(str(written["label_id"]), str(written["model"]), disputes)
