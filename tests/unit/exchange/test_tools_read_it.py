"""Other programs, or plain readings of a format's own text, find in the files what was written."""

import json
from itertools import pairwise
from pathlib import Path

import cv2
import nibabel
import numpy as np
import pytest
import SimpleITK
import yaml
from numpy.typing import NDArray
from PIL import Image

from lib.errors import DataSetFileError, DataSetShapeError
from lib.exchange.content import Side
from lib.exchange.formats import FORMATS
from lib.exchange.nnunet import count_folds
from lib.exchange.png import Png
from tests.exchange_runs import CATHETER, TABLE, VESSEL, a_run, export, read_back

RUN = a_run()
NAME = "P-0001_R-0001_f0002"
FINE = 8


def drawn(corners: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Fill a polygon with OpenCV on a finer grid and look at the centres of the pixels."""
    canvas = np.zeros((shape[0] * FINE, shape[1] * FINE), np.uint8)
    cv2.fillPoly(canvas, [np.rint(corners * FINE).astype(np.int32)], 1)
    return canvas[FINE // 2 :: FINE, FINE // 2 :: FINE] > 0


def pixels_of(text: str, n_pixels: int) -> NDArray[np.bool_]:
    """Decode COCO's text as maskApi.c does, a character at a time."""
    lengths: list[int] = []
    position = 0
    while position < len(text):
        value, k, has_more = 0, 0, True
        while has_more:
            c = ord(text[position]) - 48
            value |= (c & 0x1F) << 5 * k
            has_more = bool(c & 0x20)
            position, k = position + 1, k + 1
            if not has_more and c & 0x10:
                value |= -1 << 5 * k
        lengths.append(value + (lengths[-2] if len(lengths) > 2 else 0))
    flat = np.zeros(n_pixels, bool)
    bounds = np.cumsum([0, *lengths])
    for number, (start, end) in enumerate(pairwise(bounds)):
        flat[start:end] = number % 2 == 1
    return flat


def test_coco_has_pictures_categories_and_exact_masks(tmp_path: Path) -> None:
    folder = export(tmp_path / "set", FORMATS["coco"]).folder

    said = json.loads((folder / "annotations" / "instances_train.json").read_text())
    first = said["annotations"][0]
    mask = pixels_of(first["segmentation"]["counts"], 24 * 40).reshape((24, 40), order="F")
    assert [image["frame_id"] for image in said["images"]] == [1, 2, 3]
    assert {one["id"]: one["name"] for one in said["categories"]}[VESSEL] == "vessel"
    assert np.array_equal(mask, RUN.label_map[1] == VESSEL)
    assert first["area"] == mask.sum()
    assert first["bbox"] == [0, 0, 40, 24]
    assert all((folder / "images" / "train" / image["file_name"]).exists() for image in said["images"])
    assert all(one["image_id"] != 2 for one in said["annotations"])


def test_coco_with_plain_lengths_or_polygons_is_read_too(tmp_path: Path) -> None:
    folder = export(tmp_path / "set", FORMATS["coco"]).folder
    file = folder / "annotations" / "instances_train.json"
    said = json.loads(file.read_text())
    said["annotations"] = [
        {
            "id": 1,
            "image_id": 1,
            "category_id": 1,
            "segmentation": {"size": [24, 40], "counts": [24, 2, 934]},
        },
        {"id": 2, "image_id": 3, "category_id": 2, "segmentation": [[2, 3, 6, 3, 6, 5, 2, 5]]},
    ]
    file.write_text(json.dumps(said))

    found = read_back(folder, FORMATS["coco"])["R-0001"]

    assert np.argwhere(found[1] == VESSEL).tolist() == [[0, 1], [1, 1]]
    assert (found[3][3:5, 2:6] == CATHETER).all()
    assert (found[3] > 0).sum() == 8


def test_yolo_polygons_fill_to_the_mask(tmp_path: Path) -> None:
    folder = export(tmp_path / "set", FORMATS["yolo"]).folder

    data = yaml.safe_load((folder / "data.yaml").read_text())
    masks = np.zeros((3, 24, 40), bool)
    for line in (folder / "labels" / "train" / f"{NAME}.txt").read_text().splitlines():
        number, *corners = line.split()
        masks[int(number)] |= drawn(np.array(corners, float).reshape(-1, 2) * (40, 24), (24, 40))
    assert data["names"] == {0: "vessel", 1: "catheter", 2: "RCA proximal"}
    assert (data["train"], data["val"], data["test"]) == ("images/train", "images/val", "images/test")
    assert np.array_equal(masks[0], RUN.label_map[1] == VESSEL)
    assert np.array_equal(masks[2], RUN.label_map[1] == 16)
    assert (folder / "labels" / "train" / "P-0001_R-0001_f0003.txt").read_text() == ""


def test_labelme_shapes_fill_to_the_mask(tmp_path: Path) -> None:
    folder = export(tmp_path / "set", FORMATS["labelme"]).folder

    said = json.loads((folder / "train" / f"{NAME}.json").read_text())
    shapes = [shape for shape in said["shapes"] if shape["label"] == "vessel"]
    mask = np.logical_or.reduce([drawn(np.array(shape["points"]), (24, 40)) for shape in shapes])
    assert np.array_equal(mask, RUN.label_map[1] == VESSEL)
    assert (folder / "train" / said["imagePath"]).exists()
    assert (said["imageHeight"], said["imageWidth"], said["imageData"]) == (24, 40, None)


@pytest.mark.parametrize(("bits", "white"), [(8, 255), (16, 65535)])
def test_png_pictures_keep_their_bits_and_masks_the_colours_of_the_table(
    bits: int, white: int, tmp_path: Path
) -> None:
    folder = export(tmp_path / "set", Png(bits), a_run(times=(0, 3))).folder

    picture = cv2.imread(str(folder / "images" / "train" / "P-0001_R-0001_f0004.png"), cv2.IMREAD_UNCHANGED)
    mask = Image.open(folder / "masks" / "train" / "P-0001_R-0001_f0001.png")
    assert picture.max() == white
    assert np.abs(picture / white - RUN.frames[3]).max() <= 0.5 / white + 1e-6
    assert mask.mode == "P"
    assert np.array_equal(np.asarray(mask), RUN.label_map[0])
    assert mask.convert("RGB").getpixel((6, 14)) == TABLE.by_index(CATHETER).color


def test_nifti_is_read_alike_by_nibabel_and_simpleitk(tmp_path: Path) -> None:
    folder = export(tmp_path / "set", FORMATS["nifti"]).folder
    image = folder / "images" / "train" / "P-0001_R-0001.nii.gz"
    label = folder / "labels" / "train" / "P-0001_R-0001.nii.gz"

    volume = nibabel.load(image)
    other = SimpleITK.ReadImage(str(label))

    assert np.allclose(volume.header.get_zooms(), (0.25, 0.3, 0.066))
    assert np.abs(volume.get_fdata().transpose(2, 1, 0) - RUN.frames).max() < 1e-5
    assert np.allclose(other.GetSpacing(), (0.25, 0.3, 0.066))
    assert np.array_equal(SimpleITK.GetArrayFromImage(other)[1:], RUN.label_map[1:])
    assert not SimpleITK.GetArrayFromImage(other)[0].any()


def test_nifti_written_again_as_floats_is_read_and_halves_are_not(tmp_path: Path) -> None:
    folder = export(tmp_path / "set", FORMATS["nifti"]).folder
    path = next(folder.glob("labels/train/*.nii.gz"))
    volume = RUN.label_map.transpose(2, 1, 0).astype(np.float32)

    nibabel.save(nibabel.Nifti1Image(volume, np.diag([-1, -1, 1, 1])), path)
    assert np.array_equal(read_back(folder, FORMATS["nifti"])["R-0001"][1], RUN.label_map[1])

    nibabel.save(nibabel.Nifti1Image(volume / 2, np.eye(4)), path)
    with pytest.raises(DataSetFileError, match="no whole numbers from 0 to 255"):
        read_back(folder, FORMATS["nifti"])


def test_a_label_of_another_size_is_refused(tmp_path: Path) -> None:
    folder = export(tmp_path / "set", Png()).folder
    Image.fromarray(np.zeros((12, 20), np.uint8)).save(folder / "masks" / "train" / f"{NAME}.png")

    with pytest.raises(DataSetShapeError, match="12 rows and 20 columns, but the run has 24 and 40"):
        read_back(folder, Png())


def test_a_value_that_means_nothing_is_refused(tmp_path: Path) -> None:
    folder = export(tmp_path / "set", Png()).folder
    Image.fromarray(np.full((24, 40), 99, np.uint8)).save(folder / "masks" / "train" / f"{NAME}.png")

    with pytest.raises(DataSetFileError, match="the value 99 is no label of the data set"):
        read_back(folder, Png())


def test_nnunet_keeps_test_patients_out_of_what_it_trains_on(tmp_path: Path) -> None:
    runs = [a_run(number, side) for number, side in enumerate((*Side, Side.TRAIN))]

    folder = export(tmp_path / "set", FORMATS["nnunet"], *runs).folder

    said = json.loads((folder / "dataset.json").read_text())
    splits = json.loads((folder / "splits_final.json").read_text())
    in_folds = {name[:4] for split in splits for side in split.values() for name in side}
    assert {path.name[:4] for path in folder.glob("labelsTr/*.png")} == in_folds == {"p001", "p002", "p004"}
    assert {path.name[:4] for path in folder.glob("imagesTs/*.png")} == {"p003"}
    assert (said["numTraining"], count_folds(folder)) == (9, 3)
    assert said["labels"] == {"background": 0, "vessel": 1, "catheter": 2, "RCA proximal": 3}
    assert said["fluoro_vessels"]["run_names"]["p003_r01"] == "R-0002"
