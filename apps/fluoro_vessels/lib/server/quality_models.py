"""What clients get about the quality of labels."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import Field

from lib.datastore.records import LabelHead, LabelVersion
from lib.quality.agreement import PairScores, means
from lib.quality.look import FrameLook, LabelLook
from lib.server.review_models import ReviewedLabelAnswer, listed_label
from lib.server.run_models import Answer

DIGITS: Final = 4


class FrameLookAnswer(Answer):
    """A frame on which a label and the model differ."""

    frame_number: int
    disagreement: float
    reason: str


class LookAgainLabel(ReviewedLabelAnswer):
    """A submitted label beside what the live model says."""

    disagreement: float = Field(description="Disputed share of the lines on the worst frame, 0 to 1")
    reason: str
    frames: list[FrameLookAnswer] = Field(description="The most disputed first")


class LookAgainAnswer(Answer):
    """Submitted labels that somebody should look at again, the most disputed first."""

    model: str | None = Field(description="Whose opinion it is; null where no model is installed")
    n_waiting: int = Field(description="Labels that the model has not looked at yet")
    labels: list[LookAgainLabel]


class PersonsLabel(Answer):
    """One of two labels that were compared."""

    label_id: str
    author: str
    tag: str
    version: int


class Figures(Answer):
    """Mean agreement over frames, of one label of the table or of `any vessel`."""

    label: str
    n_frames: int
    dice: float
    surface_dice_2px: float
    cldice: float


class PairAnswer(Answer):
    """Two people's labels of a run on the frames that both finished."""

    image_id: str
    first: PersonsLabel
    second: PersonsLabel
    figures: list[Figures]


class AgreementAnswer(Answer):
    """How well people agree who labelled the same run."""

    n_waiting: int = Field(description="Pairs of labels that were not compared yet")
    figures: list[Figures] = Field(description="Over all pairs")
    pairs: list[PairAnswer]


def told_look(label: LabelHead, look: LabelLook, run: Mapping[str, Any]) -> dict[str, Any]:
    """Return a label of the look-again list."""
    return {
        **listed_label(label, run),
        "disagreement": round(look.disagreement, DIGITS),
        "reason": look.reason,
        "frames": [_told_frame(frame) for frame in look.frames],
    }


def told_agreement(pairs: Sequence[PairScores], n_waiting: int) -> AgreementAnswer:
    """Return the agreement of all pairs that share finished frames."""
    scored = [pair for pair in pairs if pair.scores]
    return AgreementAnswer(
        n_waiting=n_waiting,
        figures=_figures([score for pair in scored for score in pair.scores]),
        pairs=[
            PairAnswer(
                image_id=one.pair[0].image_id,
                first=_person(one.pair[0]),
                second=_person(one.pair[1]),
                figures=_figures(one.scores),
            )
            for one in scored
        ],
    )


def _told_frame(frame: FrameLook) -> dict[str, Any]:
    return {
        "frame_number": frame.t + 1,
        "disagreement": round(frame.dispute.share, DIGITS),
        "reason": frame.reason,
    }


def _person(label: LabelVersion) -> PersonsLabel:
    return PersonsLabel(label_id=label.id, author=label.author, tag=label.tag, version=label.version)


def _figures(scores: Sequence[Any]) -> list[Figures]:
    return [
        Figures(label=label, **{key: round(value, DIGITS) for key, value in of_label.items()})
        for label, of_label in means(scores).items()
    ]
