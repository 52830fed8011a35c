import io
import json
import tarfile
from pathlib import Path

import pytest

from lib.errors.start import ViewerArchiveError, ViewerPatchError
from lib.start import viewer_patches
from lib.start.viewer_files import LOCK_FILE, ViewerStore, integrity, locked_archive, unpack
from lib.start.viewer_patches import MENDS, PATCHES

VIEWER = {
    "package/dist/index.html": b"".join(p.old.encode() for p in PATCHES if p.files == "index.html"),
    "package/dist/app.bundle.1.js": b"".join(p.old.encode() for p in PATCHES if p.files == "*.bundle.*.js"),
    "package/dist/app.bundle.css": b"url(/a)",
    "package/dist/manifest.json": b'"src": "/a"',
}
"""A viewer in which every patch finds its text."""


def pack(file: Path, members: dict[str, bytes]) -> Path:
    with tarfile.open(file, "w:gz") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return file


@pytest.fixture
def store(tmp_path: Path) -> ViewerStore:
    """A store whose cache already has its archive, as after a first set-up."""
    cache = tmp_path / "cache"
    cache.mkdir()
    pack(cache / "ohif-app-1.0.0.tgz", VIEWER)
    return relock(cache)


def relock(cache: Path) -> ViewerStore:
    """Pin the archive that lies in a cache."""
    file = cache / "ohif-app-1.0.0.tgz"
    lock = cache.parent / "package-lock.json"
    entry = {"version": "1.0.0", "integrity": integrity(file)}
    lock.write_text(json.dumps({"packages": {"node_modules/@ohif/app": entry}}))
    return ViewerStore(cache, lock)


def test_the_lock_file_pins_a_hash_and_no_address() -> None:
    archive = locked_archive()

    assert archive.version == "3.13.2"
    assert archive.integrity.startswith("sha512-")
    assert "resolved" not in LOCK_FILE.read_text(encoding="utf-8")


def test_only_the_viewer_is_unpacked_and_nothing_outside(tmp_path: Path) -> None:
    members = {
        "package/dist/app.js": b"1",
        "package/dist/../evil.js": b"2",
        "/etc/evil.js": b"3",
        "package/package.json": b"4",
        "package/dist/app-config.js": b"5",
        "package/dist/sw.js": b"6",
        "package/dist/app.js.map": b"7",
    }

    unpack(pack(tmp_path / "archive.tgz", members), tmp_path / "out")

    assert [file.name for file in tmp_path.rglob("*.js")] == ["app.js"]
    assert not list((tmp_path / "out").rglob("*.map"))


def test_the_second_time_there_is_nothing_to_do(store: ViewerStore) -> None:
    store.prepare()
    before = (store.folder / "index.html").stat().st_mtime_ns

    store.prepare()

    assert store.is_prepared
    assert (store.folder / "index.html").stat().st_mtime_ns == before


def test_a_folder_of_other_patches_is_made_again(store: ViewerStore) -> None:
    store.prepare()
    (store.folder / ".complete").write_text("older patches")
    (store.folder / "old.js").touch()

    store.prepare()

    assert not (store.folder / "old.js").exists()
    assert sorted(path.name for path in store.cache.iterdir()) == ["ohif-1.0.0", "ohif-app-1.0.0.tgz"]


def test_a_folder_of_an_older_set_up_is_made_again_with_todays_patches(
    store: ViewerStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    older = tmp_path / "viewer_patches.py"
    older.write_text("# the patches of an older set-up")
    with monkeypatch.context() as before:
        before.setattr(viewer_patches, "__file__", str(older))
        store.prepare()
    bundle = store.folder / "app.bundle.1.js"
    bundle.write_text("the fault")

    was_prepared = store.is_prepared
    store.prepare()

    assert not was_prepared
    assert all(mend.new in bundle.read_text() for mend in MENDS)


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.aim)
def test_a_patch_that_finds_nothing_stops_the_set_up(store: ViewerStore, patch: viewer_patches.Patch) -> None:
    moved = {name: text.replace(patch.old.encode(), b"moved") for name, text in VIEWER.items()}
    pack(store.cache / "ohif-app-1.0.0.tgz", moved)
    store = relock(store.cache)

    with pytest.raises(ViewerPatchError, match=rf"@ohif/app@1\.0\.0 .* that {patch.aim} found nothing"):
        store.prepare()

    assert [path.name for path in store.cache.iterdir()] == ["ohif-app-1.0.0.tgz"]


def test_an_archive_with_another_hash_is_not_used(
    store: ViewerStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = store.cache / "ohif-app-1.0.0.tgz"
    false_npm(store.cache.parent, f"cp '{bad}' \"$5/\"", monkeypatch)
    bad.write_bytes(bad.read_bytes() + b"more")

    with pytest.raises(ViewerArchiveError, match="hash is not the locked one"):
        store.prepare()

    assert not store.folder.exists()


def test_what_npm_says_is_passed_on(store: ViewerStore, monkeypatch: pytest.MonkeyPatch) -> None:
    (store.cache / "ohif-app-1.0.0.tgz").unlink()
    false_npm(store.cache.parent, "echo no way to the registry >&2; exit 1", monkeypatch)

    with pytest.raises(ViewerArchiveError, match=r"no way to the registry.*--without-viewer"):
        store.prepare()


def false_npm(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    npm = folder / "npm"
    npm.write_text(f"#!/bin/sh\n{script}\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
