import numpy as np
import pytest

from lib.trainers.augment import Change, draw_change, placement, rearrange, retouch


def planes(n: int = 4, side: int = 48) -> np.ndarray:
    return np.random.default_rng(3).uniform(0.2, 0.8, (n, side, side)).astype(np.float32)


def test_the_same_seed_draws_the_same_change() -> None:
    first, again, other = (draw_change(np.random.default_rng(seed)) for seed in (1, 1, 2))

    assert first == again
    assert first != other


def test_no_change_changes_nothing() -> None:
    shown = planes()

    changed = rearrange(retouch(shown, Change(), np.random.default_rng(0)), Change())

    np.testing.assert_array_equal(changed, shown)


@pytest.mark.parametrize(
    "change",
    [
        Change(gamma=1.4),
        Change(shade=0.1, shade_knots=(1.0, -1.0) * 8),
        Change(blur_px=1.0),
        Change(sharpen=1.0),
        Change(noise=0.05, noise_px=0.8),
        Change(shrink=0.6),
        Change(jpeg_quality=30),
    ],
)
def test_every_retouch_changes_the_picture_a_little(change: Change) -> None:
    shown = planes()

    changed = retouch(shown, change, np.random.default_rng(0))

    assert changed.shape == shown.shape
    assert changed.dtype == np.float32
    assert changed.min() >= 0
    assert changed.max() <= 1
    assert 0.001 < np.abs(changed - shown).mean() < 0.25


def test_noise_has_the_strength_it_says() -> None:
    flat = np.full((4, 128, 128), 0.5, np.float32)

    noisy = retouch(flat, Change(noise=0.05, noise_px=1.0), np.random.default_rng(0))

    assert noisy[1].std() == pytest.approx(0.05, rel=0.1)
    assert noisy[3].std() == pytest.approx(0.025, rel=0.1)
    assert abs(np.corrcoef(noisy[0].ravel(), noisy[1].ravel())[0, 1]) < 0.1


def test_a_reversed_example_swaps_its_neighbours() -> None:
    shown = planes()

    np.testing.assert_array_equal(rearrange(shown, Change(is_reversed=True)), shown[[2, 1, 0, 3]])


def test_a_dropped_channel_shows_the_frame() -> None:
    shown = planes()

    np.testing.assert_array_equal(rearrange(shown, Change(dropped=(0, 3))), shown[[1, 1, 2, 1]])


def test_a_frame_alone_becomes_four() -> None:
    assert rearrange(planes(1), Change(is_reversed=True, dropped=(0,))).shape == (4, 48, 48)


def test_a_crop_has_its_centre_in_the_middle() -> None:
    for change in (Change(), Change(angle_deg=33, scale=1.4), Change(is_mirrored=True)):
        x, y = placement(change, (40.0, 70.0), 65) @ [32, 32, 1]

        assert (y, x) == pytest.approx((40.0, 70.0))


def test_scale_enlarges() -> None:
    place = placement(Change(scale=2.0), (50.0, 50.0), 65)

    assert np.hypot(*(place @ [64, 32, 1] - place @ [0, 32, 1])) == pytest.approx(32)
