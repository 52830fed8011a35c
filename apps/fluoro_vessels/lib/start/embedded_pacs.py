"""The Orthanc that a start brings along: on loopback, with DICOMweb and nothing else."""

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, Final

from lib.errors.start import DataFolderInUseError, ProgramMissingError
from lib.settings import PROJECT_FOLDER
from lib.start.child import Child
from lib.start.loopback import loopback_library, require_loopback
from lib.start.sockets import LOOPBACK, answers_ok, require_free_port

BASE_CONFIG: Final = PROJECT_FOLDER / "configs" / "orthanc.json"
CACHE: Final = PROJECT_FOLDER / ".cache"
PROGRAMS: Final = ("Orthanc", "orthanc")
PROGRAM_FOLDERS: Final = ("/usr/sbin", "/usr/local/sbin", "/opt/orthanc/bin")
PLUGIN_NAME: Final = "libOrthancDicomWeb.so"
PLUGIN_FOLDERS: Final = (
    "/usr/share/orthanc/plugins",
    "/usr/local/share/orthanc/plugins",
    "/usr/lib/orthanc",
    "/usr/lib/orthanc/plugins",
    "/opt/orthanc/plugins",
)
_PATIENT: Final = re.compile(r"PatientID=.*?(?=, StudyInstanceUID=|$)")


def find_orthanc() -> Path:
    """Return the program.

    Raises:
        ProgramMissingError: It is not installed.
    """
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), *PROGRAM_FOLDERS))
    found = next(filter(None, (shutil.which(name, path=path) for name in PROGRAMS)), None)
    if found is None:
        raise ProgramMissingError("Orthanc", "orthanc orthanc-dicomweb")
    return Path(found)


def find_plugin(folders: Iterable[str] = PLUGIN_FOLDERS) -> Path:
    """Return Orthanc's DICOMweb plugin.

    Raises:
        ProgramMissingError: It is not installed.
    """
    for folder in map(Path, folders):
        for candidate in (folder / PLUGIN_NAME, *sorted(folder.glob(f"{PLUGIN_NAME}.*"))):
            if candidate.is_file():
                return candidate
    raise ProgramMissingError("Orthanc's DICOMweb plugin", "orthanc-dicomweb")


def without_patient(line: str) -> str:
    """Take the patient out of a line of Orthanc's log.

    Orthanc names the Patient ID, before the UIDs, of an instance that lacks a required UID, also
    with its own DeidentifyLogs.
    """
    return _PATIENT.sub("PatientID=(withheld)", line)


class EmbeddedPacs:
    """An Orthanc process that lives in a data folder.

    Images lie in `<folder>/orthanc`, the log in `<folder>/logs/orthanc.log`.
    """

    def __init__(
        self,
        folder: Path,
        http_port: int,
        dicom_port: int | None = None,
        ae_title: str = "FLUOROPACS",
        cache: Path = CACHE,
    ) -> None:
        self.folder = folder.resolve()
        self.http_port = http_port
        self.dicom_port = dicom_port
        self.ae_title = ae_title
        log = self.folder / "logs" / "orthanc.log"
        self.child = Child("the embedded PACS (Orthanc)", log, without_patient)
        self._cache = cache
        self._lock: IO[bytes] | None = None

    @property
    def url(self) -> str:
        """The DICOMweb root."""
        return f"http://{LOOPBACK}:{self.http_port}/dicom-web"

    def start(self) -> None:
        """Begin Orthanc; `wait` says when it answers.

        It runs in the library's folder: LD_PRELOAD would split a path that has spaces.

        Raises:
            ProgramMissingError: Orthanc or its DICOMweb plugin is not installed.
            PortInUseError: A port is taken.
            DataFolderInUseError: Another Orthanc of ours has this folder open.
        """
        program, plugin = find_orthanc(), find_plugin()
        library = loopback_library(self._cache)
        require_free_port(self.http_port, "--pacs-port")
        if self.dicom_port is not None:
            require_free_port(self.dicom_port, "--dicom-port")
        self._take_lock()
        config = self._write_config(plugin)
        environment = os.environ | {"LD_PRELOAD": f"./{library.name}"}
        self.child.start([str(program), str(config)], environment, folder=library.parent)

    def wait(self, timeout_s: float = 60.0) -> None:
        """Wait until DICOMweb answers, and make sure that only this machine can ask.

        Raises:
            ChildStoppedError: Orthanc ended.
            ChildSilentError: It does not answer in time.
            OpenToNetworkError: It listens elsewhere than on loopback; it was stopped.
        """
        try:
            self.child.wait_until(self._answers, timeout_s)
            require_loopback("Orthanc", self.child.pid)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End Orthanc, if it runs."""
        self.child.stop()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def config(self, plugin: Path) -> dict[str, Any]:
        """Return Orthanc's settings: `configs/orthanc.json` plus what is this start's own."""
        base: dict[str, Any] = json.loads(BASE_CONFIG.read_text(encoding="utf-8"))
        storage = str(self.folder / "orthanc")
        return base | {
            "StorageDirectory": storage,
            "IndexDirectory": storage,
            "HttpPort": self.http_port,
            "DicomServerEnabled": self.dicom_port is not None,
            "DicomPort": self.dicom_port or 0,
            "DicomAet": self.ae_title,
            "Plugins": [str(plugin)],
        }

    def _write_config(self, plugin: Path) -> Path:
        """Write the settings where Orthanc reads them."""
        file = self.folder / "run" / "orthanc.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(self.config(plugin), indent=2), encoding="utf-8")
        return file

    def _take_lock(self) -> None:
        """Keep a second Orthanc away from the same images."""
        file = self.folder / "orthanc" / "in-use.lock"
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = file.open("wb")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            raise DataFolderInUseError(self.folder) from error
        self._lock = lock

    def _answers(self) -> bool:
        """Ask DICOMweb for one study."""
        return answers_ok(LOOPBACK, self.http_port, "/dicom-web/studies?limit=1")
