"""Fetches the prebuilt OHIF viewer once, checks it against its lock file, patches and unpacks it.

npm fetches (so mirrors and proxies of the user's npm settings apply) one archive and none of its
dependencies: the archive holds the finished viewer.
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from lib.errors.start import NpmMissingError, ViewerArchiveError, ViewerPatchError
from lib.settings import PROJECT_FOLDER
from lib.start import viewer_patches
from lib.start.viewer_patches import Patch, found_in, patched, unpatched

PACKAGE: Final = "@ohif/app"
LOCK_FILE: Final = PROJECT_FOLDER / "viewer" / "package-lock.json"
CACHE: Final = PROJECT_FOLDER / ".cache"
STAMP: Final = ".complete"
"""Its text says from which archive and by which patches the folder was made."""

_INSIDE: Final = PurePosixPath("package/dist")
_UNWANTED: Final = frozenset({
    # Settings of ours take their place, or they belong to hosts and log-in services on the internet.
    "app-config.js", "google.js", "sw.js", "silent-refresh.html", "serve.json", "_headers", "_redirects",
})  # fmt: skip


@dataclass(frozen=True)
class Archive:
    """An npm archive as its lock file names it."""

    name: str
    version: str
    integrity: str
    """`sha512-` and base64."""

    @property
    def spec(self) -> str:
        """As npm names it."""
        return f"{self.name}@{self.version}"

    @property
    def file_name(self) -> str:
        """Name in our cache; a file put there by hand is taken if its hash is right."""
        return f"ohif-app-{self.version}.tgz"


def locked_archive(lock_file: Path = LOCK_FILE) -> Archive:
    """Read which viewer the lock file pins."""
    entry = json.loads(lock_file.read_text(encoding="utf-8"))["packages"][f"node_modules/{PACKAGE}"]
    return Archive(PACKAGE, entry["version"], entry["integrity"])


class ViewerStore:
    """The viewer of a cache folder."""

    def __init__(self, cache: Path = CACHE, lock_file: Path = LOCK_FILE) -> None:
        self.cache = cache
        self.archive = locked_archive(lock_file)
        self.folder = cache / f"ohif-{self.archive.version}"
        self._file = cache / self.archive.file_name

    @property
    def is_prepared(self) -> bool:
        """The viewer is there, from the locked archive and by the present patches."""
        stamp = self.folder / STAMP
        return stamp.is_file() and stamp.read_text(encoding="utf-8") == self._fingerprint()

    @property
    def has_archive(self) -> bool:
        """The locked archive is in the cache, so that npm is not needed."""
        return self._file.is_file() and integrity(self._file) == self.archive.integrity

    def prepare(self) -> None:
        """Fetch, check, unpack and patch the viewer, unless that is done already.

        The folder appears at once and complete, or not at all.

        Raises:
            NpmMissingError: npm is needed and not installed.
            ViewerArchiveError: The archive cannot be fetched, or its hash is wrong.
            ViewerPatchError: A patch was written for another version of the viewer.
        """
        if self.is_prepared:
            return
        self.cache.mkdir(parents=True, exist_ok=True)
        if not self.has_archive:
            self._fetch()
        with tempfile.TemporaryDirectory(dir=self.cache, prefix="ohif-unfinished-") as unfinished:
            new, old = Path(unfinished) / "new", Path(unfinished) / "old"
            missed = unpack(self._file, new)
            if missed:
                raise ViewerPatchError(self.archive.spec, [patch.aim for patch in missed])
            (new / STAMP).write_text(self._fingerprint(), encoding="utf-8")
            if self.folder.exists():
                self.folder.rename(old)
            new.rename(self.folder)

    def _fetch(self) -> None:
        """Put the checked archive into the cache."""
        with tempfile.TemporaryDirectory(dir=self.cache, prefix="npm-unfinished-") as folder:
            packed = _npm_pack(self.archive, Path(folder))
            if integrity(packed) != self.archive.integrity:
                raise ViewerArchiveError(self.archive.spec, "its hash is not the locked one")
            packed.replace(self._file)

    def _fingerprint(self) -> str:
        """Name the archive and the patches; it changes when either does."""
        files = (Path(__file__), Path(viewer_patches.__file__))
        digests = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
        return "\n".join([self.archive.integrity, *digests, ""])


def viewer_folder() -> Path:
    """Return where the viewer's files lie, or will lie."""
    return ViewerStore().folder


def unpack(file: Path, target: Path) -> list[Patch]:
    """Write the viewer's files into a folder, patched on the way; return the patches that found nothing."""
    found: set[Patch] = set()
    with tarfile.open(file) as archive:
        for member in archive:
            name = PurePosixPath(member.name)
            if not member.isfile() or not name.is_relative_to(_INSIDE) or ".." in name.parts:
                continue
            inside = name.relative_to(_INSIDE)
            packed = archive.extractfile(member)
            if packed is None or inside.name in _UNWANTED or inside.suffix == ".map":
                continue
            content = packed.read()
            found |= found_in(inside, content)
            destination = target / inside
            destination.parent.mkdir(parents=True, exist_ok=True)
            destination.write_bytes(patched(inside, content))
    return unpatched(found)


def _npm_pack(archive: Archive, folder: Path) -> Path:
    """Let npm fetch one archive, without its dependencies and without running any script."""
    npm = shutil.which("npm")
    if npm is None:
        raise NpmMissingError
    command = [npm, "pack", archive.spec, "--ignore-scripts", "--pack-destination", str(folder)]
    environment = os.environ | {"npm_config_update_notifier": "false"}
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    packed = next(folder.glob("*.tgz"), None)
    if done.returncode != 0 or packed is None:
        raise ViewerArchiveError(archive.spec, f"npm said: {done.stderr.strip()[-300:] or 'nothing'}")
    return packed


def integrity(file: Path) -> str:
    """Return a file's hash as npm writes it."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha512").digest()
    return f"sha512-{base64.b64encode(digest).decode('ascii')}"
