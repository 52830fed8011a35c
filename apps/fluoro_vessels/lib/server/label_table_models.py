"""What clients send and get about the label table."""

from typing import Annotated, TypeAlias

from pydantic import BaseModel, Field

from lib.labels import Label
from lib.labels.colors import color_text, parse_color
from lib.labels.editor import LabelChange
from lib.labels.match import Candidate
from lib.labels.parse import LONGEST
from lib.server.prompt_models import Body

Name: TypeAlias = Annotated[str, Field(min_length=1, max_length=LONGEST)]
Names: TypeAlias = Annotated[list[Name], Field(max_length=32)]
ColorText: TypeAlias = Annotated[str, Field(pattern="^#[0-9a-fA-F]{6}$", description="#rrggbb")]


class LabelAnswer(BaseModel):
    """A label of the table."""

    index: int = Field(description="Its value in label maps")
    name: str
    set: str
    number: str | None = Field(description="SYNTAX segment, 1 to 16c")
    color: str = Field(description="#rrggbb")
    synonyms: list[str] = Field(description="What finds it too, its former names among them")
    is_own: bool = Field(description="Whether people brought it, who may then rename and delete it")


class LabelTableAnswer(BaseModel):
    """All labels, in the order of their indices."""

    labels: list[LabelAnswer]


class NewLabelBody(Body):
    """A label to add."""

    name: Name
    color: ColorText | None = Field(None, description="#rrggbb; one unlike the others where nobody says")
    synonyms: Names = Field([], description="What else people call it")

    def change(self) -> LabelChange:
        """Return what the table gets."""
        return LabelChange(self.name, None if self.color is None else parse_color(self.color), self.synonyms)


class LabelBody(Body):
    """What a label becomes; what nobody says stays."""

    name: Name | None = Field(None, description="Own labels only; the name of before stays a synonym")
    color: ColorText | None = Field(None, description="#rrggbb")
    synonyms: Names | None = Field(
        None, description="All of them; those of the project and former names stay in any case"
    )

    def change(self) -> LabelChange:
        """Return what the table gets."""
        return LabelChange(self.name, None if self.color is None else parse_color(self.color), self.synonyms)


class HeardBody(Body):
    """What somebody said or typed."""

    text: Annotated[str, Field(max_length=200)]


class CandidateAnswer(BaseModel):
    """A label that may be meant."""

    index: int
    name: str
    score: float = Field(description="0 to 1; 1 is one of its names, word by word")


class MatchAnswer(BaseModel):
    """What was understood, and the labels that fit, best first."""

    heard: str
    candidates: list[CandidateAnswer]


def label_answer(label: Label) -> LabelAnswer:
    """Return what a client sees of a label."""
    return LabelAnswer(
        index=label.index,
        name=label.name,
        set=label.set_name,
        number=label.number,
        color=color_text(label.color),
        synonyms=[*label.synonyms, *label.former_names],
        is_own=label.is_own,
    )


def candidate_answer(candidate: Candidate) -> CandidateAnswer:
    """Return what a client sees of a label that may be meant."""
    return CandidateAnswer(index=candidate.label.index, name=candidate.label.name, score=candidate.score)
