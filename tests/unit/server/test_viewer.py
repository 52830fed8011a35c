import base64
import hashlib
import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from lib.server.viewer import APP_CONFIG, modules_router, no_viewer_router, viewer_router
from lib.server.viewer_policy import policy_for


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    folder = tmp_path / "ohif"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<html>viewer</html>")
    (folder / "app.bundle.0f6159c501addfe9.js").write_text("js")
    (folder / "37fa160cc3a47cfd.wasm").write_bytes(b"\0asm")
    (folder / "app.bundle.css").write_text("css")
    (folder / "assets" / "logo.svg").write_text("<svg/>")
    (folder / ".complete").write_text("stamp")
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "app-config.js").write_text("window.config = {}")
    app = FastAPI()
    app.include_router(viewer_router(folder, tmp_path / "app-config.js"))
    return TestClient(app)


@pytest.mark.parametrize(
    "page",
    ["/ohif/", "/ohif/viewer", "/ohif/viewer?StudyInstanceUIDs=1.2.3", "/ohif/a/b/c", "/ohif/index.html"],
)
def test_every_page_of_the_viewer_is_its_index(client: TestClient, page: str) -> None:
    answer = client.get(page)

    assert answer.status_code == 200
    assert answer.text == "<html>viewer</html>"
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("app.bundle.0f6159c501addfe9.js", "text/javascript"),
        ("37fa160cc3a47cfd.wasm", "application/wasm"),
        ("app.bundle.css", "text/css"),
        ("assets/logo.svg", "image/svg+xml"),
        ("app-config.js", "text/javascript"),
    ],
)
def test_browsers_get_the_types_that_they_insist_on(client: TestClient, path: str, media_type: str) -> None:
    answer = client.get(f"/ohif/{path}")

    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == media_type
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_only_names_with_a_hash_are_kept_by_the_browser(client: TestClient) -> None:
    def caching(path: str) -> str:
        return str(client.get(f"/ohif/{path}").headers["cache-control"])

    assert "immutable" in caching("app.bundle.0f6159c501addfe9.js")
    assert "immutable" in caching("37fa160cc3a47cfd.wasm")
    assert caching("app.bundle.css") == "no-cache"
    assert caching("app-config.js") == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "missing.js", ".complete", "../secret.txt", "%2e%2e/secret.txt", "..%2fsecret.txt",
        "assets/../../secret.txt", "%2e%2e%2f%2e%2e%2fsecret.txt", "/etc/hosts.txt", "a%00b.js",
        "x" * 3000 + ".js",
    ],
)  # fmt: skip
def test_no_path_reaches_a_file_that_is_not_the_viewers(client: TestClient, path: str) -> None:
    answer = client.get(f"/ohif/{path}")

    assert answer.status_code == 404
    assert "secret" not in answer.text


def test_the_browser_is_told_to_ask_nobody_else(client: TestClient) -> None:
    policy = client.get("/ohif/").headers["content-security-policy"]

    assert "default-src 'self'" in policy
    assert "http" not in policy


def test_only_scripts_that_the_page_had_at_the_start_run_in_it() -> None:
    script = 'window.PUBLIC_URL="/ohif/"'
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()

    scripts = policy_for(f"<script>{script}</script><script src=a.js></script>").split("; ")[1]

    assert scripts == f"script-src 'self' 'sha256-{digest}' 'unsafe-eval' blob:"
    assert "unsafe-inline" not in policy_for().split("; ")[1]


def test_the_slash_is_added(client: TestClient) -> None:
    answer = client.get("/ohif", follow_redirects=False)

    assert answer.headers["location"] == "/ohif/"


def test_head_is_answered(client: TestClient) -> None:
    assert client.head("/ohif/").status_code == 200


def test_a_viewer_that_was_never_fetched_says_what_to_do(tmp_path: Path) -> None:
    app = FastAPI()
    app.include_router(viewer_router(tmp_path / "nothing"))

    answer = TestClient(app).get("/ohif/")

    assert answer.status_code == 503
    assert "start_server.sh --setup-only" in answer.text


def test_without_the_viewer_its_address_says_so_and_the_root_leads_on() -> None:
    app = FastAPI()
    app.include_router(no_viewer_router())
    client = TestClient(app, follow_redirects=False)

    answers = [client.get(path) for path in ("/ohif", "/ohif/", "/ohif/viewer")]

    assert {answer.status_code for answer in answers} == {404}
    assert all("--without-viewer" in answer.json()["detail"] for answer in answers)
    assert client.get("/").headers["location"] == "/info/"


@pytest.fixture
def modules(tmp_path: Path) -> TestClient:
    folder = tmp_path / "viewer"
    (folder / "core").mkdir(parents=True)
    (folder / "mode.js").write_text("export default {}")
    (folder / "core" / "app_1.js").write_text("app")
    (folder / "style.css").write_text("css")
    (folder / "package.json").write_text("secret")
    (folder / "core" / "notes.md").write_text("secret")
    (tmp_path / "secret.js").write_text("secret")
    app = FastAPI()
    app.include_router(modules_router(folder))
    return TestClient(app)


def test_our_modules_are_asked_for_again_and_bound_to_this_server(modules: TestClient) -> None:
    script, style = modules.get("/fluoro/viewer/core/app_1.js"), modules.get("/fluoro/viewer/style.css")

    assert (script.text, style.text) == ("app", "css")
    assert script.headers["content-type"].startswith("text/javascript")
    assert style.headers["content-type"].startswith("text/css")
    assert script.headers["cache-control"] == "no-cache"
    assert "default-src 'self'" in script.headers["content-security-policy"]
    assert script.headers["x-content-type-options"] == "nosniff"
    assert modules.head("/fluoro/viewer/mode.js").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "missing.js", "package.json", "core/notes.md", "core", "../secret.js", "%2e%2e/secret.js", "",
        "..%2fsecret.js", "core/../../secret.js", "core//app_1.js", "/etc/x.js", "mode.js%00",
        "x" * 3000 + ".js",
    ],
)  # fmt: skip
def test_only_scripts_and_styles_of_the_mode_are_given_out(modules: TestClient, path: str) -> None:
    answer = modules.get(f"/fluoro/viewer/{path}")

    assert answer.status_code == 404
    assert "secret" not in answer.text


def test_the_mode_that_the_settings_name_is_there() -> None:
    app = FastAPI()
    app.include_router(modules_router())
    client = TestClient(app)
    named = re.findall(r"'(/fluoro/viewer/[^']+)'", APP_CONFIG.read_text())

    assert len(named) == 2
    assert all(client.get(path).status_code == 200 for path in named)
