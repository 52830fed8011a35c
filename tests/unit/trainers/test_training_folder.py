from pathlib import Path

from lib.trainers.training_folder import News, folder_of


def test_what_was_told_is_read_again_newest_last(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "a1")
    for step in range(1, 31):
        folder.tell(News("learning", step, 30, 0.5))

    tail = folder.tail(5)

    assert [news.step for news in tail] == [26, 27, 28, 29, 30]
    assert tail[-1].loss == 0.5


def test_half_a_line_of_a_killed_process_is_left_out(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "a1")
    folder.tell(News("learning", 1, 30))
    with folder.progress_file.open("a") as file:
        file.write('{"stage": "lear')

    assert [news.step for news in folder.tail()] == [1]
    assert folder_of(tmp_path, "other").tail() == []


def test_a_long_progress_is_read_from_its_end(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "a1")
    folder.path.mkdir(parents=True)
    folder.progress_file.write_text("x" * 200_000 + "\n")
    folder.tell(News("measuring"))

    assert [news.stage for news in folder.tail()] == ["measuring"]
