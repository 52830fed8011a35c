"""What `deploy/` says is true of this program."""

import re
import subprocess
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from pydantic import BaseModel

from lib.settings import PROJECT_FOLDER, Settings

DEPLOY = PROJECT_FOLDER / "deploy"
FILES = sorted(path for path in DEPLOY.iterdir() if path.is_file())
NOT_OURS = {"FLUORO_HOST"}
"""Of the compose file alone."""


def compose() -> Any:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def field_of(path: list[str]) -> object:
    """Return the setting of a path such as ['pacs', 'url'], None where there is none."""
    found: Any = Settings
    for name in path:
        models = [found, *get_args(found)]
        model = next((one for one in models if isinstance(one, type) and issubclass(one, BaseModel)), None)
        if model is None or name not in model.model_fields:
            return None
        found = model.model_fields[name].annotation
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_every_variable_is_a_setting(file: Path) -> None:
    named = set(re.findall(r"FLUORO_[A-Z_]+[A-Z]", file.read_text())) - NOT_OURS

    unknown = {name for name in named if field_of(name.removeprefix("FLUORO_").lower().split("__")) is None}

    assert not unknown


def test_only_the_proxy_has_a_port_outside_and_only_it_is_believed() -> None:
    services = compose()["services"]

    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    trusted = services["fluoro"]["environment"]["FLUORO_SERVER__TRUSTED_PROXIES"]
    assert trusted == services["proxy"]["networks"]["inside"]["ipv4_address"]


def test_no_password_stands_in_the_compose_file() -> None:
    words = ("PASSWORD", "SECRET", "TOKEN", "REGISTERED_USERS")
    for service in compose()["services"].values():
        for name, value in service.get("environment", {}).items():
            assert not any(word in name for word in words) or str(value).startswith("/run/secrets/"), name


def test_every_file_that_is_linked_or_copied_is_there() -> None:
    readme = (DEPLOY / "README.md").read_text()

    for name in re.findall(r"\]\(([^)#]+)\)", readme):
        assert (DEPLOY / name).exists(), name
    build = compose()["services"]["fluoro"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()


def test_the_wheelhouse_says_how_to_use_it() -> None:
    told = subprocess.run(
        ["bash", DEPLOY / "wheelhouse.sh", "bake"], capture_output=True, text=True, check=False, timeout=30
    )

    assert told.returncode == 2
    assert "make FOLDER | install FOLDER" in told.stderr
