"""Lets the live model look at the runs that wait, when nobody works with the server."""

from fastapi import FastAPI

from lib.activelearning.background import Background
from lib.activelearning.scorer import Scorer
from lib.server.people_at_work import CountRequests, PeopleAtWork
from lib.server.services import Services


def background_scores(app: FastAPI, services: Services) -> Background:
    """Return what scores runs; from now on the application's requests make it wait."""
    people, learning = PeopleAtWork(), services.settings.learning
    app.add_middleware(CountRequests, people=people)
    scorer = Scorer(services.run_reader, learning.frames_per_run)
    return Background(scorer, learning.score_share, people.are_busy)
