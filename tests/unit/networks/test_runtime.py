import logging
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lib.errors import ImageSizeError, ModelFileRoleError, NoGpuError, WeightsChecksumError
from lib.networks import runtime
from lib.networks.behind import NICENESS
from lib.networks.cores import usable_cores
from lib.networks.runtime import Engines, open_engine, segment_run
from lib.networks.sizes import working_size
from lib.networks.stack import stack_at
from lib.registry import Model, find_model
from tests.model_builders import DarkEngine, build_model


def run_of(n_frames: int, rows: int, columns: int) -> NDArray[np.float32]:
    """A light run with a dark bar that moves a pixel a frame."""
    frames = np.full((n_frames, rows, columns), 0.8, np.float32)
    frames += np.random.default_rng(0).normal(0, 0.005, frames.shape).astype(np.float32)
    for t in range(n_frames):
        frames[t, rows // 4 : rows // 2, columns // 4 + t : columns // 2 + t] = 0.1
    return np.clip(frames, 0, 1)


def bar(rows: int, columns: int, t: int = 0) -> NDArray[np.bool_]:
    """Where the bar is."""
    mask = np.zeros((rows, columns), bool)
    mask[rows // 4 : rows // 2, columns // 4 + t : columns // 2 + t] = True
    return mask


def overlap(mask: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    return float((mask & truth).sum() / (mask | truth).sum())


@pytest.mark.parametrize(
    ("rows", "columns", "worked_on"),
    [
        (64, 64, (64, 64)),
        (100, 130, (128, 160)),
        (768, 512, (768, 512)),
        (1024, 1024, (512, 512)),
        (2048, 65, (512, 32)),
    ],
)
def test_the_answer_has_the_native_size_and_place(
    rows: int, columns: int, worked_on: tuple[int, int]
) -> None:
    engine = DarkEngine()

    found = dict(segment_run(run_of(2, rows, columns), engine))

    assert engine.shapes == [(2, 5, *worked_on)]
    assert [found[t].shape for t in (0, 1)] == [(2, rows, columns)] * 2
    assert overlap(found[1][0] >= 0.5, bar(rows, columns, 1)) > 0.9


@pytest.mark.parametrize(("rows", "columns"), [(16, 16), (8192, 8192), (63, 512), (512, 2049)])
def test_a_picture_of_an_impossible_size_is_refused_in_a_sentence(rows: int, columns: int) -> None:
    frames = np.broadcast_to(np.zeros((), np.float32), (1, rows, columns))

    with pytest.raises(ImageSizeError, match=f"{rows} x {columns} pixels; .* have 64 to 2048 pixels"):
        segment_run(frames, DarkEngine())


@pytest.mark.parametrize("grey", [0.0, 1.0])
def test_a_run_of_one_grey_has_no_vessel_and_is_logged(grey: float, caplog: pytest.LogCaptureFixture) -> None:
    engine = DarkEngine()

    with caplog.at_level(logging.INFO):
        found = dict(segment_run(np.full((3, 64, 64), grey, np.float32), engine))

    assert sorted(found) == [0, 1, 2]
    assert not any(plane.any() for plane in found.values())
    assert engine.shapes == []
    assert "all 3 frames are of one grey" in caplog.text


def test_frames_come_in_order_in_batches_that_the_engine_likes() -> None:
    engine = DarkEngine()
    told: list[float] = []

    order = [t for t, _ in segment_run(run_of(8, 64, 64), engine, on_progress=told.append)]

    assert order == list(range(8))
    assert [shape[0] for shape in engine.shapes] == [3, 3, 2]
    assert told == pytest.approx([(t + 1) / 8 for t in range(8)])


def test_stacks_are_made_ready_behind_the_other_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    niceness: list[int] = []
    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    def noting_stack_at(*arguments: Any) -> NDArray[np.float32]:
        niceness.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        return stack_at(*arguments)

    monkeypatch.setattr(runtime, "stack_at", noting_stack_at)
    found = list(segment_run(run_of(4, 64, 64), DarkEngine()))

    assert len(found) == 4
    assert niceness == [max(NICENESS, own)] * 4


def test_a_cancelled_run_is_left_at_the_next_batch() -> None:
    engine = DarkEngine()

    frames = segment_run(run_of(9, 64, 64), engine, is_cancelled=lambda: len(engine.shapes) >= 1)

    assert [t for t, _ in frames] == [0, 1, 2]


def test_a_run_that_nobody_reads_on_ends_its_workers() -> None:
    frames: Iterator[object] = segment_run(run_of(9, 64, 64), DarkEngine())

    next(frames)
    frames.close()  # type: ignore[attr-defined]


def test_padding_repeats_the_picture_mirrored() -> None:
    size = working_size(70, 64)
    stack = np.arange(70, dtype=np.float32)[np.newaxis, :, np.newaxis] * np.ones((5, 1, 64), np.float32)

    padded = size.pad(stack)

    assert padded.shape == (5, 96, 64)
    assert padded[0, 70:73, 0].tolist() == [68, 67, 66]


def test_weights_that_were_changed_are_not_opened(tmp_path: Path) -> None:
    (tmp_path / "n.xml").write_text("<net/>")
    (tmp_path / "n.bin").write_text("1")
    build_model(tmp_path, {"n.xml": "openvino-int8", "n.bin": "openvino-int8"})
    (tmp_path / "n.bin").write_text("22")

    with pytest.raises(WeightsChecksumError, match=r"n\.bin"):
        open_engine(find_model("vessels", tmp_path / "data", tmp_path), device="cpu")


def test_int8_of_a_model_that_was_not_quantized_is_refused(tmp_path: Path) -> None:
    (tmp_path / "w.safetensors").write_text("x")
    build_model(tmp_path, {"w.safetensors": "weights"})

    with pytest.raises(ModelFileRoleError, match="Quantize it, or ask for fp32"):
        open_engine(find_model("vessels", tmp_path / "data", tmp_path), "int8", "cpu")


def test_who_asks_for_the_same_model_gets_the_same_engine(tmp_path: Path) -> None:
    (tmp_path / "w.safetensors").write_text("x")
    build_model(tmp_path, {"w.safetensors": "weights"})
    opened: list[Model] = []
    engines = Engines(lambda model: (opened.append(model), DarkEngine())[1])

    first = engines.of(find_model("vessels", tmp_path / "data", tmp_path))
    second = engines.of(find_model("vessels", tmp_path / "data", tmp_path))

    assert first is second
    assert len(opened) == 1


def test_torch_is_not_asked_for_a_gpu_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "GPU_FILES", (Path("/nowhere/nvidiactl"),))

    assert not runtime._sees_gpu()


@pytest.mark.parametrize(("quota", "cores"), [("50000 100000", 1), ("max 100000", None), ("nonsense", None)])
def test_a_container_s_quota_limits_the_cores(tmp_path: Path, quota: str, cores: int | None) -> None:
    (tmp_path / "cpu.max").write_text(quota)

    without = usable_cores(tmp_path / "missing")
    assert usable_cores(tmp_path / "cpu.max") == (cores or without)


def test_a_gpu_that_is_not_there_is_refused() -> None:
    from lib.networks.engine_torch import TorchEngine
    from lib.networks.vessel_net import VesselNet

    with pytest.raises(NoGpuError, match="'cuda:7' was asked for"):
        TorchEngine(VesselNet(), "cuda:7")
