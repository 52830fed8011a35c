"""The label table for viewers: what a pixel can be, labels of people's own, and what was meant by a word."""

import logging
from typing import Annotated

from fastapi import APIRouter, Path

from lib.labels.hearing import heard_words
from lib.labels.match import match_labels
from lib.server.label_table_models import (
    HeardBody,
    LabelAnswer,
    LabelBody,
    LabelTableAnswer,
    MatchAnswer,
    NewLabelBody,
    candidate_answer,
    label_answer,
)
from lib.server.prompt_models import PROBLEMS
from lib.server.services import Services

logger = logging.getLogger(__name__)

Index = Annotated[int, Path(ge=1, le=255, description="The label's value in label maps")]


def label_table_router(services: Services) -> APIRouter:
    """Return the routes; they run in worker threads, and what they change holds for the whole server."""
    router = APIRouter(prefix="/fluoro/api/label-table", tags=["Fluoro Vessels"], responses=PROBLEMS)
    editor, use = services.label_editor, services.label_use
    table = services.desk.table

    @router.get("", summary="All labels, in the order of their indices")
    def show() -> LabelTableAnswer:
        labels = sorted(table, key=lambda label: label.index)
        return LabelTableAnswer(labels=[label_answer(label) for label in labels])

    @router.post("", status_code=201, summary="Add a label of your own")
    def add(body: NewLabelBody) -> LabelAnswer:
        label = editor.add(body.change(), use.held)
        logger.info("added label %d", label.index)
        return label_answer(label)

    @router.post("/match", summary="Which labels a spoken or typed text may mean, best first")
    def match(body: HeardBody) -> MatchAnswer:
        found = match_labels(body.text, table)
        return MatchAnswer(
            heard=" ".join(heard_words(body.text)), candidates=[candidate_answer(one) for one in found]
        )

    @router.put("/{index}", summary="Rename or recolour a label, or give it synonyms")
    def change(index: Index, body: LabelBody) -> LabelAnswer:
        label = editor.change(index, body.change())
        logger.info("changed label %d", label.index)
        return label_answer(label)

    @router.delete("/{index}", status_code=204, summary="Delete a label of your own that nothing uses")
    def remove(index: Index) -> None:
        editor.remove(index, use.users)
        logger.info("deleted label %d", index)

    return router
