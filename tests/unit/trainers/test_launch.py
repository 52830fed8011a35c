import subprocess
from pathlib import Path

import pytest

from lib.settings import load_settings
from lib.trainers import launch
from lib.trainers.launch import command, environment_of, give_way, n_processes


def test_one_process_is_plain_and_several_are_started_by_torchs_launcher() -> None:
    assert command("a1", 1)[1:] == ["-m", "lib.trainers.worker", "a1"]
    assert command("a1", 4)[1:] == [
        *("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "4"),
        *("-m", "lib.trainers.worker", "a1"),
    ]


@pytest.mark.parametrize(("device", "n"), [(None, 4), ("cuda", 4), ("cpu", 1), ("cuda:1", 1)])
def test_all_gpus_train_together_unless_one_device_is_named(
    device: str | None, n: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "nvidia0").touch()
    monkeypatch.setattr(launch, "GPU_FILES", tmp_path)
    monkeypatch.setattr("torch.cuda.device_count", lambda: 4)

    assert n_processes(device) == n


@pytest.mark.parametrize(("device", "seen"), [("cpu", ""), ("cuda:1", "1")])
def test_a_process_sees_only_the_device_that_is_named(tmp_path: Path, device: str, seen: str) -> None:
    assert environment_of(load_settings(data=tmp_path), device)["CUDA_VISIBLE_DEVICES"] == seen


def test_a_process_gets_the_settings_of_its_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    settings = load_settings(data=tmp_path, pacs={"url": "http://pacs.test/dicom-web"})

    environment = environment_of(settings, None)

    assert environment["FLUORO_DATA"] == str(tmp_path)
    assert environment["FLUORO_PACS__URL"] == "http://pacs.test/dicom-web"
    assert environment["PYTHONPATH"].startswith(str(launch.APP_FOLDER))
    assert "CUDA_VISIBLE_DEVICES" not in environment


def test_a_limit_of_threads_is_not_inherited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_THREAD_LIMIT", "1")

    assert "OMP_THREAD_LIMIT" not in environment_of(load_settings(data=tmp_path), None)


def test_a_session_of_its_own_gives_way_too() -> None:
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as process:
        group = Path(f"/proc/{process.pid}/autogroup")
        give_way(process.pid, 7)
        told = group.read_text() if group.exists() else "no such kernel, nice 7\n"
        process.kill()

    assert told.endswith("nice 7\n")
    give_way(process.pid, 7)  # nobody is there any more
