import pytest

from lib.privacy.dates import is_time, moved_date, moved_date_time


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("20240301", "20240229"),
        ("1994.10.16", "19941015"),
        ("20240101 ", "20231231"),
        ("00010102", "00010101"),
    ],
)
def test_a_date_moves_by_days(text: str, moved: str) -> None:
    assert moved_date(text, -1) == moved


@pytest.mark.parametrize("text", ["20241301", "2024", "yesterday", "16.10.1994", "00010101", "20240101x"])
def test_what_is_no_date_cannot_be_moved(text: str) -> None:
    assert moved_date(text, -1) is None


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("20240301101112.345000+0100", "20240229101112.345000+0100"),
        ("202403011011", "202402291011"),
        ("20240301", "20240229"),
        ("202403", "202402"),
        ("2024", "2023"),
    ],
)
def test_a_date_and_time_keeps_its_time_and_how_exact_it_is(text: str, moved: str) -> None:
    assert moved_date_time(text, -1) == moved


@pytest.mark.parametrize("text", ["", "10:11", "20241340", "Smith", "2024-01-01"])
def test_what_is_no_date_and_time_cannot_be_moved(text: str) -> None:
    assert moved_date_time(text, -1) is None


@pytest.mark.parametrize("text", ["10", "1011", "101112", "101112.345", "08:30:00"])
def test_times_of_day_are_known(text: str) -> None:
    assert is_time(text)


@pytest.mark.parametrize("text", ["", "noon", "101112 Smith", "1011123456789"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert not is_time(text)
