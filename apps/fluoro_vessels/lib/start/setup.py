"""Makes ready what a start needs beside its Python packages: Orthanc, what keeps it home, the viewer."""

from pathlib import Path
from typing import Final

from lib.errors.start import DataFolderError, StartError
from lib.settings import PROJECT_FOLDER, Settings
from lib.start.alone import alone, say
from lib.start.embedded_pacs import find_orthanc, find_plugin
from lib.start.loopback import is_compiled, loopback_library
from lib.start.packages import Need, programs, provide
from lib.start.viewer_files import ViewerStore

CACHE: Final = PROJECT_FOLDER / ".cache"
ANOTHER_PACS: Final = "name another PACS with --studies URL"


def set_up(settings: Settings) -> None:
    """Install, fetch and compile what is missing; what is there costs nothing.

    Raises:
        StartError: Something is missing and cannot be had from here; the sentence names the ways out.
    """
    with alone(CACHE):
        provide(needs(settings), CACHE / "setup.log")
        if uses_embedded_pacs(settings):
            loopback_library(CACHE)
        viewer = ViewerStore(CACHE)
        if settings.server.viewer and not viewer.is_prepared:
            say(f"fetching the viewer, OHIF {viewer.archive.version}")
            viewer.prepare()


def uses_embedded_pacs(settings: Settings) -> bool:
    """Nobody named a PACS, so that the start brings its own."""
    return "url" not in settings.pacs.model_fields_set


def needs(settings: Settings) -> list[Need]:
    """Return which programs these settings want."""
    wanted = []
    if uses_embedded_pacs(settings):
        packages = ("orthanc", "orthanc-dicomweb")
        wanted.append(Need("Orthanc with DICOMweb", packages, has_orthanc, ANOTHER_PACS))
        if not is_compiled(CACHE):
            compilers = programs("cc", "gcc", "clang")
            wanted.append(Need("a C compiler", ("gcc", "libc6-dev"), compilers, ANOTHER_PACS))
    viewer = ViewerStore(CACHE)
    if settings.server.viewer and not viewer.is_prepared and not viewer.has_archive:
        wanted.append(Need("npm", ("npm",), programs("npm"), "start with --without-viewer"))
    return wanted


def has_orthanc() -> bool:
    """Orthanc and its DICOMweb plugin are installed."""
    try:
        find_orthanc()
        find_plugin()
    except StartError:
        return False
    return True


def prepare_data_folder(folder: Path) -> None:
    """Make the data folder and see that it can be written.

    Raises:
        DataFolderError: It cannot.
    """
    try:
        (folder / "logs").mkdir(parents=True, exist_ok=True)
        probe = folder / "logs" / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise DataFolderError(folder, error.strerror or "cannot be written") from error
