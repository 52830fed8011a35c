"""The versions of models by HTTP: which there are, which is live, and how another one goes live."""

import logging
from threading import Thread

from fastapi import APIRouter

from lib.registry import Version, VersionStore, find_models
from lib.registry.version import installed_version
from lib.server.model_models import (
    ModelsAnswer,
    PromoteBody,
    VersionAnswer,
    VersionDetails,
    version_details,
    version_facts,
)
from lib.server.owner import Owner
from lib.server.prompt_models import PROBLEMS
from lib.server.services import Services
from lib.trainers.going_live import go_live

logger = logging.getLogger(__name__)


def models_router(services: Services) -> APIRouter:
    """Return the routes; they run in worker threads, and a change holds at once in every process."""
    router = APIRouter(prefix="/fluoro/api/models", tags=["Fluoro Vessels"], responses=PROBLEMS)
    store = VersionStore(services.settings.data)

    @router.get("", summary="All versions of all models; of each model one is live")
    def show_all() -> ModelsAnswer:
        return ModelsAnswer(models=_listed(store), rolls_back_to=store.before())

    @router.post("/rollback", summary="Make live again what was live before, byte for byte")
    def roll_back(owner: Owner) -> VersionDetails:
        return changed(store.rollback(owner))

    @router.get("/{version}", summary="All that is known of a version of the vessel network")
    def show(version: str) -> VersionDetails:
        wanted = store.get(version)
        return version_details(wanted, store.history(), is_live=store.live().name == wanted.name)

    @router.post("/{version}/promote", summary="Make a version live at once, without a restart")
    def promote(version: str, body: PromoteBody, owner: Owner) -> VersionDetails:
        return changed(go_live(store, version, owner, body.reason, against_gate=body.against_gate))

    def changed(version: Version) -> VersionDetails:
        Thread(target=services.clicks.warm_up, name="warm-up", daemon=True).start()
        return version_details(version, store.history(), is_live=True)

    return router


def _listed(store: VersionStore) -> list[VersionAnswer]:
    found = []
    for name, model in find_models(store.data, store.shipped).items():
        history = store.history(name)
        for version in store.versions(name) or [installed_version(model)]:
            is_live = version.name == model.card.version
            found.append(VersionAnswer(**version_facts(version, history, is_live=is_live)))
    return found
