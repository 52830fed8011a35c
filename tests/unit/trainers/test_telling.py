from datetime import UTC, datetime, timedelta

from lib.datastore.training_records import TrainingRecord, TrainingState
from lib.trainers.telling import line_of, stats_of
from lib.trainers.training_folder import News

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def test_a_step_is_told_with_loss_and_scores() -> None:
    news = News("learning", 20, 60, 0.25, 0.8, {"all": {"vessel": 0.8, "device": 0.5}})

    assert line_of(news) == "step 20 of 60: loss 0.2500; vessel 0.800, device 0.500"
    assert line_of(News("reading labels")) == "reading labels"


def test_figures_are_called_as_3d_slicer_reads_them() -> None:
    training = TrainingRecord("a1", "vessels", "", "", {}, TrainingState.RUNNING, NOON, NOON)
    tail = [News("learning", 20, 60, 0.25, 0.8), News("making the INT8 network")]

    stats = stats_of(training, tail)

    assert (stats["epoch"], stats["total_epochs"], stats["best_metric"]) == (20, 60, 0.8)
    assert stats["stage"] == "making the INT8 network"
    assert "total_time" not in stats


def test_a_training_that_ended_has_a_total_time() -> None:
    ended = NOON + timedelta(minutes=12)
    training = TrainingRecord("a1", "vessels", "", "", {}, TrainingState.DONE, NOON, NOON, ended)

    stats = stats_of(training, [])

    assert (stats["total_time"], stats["epoch"], stats["best_metric"]) == ("0:12:00", 0, 0)
