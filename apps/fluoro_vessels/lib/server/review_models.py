"""What clients send and get about reviews of labels."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from lib.datastore.records import LabelHead, LabelVersion
from lib.datastore.review_records import LONGEST_COMMENT, Review, Verdict
from lib.server.run_models import Answer, RunAnswer


class ReviewBody(BaseModel):
    """What somebody says of a label: a verdict, a comment, or both."""

    model_config = ConfigDict(extra="forbid")
    verdict: Verdict | None = None
    comment: Annotated[str, Field(max_length=LONGEST_COMMENT)] = ""


class ReviewAnswer(Answer):
    """What somebody said of a label."""

    at: datetime
    by: str
    verdict: Verdict | None = Field(description="null: a comment alone")
    comment: str


class LabelReviewsAnswer(Answer):
    """A label with all that was said of it, oldest first."""

    label_id: str
    image_id: str
    tag: str
    version: int
    author: str
    state: str
    reviews: list[ReviewAnswer]


class ReviewedLabelAnswer(Answer):
    """A label in a list of those that somebody has to look at."""

    label_id: str
    tag: str
    version: int
    author: str
    at: datetime
    run: RunAnswer = Field(description="As the list of runs tells it")


class ReviewListAnswer(Answer):
    """Labels that somebody has to look at, the one that waits longest first."""

    labels: list[ReviewedLabelAnswer]


def reviews_of(label: LabelVersion, reviews: list[Review]) -> LabelReviewsAnswer:
    """Return a label with what was said of it."""
    return LabelReviewsAnswer(
        label_id=label.id,
        image_id=label.image_id,
        tag=label.tag,
        version=label.version,
        author=label.author,
        state=label.state.value,
        reviews=[
            ReviewAnswer(at=one.at, by=one.by, verdict=one.verdict, comment=one.comment) for one in reviews
        ],
    )


def listed_label(label: LabelHead, run: Mapping[str, Any]) -> dict[str, Any]:
    """Return a label as lists show it, with its run."""
    return {
        "label_id": label.id,
        "tag": label.tag,
        "version": label.version,
        "author": label.author,
        "at": label.created_at.isoformat(),
        "run": dict(run),
    }
