"""The ASGI application: our routes first, then those of MONAI Label that we offer.

`uvicorn lib.server.app:app` runs it; `./start_server.sh` does so after it has started the PACS.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Thread
from typing import Any, Final

import anyio.to_thread
from fastapi import FastAPI
from fastapi.responses import RedirectResponse

from lib.infers.clicking import open_clicker
from lib.propagation.open_tracker import tracker_opener
from lib.server.auth.access import install_gate, open_access
from lib.server.auth.routes_page import page_router
from lib.server.auth.routes_token import token_router
from lib.server.background_scores import background_scores
from lib.server.body_limit import MOST_FIELDS, MOST_FILES, BodyLimit
from lib.server.clicked_frames import ClickedFrames
from lib.server.dicomweb_path import dicomweb_router
from lib.server.errors import install_error_translator
from lib.server.host_settings import prepare_host
from lib.server.image_size import limits_of
from lib.server.log_config import configure_logging
from lib.server.observe.setup import watch, watch_outermost
from lib.server.open_runs import OpenRuns
from lib.server.openapi import install_openapi
from lib.server.routes_arrivals import arrivals_router
from lib.server.routes_frames import frames_router
from lib.server.routes_health import health_router
from lib.server.routes_jobs import jobs_router
from lib.server.routes_label_table import label_table_router
from lib.server.routes_masks import masks_router
from lib.server.routes_measurements import measurements_router
from lib.server.routes_models import models_router
from lib.server.routes_pacs import pacs_router
from lib.server.routes_quality import quality_router
from lib.server.routes_reviews import reviews_router
from lib.server.routes_sessions import sessions_router
from lib.server.routes_states import states_router
from lib.server.routes_training import training_router
from lib.server.routes_upload import upload_router
from lib.server.services import Services
from lib.server.viewer import modules_router, no_viewer_router, viewer_router
from lib.settings import Settings, settings
from lib.start.viewer_files import viewer_folder

ROUTERS: Final = (
    health_router,
    states_router,
    frames_router,
    sessions_router,
    masks_router,
    measurements_router,
    label_table_router,
    models_router,
    upload_router,
    reviews_router,
    quality_router,
    training_router,
    pacs_router,
    arrivals_router,
    dicomweb_router,
)


def create_app(chosen: Settings) -> FastAPI:
    """Return the application of these settings; the PACS need not answer yet."""
    configure_logging(chosen.data, chosen.log)
    prepare_host(chosen)
    monai = load_monai_app()
    chosen, store = monai.settings, monai.datastore()  # MONAI Label's own start names the PACS itself
    clicks = ClickedFrames(open_clicker, store.shelf, OpenRuns())
    app = FastAPI(
        title="Fluoro Vessels",
        version=monai.version,
        lifespan=_lifespan_of(monai, clicks),
        docs_url=None,  # these two pages load scripts from the internet
        redoc_url=None,
        form_limits={"max_fields": MOST_FIELDS, "max_files": MOST_FILES},
    )
    install_error_translator(app)
    app.add_middleware(BodyLimit, settings=chosen)
    services = Services(chosen, store.shelf.pacs, store.ledger, store.shelf, store.desk, clicks)
    watch(app, services)
    for make_router in ROUTERS:
        app.include_router(make_router(services))
    app.include_router(jobs_router(services, tracker_opener(chosen.propagation)))
    _add_monai_routes(app, monai, services)
    if chosen.server.viewer:
        app.include_router(viewer_router(viewer_folder()))
        app.include_router(modules_router())
        app.add_api_route(
            "/", lambda: RedirectResponse("/ohif/"), methods=["GET", "HEAD"], include_in_schema=False
        )
    else:
        app.include_router(no_viewer_router())
    access = open_access(chosen)
    app.include_router(token_router(access))
    app.include_router(page_router(access))
    install_gate(app, access)
    watch_outermost(app)
    install_openapi(app)
    return app


def load_monai_app() -> Any:
    """Return the app of `main.py`, loaded as MONAI Label does it."""
    from monailabel.interfaces.utils.app import app_instance  # it reads its settings at import

    return app_instance()


def _add_monai_routes(app: FastAPI, monai: Any, services: Services) -> None:
    """Add MONAI Label's contract: what it shares with our own routes, then the rest."""
    from lib.server.contract import contract_routers
    from lib.server.routes_infer import infer_router
    from lib.server.routes_labels import labels_router
    from lib.server.routes_next import next_router
    from lib.server.routes_train import train_router

    app.include_router(infer_router(monai, limits_of(services.settings.limits)))
    app.include_router(labels_router(monai))
    app.include_router(train_router(services))
    app.include_router(next_router(monai, background_scores(app, services)))
    for router in contract_routers(monai, services.settings):
        app.include_router(router)


def _lifespan_of(monai: Any, clicks: ClickedFrames) -> Any:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        monai.server_mode(True)
        await anyio.to_thread.run_sync(monai.on_init_complete)
        Thread(target=clicks.warm_up, name="warm-up", daemon=True).start()
        yield
        await anyio.to_thread.run_sync(monai.datastore().close)

    return lifespan


app = create_app(settings())
