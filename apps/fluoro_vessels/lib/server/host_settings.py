"""MONAI Label's own settings, which follow from ours."""

import os

from lib.settings import APP_FOLDER, Settings


def host_settings(settings: Settings) -> dict[str, str]:
    """Return MONAI Label's own settings, as environment variables, that follow from ours."""
    return {
        "MONAI_LABEL_APP_DIR": str(APP_FOLDER),
        "MONAI_LABEL_STUDIES": settings.pacs.url,
        "MONAI_LABEL_SERVER_PORT": str(settings.server.port),
        "MONAI_LABEL_RELOAD_APP_LIB": "false",
        "MONAI_LABEL_AUTO_UPDATE_SCORING": "false",
        "MONAI_LABEL_TRACKING_ENABLED": "false",
        "MONAI_LABEL_SESSION_PATH": str(settings.data / "sessions"),
    }


def prepare_host(settings: Settings) -> None:
    """Make this process, and those that MONAI Label starts from it, use our settings.

    Call it before anything of `monailabel` is imported: it reads its settings at import.
    """
    os.environ.update(host_settings(settings))
    paths = [str(APP_FOLDER), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))
