"""The only place that reads settings: defaults < `configs/default.yaml` < environment.

A variable is called `FLUORO_` plus the path with two underscores: `FLUORO_PACS__TIMEOUT_S=5`.
Secrets come from the environment or from files that the environment names, never from YAML.
"""

import os
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import yaml
from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    YamlConfigSettingsSource,
)

from lib.errors import SettingsError
from lib.sections.access import AuthSettings
from lib.sections.arrival import ArrivalSettings
from lib.sections.dimse import DimseSettings
from lib.sections.privacy import PrivacySettings
from lib.sections.running import LogSettings, QueuesSettings
from lib.sections.section import Section
from lib.sections.server import LimitsSettings, ServerSettings

APP_FOLDER: Final = Path(__file__).resolve().parents[1]
"""`apps/fluoro_vessels`, the folder that MONAI Label calls the app."""

PROJECT_FOLDER: Final = APP_FOLDER.parents[1]
"""The checkout: configs, viewer and the default data folder lie here."""

ARRIVAL_FILE: Final = PROJECT_FOLDER / "configs" / "arrival.yaml"
TRAIN_FILE: Final = PROJECT_FOLDER / "configs" / "train.yaml"
ONLINE: Final = "online"
"""The part of that file that is of the settings; the rest is the recipe of `train-base`."""

ON_ARRIVAL: Final = "arrival"
"""The whole of the file of arrivals."""

UNKNOWN: Final = "there is no such setting, see docs/operations.md"
PACS_URL: Final = "PACS__URL"
NO_URL: Final = (
    "this is no DICOMweb address. Write http://HOST:PORT/PATH or https://..., without user name, password "
    "and query"
)


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


class DatastoreSettings(Section):
    """The ledger and the disk cache."""

    ledger_url: str | None = None
    """SQLAlchemy URL; None means SQLite in the data folder."""
    cache_gb: float = Field(20.0, gt=0)
    list_seconds: float = Field(2.0, ge=0)
    """How long a list of runs from the PACS is believed before it is asked again."""
    outbox_retry_s: float = Field(5.0, gt=0)
    """Pause before what could not be sent is sent again; it doubles up to ten minutes."""
    quota_gb: float | None = Field(None, gt=0)
    """Most that the data folder may hold; beyond it nothing more is taken in. None: what the disk holds."""


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


def _as_time(value: Any) -> Any:
    """Return minutes as HH:MM: YAML reads 12:30 without quotes as a number of base 60."""
    return f"{value // 60:02d}:{value % 60:02d}" if isinstance(value, int) else value


class TrainingSettings(Section):
    """When and how the server learns from labels; `configs/train.yaml` has them as `online`."""

    after_labels: int | None = Field(None, ge=1)
    """Train when so many labels were submitted since somebody or something last asked for a training."""
    at_time: Annotated[str | None, BeforeValidator(_as_time)] = Field(
        None, pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
    )
    """Train at this time of day, HH:MM in the server's time zone, if labels were submitted since."""
    promote: bool = True
    """Let a candidate that passes the gate go live by itself."""
    backend: Literal["own", "nnunet"] = "own"
    """What learns: our network goes on, or nnU-Net begins anew and becomes a model beside ours."""
    minutes: float = Field(30.0, gt=0, le=10_080)
    """How long the network may learn; it then keeps what it has."""
    device: str | None = Field(None, pattern=r"^(cpu|cuda|cuda:[0-9]{1,2})$")
    """None: all GPUs, or the CPU where there is none."""
    recipe: dict[str, Any] = Field(default_factory=dict)
    """Keys of the fine-tuning's recipe that are not to have their defaults, such as `steps`."""
    nnunet_trainer: str = Field("nnUNetTrainer_50epochs", pattern=r"^[A-Za-z0-9_]{1,64}$")
    """Which of nnU-Net's trainers; its own default takes a day on a GPU."""


class LearningSettings(Section):
    """Which run is suggested next, and how far the server looks ahead for that."""

    strategy: Literal["mixed", "uncertainty", "diverse", "random", "first"] = "mixed"
    """The one that clients see first; the others can be selected."""
    score_share: float = Field(0.25, ge=0, le=1)
    """Share of the time in which the model looks at runs that wait, when nobody works; 0 turns it off."""
    frames_per_run: int = Field(4, ge=1, le=32)
    """Frames of a run that it looks at, each with its neighbour."""
    reservation_minutes: float = Field(30.0, gt=0, le=1440)
    """So long nobody else is sent to a run that was suggested to somebody, or that somebody works on."""


class QualitySettings(Section):
    """How the quality of labels is looked after."""

    own_approval: bool = False
    """Whether authors may approve their own labels although other people work here too."""
    look_again: bool = True
    """Compare submitted labels with the model in the background, while the server runs."""


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
    dimse: DimseSettings = DimseSettings()
    server: ServerSettings = ServerSettings()
    auth: AuthSettings = AuthSettings()
    datastore: DatastoreSettings = DatastoreSettings()
    limits: LimitsSettings = LimitsSettings()
    queues: QueuesSettings = QueuesSettings()
    log: LogSettings = LogSettings()
    seg: SegSettings = SegSettings()
    propagation: PropagationSettings = PropagationSettings()
    learning: LearningSettings = LearningSettings()
    quality: QualitySettings = QualitySettings()
    training: TrainingSettings = TrainingSettings()
    arrival: ArrivalSettings = ArrivalSettings()
    privacy: PrivacySettings = PrivacySettings()

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
        parts = {"training": _part(TRAIN_FILE, ONLINE), "arrival": _part(ARRIVAL_FILE, ON_ARRIVAL)}
        return init_settings, env_settings, defaults, InitSettingsSource(settings_cls, parts)


def _part(file: Path, name: str) -> dict[str, Any]:
    """Return a part of a YAML file that is of the settings; empty where it says nothing."""
    try:
        return dict(yaml.safe_load(file.read_text(encoding="utf-8")).get(name) or {})
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError, TypeError, ValueError) as error:
        raise SettingsError(f"{file}: the part {name!r} cannot be read.") from error


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
