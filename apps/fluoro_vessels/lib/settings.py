"""The only place that reads settings: defaults < `configs/default.yaml` < environment.

A variable is called `FLUORO_` plus the path with two underscores: `FLUORO_PACS__TIMEOUT_S=5`.
Secrets come from the environment or from files that the environment names, never from YAML.
"""

import os
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    YamlConfigSettingsSource,
)

from lib.errors import SettingsError

APP_FOLDER: Final = Path(__file__).resolve().parents[1]
"""`apps/fluoro_vessels`, the folder that MONAI Label calls the app."""

PROJECT_FOLDER: Final = APP_FOLDER.parents[1]
"""The checkout: configs, viewer and the default data folder lie here."""

UNKNOWN: Final = "there is no such setting, see docs/operations.md"
PACS_URL: Final = "PACS__URL"
NO_URL: Final = (
    "this is no DICOMweb address. Write http://HOST:PORT/PATH or https://..., without user name, password "
    "and query"
)


class Section(BaseModel):
    """A group of settings: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PacsSettings(Section):
    """How to reach the PACS."""

    url: str = Field("http://127.0.0.1:8042/dicom-web", pattern=r"^https?://[^/@?#]+(/[^@?#]*)?$")
    """DICOMweb root of the PACS; user name and password have settings of their own."""
    username: str | None = None
    password: SecretStr | None = None
    password_file: Path | None = None
    token: SecretStr | None = None
    """Bearer token, instead of user name and password."""
    timeout_s: float = Field(30.0, gt=0, le=600)
    connect_timeout_s: float = Field(3.05, gt=0, le=60)
    retries: int = Field(2, ge=0, le=10)
    """Further tries after a first failed one, for requests that may be repeated."""
    backoff_s: float = Field(0.3, ge=0, le=30)
    """Pause before the first further try; it doubles each time."""
    page_size: int = Field(1000, ge=10, le=10_000)
    """Instances per QIDO page."""
    modalities: tuple[str, ...] = ("XA", "RF", "XRF")

    def secret(self) -> str | None:
        """Return the password from the environment or its file, if there is one."""
        if self.password is not None:
            return self.password.get_secret_value()
        if self.password_file is not None:
            return self.password_file.read_text(encoding="utf-8").strip()
        return None


class EmbeddedPacsSettings(Section):
    """The Orthanc that `start_server.sh` starts when no other PACS is named."""

    port: int = Field(8042, ge=1, le=65535)
    dicom_port: int | None = Field(None, ge=1, le=65535)
    """DICOM listener; None keeps it off."""
    ae_title: str = Field("FLUOROPACS", pattern=r"^[A-Z0-9_]{1,16}$")


class ServerSettings(Section):
    """Where the server listens."""

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)
    viewer: bool = True
    """Serve OHIF below /ohif/."""
    demo: bool = False
    """Load a simulated run at the start when the PACS is empty."""
    max_upload_mb: int = Field(2048, ge=1)
    session_idle_minutes: float = Field(1440.0, gt=0, le=525_600)
    """A session of prompts that nobody changed for so long has expired."""


class DatastoreSettings(Section):
    """The ledger and the disk cache."""

    ledger_url: str | None = None
    """SQLAlchemy URL; None means SQLite in the data folder."""
    cache_gb: float = Field(20.0, gt=0)
    list_seconds: float = Field(2.0, ge=0)
    """How long a list of runs from the PACS is believed before it is asked again."""
    outbox_retry_s: float = Field(5.0, gt=0)
    """Pause before what could not be sent is sent again; it doubles up to ten minutes."""


class SegSettings(Section):
    """How DICOM SEG is written."""

    write_plane_orientation: bool = True
    """Write a plane orientation and pixel measures also where the run has none: OHIF throws without them."""
    keep_empty_frames: bool = False


class PropagationSettings(Section):
    """What carries a label through a run."""

    sam2_weights: Path | None = None
    """A checkpoint of SAM 2; its tracker is offered where its package is installed too."""
    sam2_config: str = Field("configs/sam2.1/sam2.1_hiera_t.yaml", min_length=1)
    """The configuration that fits the weights, by the name that the package knows it by."""


class Settings(BaseSettings):
    """All settings of the server, the command line and their subprocesses."""

    model_config = SettingsConfigDict(
        env_prefix="FLUORO_", env_nested_delimiter="__", frozen=True, extra="forbid"
    )

    data: Path = PROJECT_FOLDER / "datastore"
    """All run-time state: ledger, cache, labels, the embedded PACS, logs."""
    labels: Path = PROJECT_FOLDER / "configs" / "labels.yaml"
    label_set: str = "basic"
    """The set of the label table that clients see first; the others can be selected."""
    pacs: PacsSettings = PacsSettings()
    embedded_pacs: EmbeddedPacsSettings = EmbeddedPacsSettings()
    server: ServerSettings = ServerSettings()
    datastore: DatastoreSettings = DatastoreSettings()
    seg: SegSettings = SegSettings()
    propagation: PropagationSettings = PropagationSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: arguments, environment, YAML."""
        del dotenv_settings, file_secret_settings
        defaults = YamlConfigSettingsSource(settings_cls, PROJECT_FOLDER / "configs" / "default.yaml")
        return init_settings, env_settings, defaults


def load_settings(**overrides: Any) -> Settings:
    """Read the settings; `overrides` win over every other source.

    Raises:
        SettingsError: A key is unknown or a value is out of its limits.
    """
    _require_known_variables()
    try:
        return Settings(**overrides)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = "__".join(str(part) for part in first["loc"]).upper()
        if key == PACS_URL:
            raise SettingsError(f"Setting FLUORO_{PACS_URL} (--studies): {NO_URL}.") from error
        reason = UNKNOWN if first["type"] == "extra_forbidden" else first["msg"]
        raise SettingsError(f"Setting FLUORO_{key}: {reason}.") from error


def _require_known_variables() -> None:
    """Refuse a variable of ours that names no setting; pydantic-settings overlooks those at the top."""
    prefix = str(Settings.model_config["env_prefix"])
    for name in sorted(os.environ):
        section = name.removeprefix(prefix).partition("__")[0]
        if name.startswith(prefix) and section.lower() not in Settings.model_fields:
            raise SettingsError(f"Setting {name}: {UNKNOWN}.")


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Return the settings of this process, read once."""
    return load_settings()
