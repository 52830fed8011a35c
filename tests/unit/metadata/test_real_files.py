"""Headers of real equipment as a table; the files lie beside the checkout."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import FileDataset

from lib.metadata.run import read_metadata
from tests.builders import build_xa

SIEMENS = {
    "CineRate": "Cine Rate",
    "KVP": "KVP",
    "FrameTime": "Frame Time",
    "DistanceSourceToDetector": "Distance Source to Detector",
    "DistanceSourceToPatient": "Distance Source to Patient",
    "ExposureTime": "Exposure Time",
    "XRayTubeCurrent": "X-Ray Tube Current",
    "AveragePulseWidth": "Average Pulse Width",
    "ImagerPixelSpacing": "Imager Pixel Spacing",
    "PositionerPrimaryAngle": "Positioner Primary Angle",
    "PositionerSecondaryAngle": "Positioner Secondary Angle",
    "ImageType": "Image Type",
}
"""DICOM keywords and the names that the list of headers has."""


def siemens(header: dict[str, Any]) -> FileDataset:
    """Return a small run with the technical values of a real one."""
    found = {
        keyword: ast.literal_eval(str(header[name])) for keyword, name in SIEMENS.items() if name in header
    }
    return build_xa(rows=4, columns=4, n_frames=2, EstimatedRadiographicMagnificationFactor=None, **found)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "xa_cine_96f_jpeg_baseline.dcm",
            {
                "view": "RAO 32 CRA 2", "n_frames": 96, "plane": "single", "timing_source": "FrameTime",
                "duration_ms": 3135, "r_wave_frames": "20 53 77", "ecg_samples": 3840, "viewing_mode": "NAT",
                "is_lossy": True, "spacing_row_mm": None, "mask_frames": None, "sid_mm": None,
            },
        ),
        (
            "xa_cine_12f_jpeg_lossless_malformed.dcm",
            {"view": "LAO 77 CAU 45", "n_frames": 12, "positioner_motion": "STATIC"},
        ),
        ("rf_single_464x512.dcm", {"view": None, "modality": "RF", "timing_source": "unknown"}),
        ("xa_secondary_capture_1024_10bit_j2k.dcm", {"n_frames": 1, "bits_stored": 10, "is_lossy": False}),
        ("xa_secondary_capture_1024_10bit_jpll.dcm", {"rows": 1024, "columns": 1024, "spacing_source": None}),
    ],
)  # fmt: skip
def test_the_real_files(name: str, expected: dict[str, Any], shared_data: Path) -> None:
    run = read_metadata(shared_data / "dicom" / name).run

    assert {key: run[key] for key in expected} == expected


def test_the_view_vector_of_a_real_run(shared_data: Path) -> None:
    run = read_metadata(shared_data / "dicom" / "xa_cine_96f_jpeg_baseline.dcm").run

    assert [run["view_x"], run["view_y"], run["view_z"]] == pytest.approx(
        [-0.5296, -0.8475, 0.0349], abs=1e-4
    )


def test_headers_of_a_real_laboratory(shared_data: Path) -> None:
    headers = json.loads((shared_data / "angio_sequences" / "siemens_headers.json").read_text())

    rows = [read_metadata(siemens(header)).run for header in headers]

    first = rows[0]
    assert (first["view"], first["spacing_source"], first["plane"]) == ("RAO 32 CRA 2", "ERMF", "single")
    assert first["spacing_row_mm"] == pytest.approx(0.278875 * 745.5663994 / 1107)
    assert (first["kv"], first["tube_current_ma"], first["pulse_width_ms"]) == (81, 767, 5.7)
    assert first["frames_per_second"] == pytest.approx(7.5, abs=0.01)
    for row in rows:
        source, detector = ([row[f"{name}_{axis}_mm"] for axis in "xyz"] for name in ("source", "detector"))
        apart = sum((a - b) ** 2 for a, b in zip(source, detector, strict=True)) ** 0.5  # type: ignore[operator]
        assert apart == pytest.approx(row["sid_mm"])
