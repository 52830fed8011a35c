import os
import subprocess
from pathlib import Path

import pytest

from lib.errors.start import PackagesMissingError
from lib.start.packages import INSTALL, Need, provide


def never() -> bool:
    return False


def test_what_is_there_is_not_installed(tmp_path: Path) -> None:
    provide([Need("Orthanc", ("orthanc",), lambda: True)], tmp_path / "log")

    assert not (tmp_path / "log").exists()


def test_what_cannot_be_installed_is_named_with_its_packages_and_the_ways_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    needs = [
        Need(
            "Orthanc with DICOMweb",
            ("orthanc", "orthanc-dicomweb"),
            never,
            "name another PACS with --studies URL",
        ),
        Need("npm", ("npm",), never, "start with --without-viewer"),
    ]

    with pytest.raises(PackagesMissingError) as raised:
        provide(needs, tmp_path / "log")

    assert str(raised.value) == (
        "Missing: Orthanc with DICOMweb, npm. This needs Debian's apt-get, and root or sudo without a "
        "password; as an administrator run 'apt-get install orthanc orthanc-dicomweb npm', or name another "
        "PACS with --studies URL, and start with --without-viewer."
    )


def run_install(folder: Path, apt_get: str, *packages: str) -> tuple[int, list[str]]:
    """Run the root script with a false apt-get; return its status and what the programs said."""
    for name, script in {"apt-get": apt_get, "systemctl": 'echo "systemctl $*" >> "$FOLDER/said"'}.items():
        program = folder / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    environment = os.environ | {"PATH": f"{folder}:{os.environ['PATH']}", "FOLDER": str(folder)}
    command = ["sh", "-c", INSTALL, "install", str(folder / "policy-rc.d"), *packages]
    status = subprocess.run(command, env=environment, capture_output=True, check=False).returncode
    return status, (folder / "said").read_text().splitlines()


def test_no_service_starts_while_packages_are_installed(tmp_path: Path) -> None:
    apt_get = 'sh "$FOLDER/policy-rc.d"; echo "policy $?" >> "$FOLDER/said"'

    status, said = run_install(tmp_path, apt_get, "orthanc")

    assert status == 0
    assert said == ["policy 101", "systemctl disable orthanc"]
    assert not (tmp_path / "policy-rc.d").exists()


def test_a_policy_of_the_machine_stays(tmp_path: Path) -> None:
    (tmp_path / "policy-rc.d").write_text("exit 104\n")

    _, said = run_install(tmp_path, 'sh "$FOLDER/policy-rc.d"; echo "policy $?" >> "$FOLDER/said"', "npm")

    assert said == ["policy 104"]
    assert (tmp_path / "policy-rc.d").exists()


def test_a_policy_that_a_killed_set_up_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / "policy-rc.d").write_text("# left by a killed set-up of fluoro-vessels: remove it\n")

    run_install(tmp_path, 'echo done >> "$FOLDER/said"', "npm")

    assert not (tmp_path / "policy-rc.d").exists()


def test_an_old_list_of_packages_is_updated_once(tmp_path: Path) -> None:
    apt_get = 'echo "${1##*=}" >> "$FOLDER/said"; [ "$1" = update ] || grep -q update "$FOLDER/said"'

    status, said = run_install(tmp_path, apt_get, "npm")

    assert status == 0
    assert said == ["-o", "update", "-o"]
