"""Reviews of labels: approve, return, comment, and what waits for whom."""

from collections.abc import Sequence, Set
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse

from lib.datastore.records import LabelHead
from lib.datastore.review_records import NewReview
from lib.server.observe.facts import note
from lib.server.owner import Owner
from lib.server.review_models import (
    LabelReviewsAnswer,
    ReviewBody,
    ReviewListAnswer,
    listed_label,
    reviews_of,
)
from lib.server.run_answers import about_all
from lib.server.services import Services


def reviews_router(services: Services) -> APIRouter:
    """Return the routes; they run in worker threads. Who reviews says `X-Client-Id`, which is no log-in."""
    router = APIRouter(prefix="/fluoro/api", tags=["Fluoro Vessels"])
    ledger, may_approve_own = services.ledger, services.settings.quality.own_approval

    @router.post(
        "/labels/{label_id}/reviews",
        status_code=HTTPStatus.CREATED,
        summary="Approve a label, return it to its author, or comment on it",
    )
    def add(label_id: str, body: ReviewBody, owner: Owner) -> LabelReviewsAnswer:
        new = NewReview(label_id, owner, body.verdict, body.comment)
        ledger.add_review(new, may_approve_own=may_approve_own)
        label = ledger.label(label_id)
        note(image_id=label.image_id)
        return reviews_of(label, ledger.reviews(label_id))

    @router.get("/labels/{label_id}/reviews", summary="What was said of a label, oldest first")
    def show(label_id: str) -> LabelReviewsAnswer:
        return reviews_of(ledger.label(label_id), ledger.reviews(label_id))

    @router.get(
        "/reviews/waiting",
        summary="Submitted labels that nobody decided about",
        response_model=ReviewListAnswer,
    )
    def waiting(owner: Owner) -> JSONResponse:
        return JSONResponse({"labels": with_runs(services, ledger.waiting_for_review(), owner)})

    @router.get("/reviews/returned", summary="Your labels that came back", response_model=ReviewListAnswer)
    def returned(owner: Owner) -> JSONResponse:
        return JSONResponse({"labels": with_runs(services, ledger.returned_to(owner), owner)})

    return router


def with_runs(services: Services, labels: Sequence[LabelHead], asker: str) -> list[dict[str, Any]]:
    """Return labels with their runs, without those whose run has left the PACS."""
    runs = runs_by_id(services, {label.image_id for label in labels}, asker)
    return [listed_label(label, runs[label.image_id]) for label in labels if label.image_id in runs]


def runs_by_id(services: Services, image_ids: Set[str], asker: str) -> dict[str, dict[str, Any]]:
    """Return what lists tell of those among some runs that the PACS has, by their image ids."""
    if not image_ids:
        return {}
    about = about_all(services.ledger, asker)
    runs = (run for run in services.ledger.runs() if run.image_id in image_ids)
    return {run.image_id: about.listed(run) for run in runs if run.gone_at is None}
