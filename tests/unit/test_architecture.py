"""Keeps the three rules of docs/architecture.md."""

import ast
from pathlib import Path

import pytest

from lib.settings import APP_FOLDER

FLOORS = (
    ("errors", "arrays", "settings", "sections"),
    ("labels", "registry", "access"),
    ("frames", "phantom"),
    ("pacs", "seg", "networks", "pictures", "ridges", "metadata"),
    ("interaction", "propagation", "exchange", "measure", "privacy"),
    ("datastore", "evaluation"),
    ("infers", "trainers", "activelearning"),
    ("quality", "arrivals"),
    ("start", "publish"),
    ("server", "cli"),
)
SHELL = ("main", "server", "datastore/xa_datastore", "infers", "trainers/task", "activelearning/strategies")
HTTP_ROOMS = ("pacs", "server")
HTTP_LIBRARIES = {
    "httpx",
    "requests",
    "aiohttp",
    "dicomweb_client",
    "orthanc_api_client",
    "fastapi",
    "starlette",
}

MODULES = sorted((APP_FOLDER / "lib").rglob("*.py")) + sorted(APP_FOLDER.glob("*.py"))


def place(path: Path) -> str:
    """Return lib/frames/read.py as 'frames/read' and main.py as 'main'."""
    inside = path.relative_to(APP_FOLDER).with_suffix("")
    return "/".join(inside.parts[1:] if inside.parts[0] == "lib" else inside.parts)


def imports(path: Path) -> list[str]:
    """Return the full names of all that a module imports, also inside functions."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively; name the room"
            module = node.module or ""
            names += [f"{module}.{alias.name}" for alias in node.names] if module == "lib" else [module]
    return names


def floor(room: str) -> int:
    """Return the number of a room's floor, counted from the ground."""
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_stairs_lead_down(path: Path) -> None:
    room = place(path).split("/")[0]
    if room in ("main", "__init__"):
        return

    rooms = {name.split(".")[1] for name in imports(path) if name.startswith("lib.")}

    upward = {other for other in rooms - {room} if floor(other) >= floor(room) and floor(room) > 0}
    assert not upward, f"{place(path)} looks up or sideways to {upward}"


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_only_the_shell_meets_monai_label(path: Path) -> None:
    libraries = {name.split(".")[0] for name in imports(path)}

    assert "monailabel" not in libraries or place(path).startswith(SHELL)


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_only_pacs_and_server_speak_http(path: Path) -> None:
    libraries = {name.split(".")[0] for name in imports(path)}

    assert not libraries & HTTP_LIBRARIES or place(path).split("/")[0] in HTTP_ROOMS
