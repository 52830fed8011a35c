"""The cache of encodings."""

import threading
from dataclasses import dataclass

import pytest

from lib.interaction.encodings import Encodings


@dataclass
class Sized:
    """An encoding of some bytes."""

    nbytes: int = 10
    shape: tuple[int, int] = (8, 8)


def test_a_frame_is_encoded_once() -> None:
    encodings, made = Encodings(), []

    def encode() -> Sized:
        made.append(Sized())
        return made[-1]

    assert encodings.of("run", 1, encode) is encodings.of("run", 1, encode)
    assert len(made) == 1


def test_the_frame_used_longest_ago_goes_first() -> None:
    encodings = Encodings(limit_bytes=25)
    first, second = (encodings.of("run", t, Sized) for t in (0, 1))

    assert encodings.of("run", 0, Sized) is first
    encodings.of("run", 2, Sized)

    assert encodings.of("run", 0, Sized) is first
    assert encodings.of("run", 1, Sized) is not second


def test_one_encodes_while_others_wait() -> None:
    encodings, begun, may_end, made, got = Encodings(), threading.Event(), threading.Event(), [], []

    def encode() -> Sized:
        begun.set()
        may_end.wait(5)
        made.append(Sized())
        return made[-1]

    threads = [threading.Thread(target=lambda: got.append(encodings.of("run", 0, encode))) for _ in range(3)]
    for thread in threads:
        thread.start()
    begun.wait(5)
    may_end.set()
    for thread in threads:
        thread.join(5)

    assert len(made) == 1
    assert got == made * 3


def test_an_error_is_told_and_the_next_one_tries_again() -> None:
    encodings = Encodings()

    def fail() -> Sized:
        raise ValueError("too dark")

    with pytest.raises(ValueError, match="too dark"):
        encodings.of("run", 0, fail)
    assert encodings.of("run", 0, Sized) == Sized()


def test_a_run_can_be_forgotten() -> None:
    encodings = Encodings()
    first, other = encodings.of("run", 0, Sized), encodings.of("other", 0, Sized)

    encodings.forget("run")

    assert encodings.of("run", 0, Sized) is not first
    assert encodings.of("other", 0, Sized) is other
