from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from lib.pictures.movie import USUAL_RATE, write_mp4


def pictures(n: int = 6, height: int = 64, width: int = 96) -> list[np.ndarray]:
    """Return pictures that get brighter one by one."""
    return [np.full((height, width, 3), 20 + 30 * t, np.uint8) for t in range(n)]


def test_a_movie_has_all_pictures_at_the_run_s_own_rate(tmp_path: Path) -> None:
    write_mp4(tmp_path / "run.mp4", pictures(), 1000 / 133.33)

    with av.open(str(tmp_path / "run.mp4")) as movie:
        stream = movie.streams.video[0]
        shown = [frame.to_ndarray(format="rgb24").mean() for frame in movie.decode(video=0)]
        rate, name, layout = stream.average_rate, stream.codec_context.name, stream.codec_context.pix_fmt
    assert float(rate or 0) == pytest.approx(7.5, abs=0.01)
    assert np.allclose(shown, [20 + 30 * t for t in range(6)], atol=4)
    assert (name, layout) == ("h264", "yuv420p")


def test_a_browser_can_start_before_the_end_is_loaded(tmp_path: Path) -> None:
    write_mp4(tmp_path / "run.mp4", pictures(), 15.0)

    data = (tmp_path / "run.mp4").read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")
    assert b"moof" not in data


@pytest.mark.parametrize(("height", "width"), [(63, 96), (64, 97), (31, 17), (1, 1)])
def test_odd_sides_get_one_more_row_or_column(tmp_path: Path, height: int, width: int) -> None:
    write_mp4(tmp_path / "run.mp4", pictures(2, height, width), 15.0)

    with av.open(str(tmp_path / "run.mp4")) as movie:
        size = movie.streams.video[0].height, movie.streams.video[0].width
    assert size == (height + height % 2, width + width % 2)


def test_a_run_without_rate_plays_at_a_usual_one(tmp_path: Path) -> None:
    write_mp4(tmp_path / "run.mp4", pictures(), None)

    with av.open(str(tmp_path / "run.mp4")) as movie:
        assert movie.streams.video[0].average_rate == Fraction(USUAL_RATE)


def test_a_movie_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one picture"):
        write_mp4(tmp_path / "run.mp4", [], 15.0)
