from pathlib import Path

import numpy as np
import pytest

from lib.datastore.incoming import author_of, finished_frames_of, makers_of, read_label_map
from lib.datastore.volumes import write_label
from lib.errors import LabelFileError, LabelShapeError
from lib.labels import LabelTable, load_label_table
from lib.seg.content import AlgorithmType
from lib.settings import PROJECT_FOLDER


@pytest.fixture(scope="module")
def table() -> LabelTable:
    return load_label_table(PROJECT_FOLDER / "configs" / "labels.yaml")


def label_file(folder: Path, *values: int) -> Path:
    """Write (X, Y, F) = (5, 4, 3) with value n of `values` at column n, row 0, frame 0."""
    volume = np.zeros((5, 4, 3), np.uint8)
    volume[: len(values), 0, 0] = values
    path = folder / "label.nii.gz"
    write_label(path, volume, None)
    return path


def test_a_label_file_becomes_frames_rows_columns(tmp_path: Path, table: LabelTable) -> None:
    label_map = read_label_map(label_file(tmp_path, 1, 2), (3, 4, 5), {}, table)

    assert label_map.shape == (3, 4, 5)
    assert label_map[0, 0, :2].tolist() == [1, 2]
    assert label_map.sum() == 3


def test_the_names_that_a_client_sends_decide_what_values_mean(tmp_path: Path, table: LabelTable) -> None:
    info = {"label_info": [{"name": "catheter", "idx": 1}, {"name": "vessel", "idx": 2}]}

    label_map = read_label_map(label_file(tmp_path, 1, 2), (3, 4, 5), info, table)

    assert label_map[0, 0, :2].tolist() == [2, 1]


def test_order_decides_where_slicer_counted_a_helper_segment(tmp_path: Path, table: LabelTable) -> None:
    info = {"label_info": [{"name": "vessel", "idx": 2}, {"name": "catheter", "idx": 3}]}

    label_map = read_label_map(label_file(tmp_path, 1, 2), (3, 4, 5), info, table)

    assert label_map[0, 0, :2].tolist() == [1, 2]


def test_a_label_of_another_shape_is_refused_with_both_shapes(tmp_path: Path, table: LabelTable) -> None:
    with pytest.raises(LabelShapeError, match=r"\(5, 4, 3\).*\(6, 4, 3\)"):
        read_label_map(label_file(tmp_path, 1), (3, 4, 6), {}, table)


def test_a_value_without_a_label_is_refused(tmp_path: Path, table: LabelTable) -> None:
    with pytest.raises(LabelFileError, match="Value 15"):
        read_label_map(label_file(tmp_path, 15), (3, 4, 5), {}, table)


def test_an_unknown_segment_name_is_refused_with_what_to_do(tmp_path: Path, table: LabelTable) -> None:
    info = {"label_info": [{"name": "my own vessel", "idx": 1}]}

    with pytest.raises(LabelFileError, match="labels import"):
        read_label_map(label_file(tmp_path, 1), (3, 4, 5), info, table)


def test_a_malformed_label_info_is_refused(tmp_path: Path, table: LabelTable) -> None:
    with pytest.raises(LabelFileError, match="label_info"):
        read_label_map(label_file(tmp_path, 1), (3, 4, 5), {"label_info": ["vessel"]}, table)


def test_the_author_is_the_login_then_the_client_then_local() -> None:
    assert author_of({"user": "ann", "client_id": "slicer"}) == "ann"
    assert author_of({"client_id": "slicer"}) == "slicer"
    assert author_of({}) == "local"


def test_frame_numbers_from_one_become_frames_from_zero() -> None:
    assert finished_frames_of({"finished_frame_numbers": [1, 96]}) == (0, 95)
    assert finished_frames_of({}) is None


@pytest.mark.parametrize("numbers", ["1", [0], [1.5], [True]])
def test_what_is_no_frame_number_is_refused(numbers: object) -> None:
    with pytest.raises(LabelFileError, match="frames count from 1"):
        finished_frames_of({"finished_frame_numbers": numbers})


def test_the_maker_is_a_model_alone_or_a_person_or_both() -> None:
    alone = makers_of({"model": "vessels", "params": {"algorithm": "unet", "version": "3"}})
    person = makers_of({"user": "ann", "label_info": []})
    both = makers_of({"user": "ann", "model": "vessels@3", "label_info": []})

    assert (alone.type, alone.name, alone.version) == (AlgorithmType.AUTOMATIC, "unet", "3")
    assert (person.type, person.name) == (AlgorithmType.MANUAL, "ann")
    assert both.type is AlgorithmType.SEMIAUTOMATIC


def test_a_classical_method_is_not_called_artificial_intelligence() -> None:
    answer = {"algorithm": "vesselness", "version": "1.0", "family": "123106"}

    maker = makers_of({"model": "vessels", "params": answer})

    assert maker.family.meaning == "Multi-Scale/Resolution Filtering"
