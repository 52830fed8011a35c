import numpy as np

from lib.privacy.pixels.likeness import FACTS, likeness
from lib.privacy.pixels.text_regions import TextLine, text_lines
from tests.written_runs import moving_run, write


def best_line(picture: np.ndarray) -> TextLine:
    return max(text_lines(picture, is_bright=True, least=0), key=lambda line: line.likeness)


def fact(line: TextLine, name: str) -> float:
    return float(line.facts[FACTS.index(name)])


def test_a_row_has_all_facts_and_a_share_of_likeness() -> None:
    line = best_line(write(moving_run(1), "SMITH 4711")[0][0].astype(np.float32))

    assert line.facts.shape == (len(FACTS),)
    assert np.isfinite(line.facts).all()
    assert 0.5 < likeness(line.facts) == line.likeness <= 1


def test_ink_that_covers_has_one_strongest_value_and_clear_ink_has_not() -> None:
    frames = moving_run(1)
    slope = np.linspace(0, 90, 256)[None, None, :]
    covering, ink = write(frames, "SMITH 4711", value=230)
    clear = np.where(ink, 0.3 * (frames + slope) + 120, frames)

    one, other = (best_line(picture[0].astype(np.float32)) for picture in (covering, clear))

    assert fact(one, "peak_spread") < 0.02
    assert fact(other, "peak_spread") > 0.05
    assert fact(one, "peak_to_noise") < fact(other, "peak_to_noise")
