"""COCO: pictures, and a JSON file for each side.

    images/train/NAME.png   annotations/instances_train.json   (and val, test)

A mask is written as run lengths; polygons, which other tools write, are read too.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lib.errors import DataSetError, DataSetFileError, DataSetShapeError
from lib.exchange.content import ExportRun, FoundRun, Side, frame_name
from lib.exchange.files import FrameFile, frame_file, layered, read_json, write_json, write_picture
from lib.exchange.names import indices_of
from lib.exchange.polygons import filled, polygon_from
from lib.exchange.rle import compress, decompress, mask_of, run_lengths
from lib.exchange.sheet import Sheet
from lib.labels import Label, LabelTable

ANNOTATIONS: Final = "annotations"


class Coco:
    """Run lengths in JSON, exactly, as the tools around pycocotools read them."""

    name = "coco"
    notes = (
        "COCO, pictures of 8 bits. Each label of a frame is one annotation with its mask as compressed "
        "run lengths, so holes and the thinnest lines are exact. Runs are the videos (`video_id`, "
        "`frame_id` from 0). A picture without annotations was looked at and shows nothing."
    )

    def write(self, folder: Path, runs: Iterable[ExportRun], labels: Sequence[Label]) -> None:
        """Write pictures and the JSON files; see `Format.write`."""
        parts = {side: _empty(labels) for side in Side}
        for video_id, run in enumerate(runs, start=1):
            part = parts[run.side]
            part["videos"].append({"id": video_id, "name": run.name, "patient": run.patient})
            for t in run.times:
                file = f"{frame_name(run.name, t)}.png"
                write_picture(folder / "images" / run.side / file, run.frames[t])
                about = {"video_id": video_id, "frame_id": t, "file_name": file}
                _add(part, run.label_map[t], labels, about)
        for side, part in parts.items():
            write_json(folder / ANNOTATIONS / f"instances_{side}.json", part)

    def read(self, folder: Path, sheet: Sheet, table: LabelTable) -> Iterator[FoundRun]:
        """Read the JSON files; see `Format.read`."""
        for side in Side:
            path = folder / ANNOTATIONS / f"instances_{side}.json"
            yield from _read(path, sheet, table)


def _empty(labels: Sequence[Label]) -> dict[str, Any]:
    return {
        "info": {"description": "Labelled X-ray runs"},
        "licenses": [],
        "categories": [
            {"id": one.index, "name": one.name, "supercategory": one.set_name, "color": list(one.color)}
            for one in labels
        ],
        "videos": [],
        "images": [],
        "annotations": [],
    }


def _add(
    part: dict[str, Any], label_map: NDArray[np.uint8], labels: Sequence[Label], about: Mapping[str, Any]
) -> None:
    """Add a picture and its annotations."""
    rows, columns = label_map.shape
    image_id = len(part["images"]) + 1
    part["images"].append({"id": image_id, "height": rows, "width": columns, **about})
    for label in labels:
        mask = label_map == label.index
        if mask.any():
            number = len(part["annotations"]) + 1
            whose = {"id": number, "image_id": image_id, "category_id": label.index}
            part["annotations"].append({**whose, **_annotation(mask)})


def _annotation(mask: NDArray[np.bool_]) -> dict[str, Any]:
    y, x = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    box = [int(x[0]), int(y[0]), int(x[-1] - x[0]) + 1, int(y[-1] - y[0]) + 1]
    return {
        "segmentation": {"size": list(mask.shape), "counts": compress(run_lengths(mask))},
        "area": int(mask.sum()),
        "bbox": box,
        "iscrowd": 0,
    }


def _read(path: Path, sheet: Sheet, table: LabelTable) -> Iterator[FoundRun]:
    """Yield the runs of one side."""
    document = read_json(path)
    try:
        names = {int(one["id"]): str(one["name"]) for one in document["categories"]}
        images = {int(one["id"]): one for one in document["images"]}
        files = {key: frame_file(Path(one["file_name"]), ".png", sheet) for key, one in images.items()}
        annotations: dict[int, list[dict[str, Any]]] = {key: [] for key in images}
        for annotation in document["annotations"]:
            annotations[int(annotation["image_id"])].append(annotation)
        used = {int(one["category_id"]) for own in annotations.values() for one in own}
        index_of = indices_of((names[number] for number in sorted(used)), table)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataSetFileError(path, "images, annotations and categories are not COCO's") from error
    indices = {number: index_of[names[number]] for number in used}
    for run in dict.fromkeys(file.run for file in files.values()):
        own = {key: file for key, file in files.items() if file.run == run}
        yield FoundRun(
            run.run, {file.t: _label_map(path, file, annotations[key], indices) for key, file in own.items()}
        )


def _label_map(
    path: Path, file: FrameFile, annotations: Sequence[Mapping[str, Any]], indices: Mapping[int, int]
) -> NDArray[np.uint8]:
    layers = []
    for one in annotations:
        try:
            mask = _mask(one["segmentation"], file)
        except DataSetShapeError:
            raise
        except DataSetError as error:
            raise DataSetFileError(path, f"annotation {one.get('id')}: {error.reason}") from error
        except (KeyError, TypeError, ValueError) as error:
            reason = f"annotation {one.get('id')} has neither run lengths nor polygons"
            raise DataSetFileError(path, reason) from error
        layers.append((indices[int(one["category_id"])], mask))
    return layered(layers, file.shape)


def _mask(segmentation: Any, file: FrameFile) -> NDArray[np.bool_]:
    if isinstance(segmentation, list):
        return filled([polygon_from(one) for one in segmentation], file.shape)
    rows, columns = (int(size) for size in segmentation["size"])
    if (rows, columns) != file.shape:
        raise DataSetShapeError(file.run.run, (rows, columns), file.shape)
    counts = segmentation["counts"]
    return mask_of(decompress(counts) if isinstance(counts, str) else counts, file.shape)
