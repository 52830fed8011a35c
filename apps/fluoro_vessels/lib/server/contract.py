"""MONAI Label's contract on our application: every route of it that we offer is one of ours."""

from fastapi import APIRouter
from monailabel.interfaces.app import MONAILabelApp

from lib.server.image_size import limits_of
from lib.server.routes_batch import batch_router
from lib.server.routes_datastore import datastore_router
from lib.server.routes_info import info_router
from lib.server.routes_scoring import scoring_router
from lib.server.routes_sent import sent_router
from lib.settings import Settings


def contract_routers(monai: MONAILabelApp, settings: Settings) -> tuple[APIRouter, ...]:
    """Return the routers of what needs nothing of ours but the app and the limits.

    `infer`, saving labels, `train` and `activelearning` have routers of their own. Closed on purpose: `proxy`
    reaches beyond DICOMweb (`/dicom-web` takes its place), `ohif` serves a viewer that cannot show XA,
    `infer/wsi` has no images here, `model` and `logs` hand out and take in server files, `reload` restarts.
    """
    limits = limits_of(settings.limits)
    return (
        info_router(monai),
        datastore_router(monai, limits),
        batch_router(monai),
        sent_router(monai, limits),
        scoring_router(),
    )
