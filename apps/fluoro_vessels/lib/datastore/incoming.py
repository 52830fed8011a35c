"""What clients send with a label, checked: the file, who made it, which frames are finished."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lib.access.person import LONGEST_NAME, proven
from lib.arrays import LabelMap, from_volume
from lib.datastore.volumes import read_label
from lib.errors import InvalidInputError, LabelFileError, LabelShapeError, UnknownLabelError
from lib.labels import Code, LabelTable
from lib.seg.content import ARTIFICIAL_INTELLIGENCE, FAMILIES, AlgorithmType, Maker

LOCAL: Final = "local"
"""The author when neither a login nor a client id is known."""

LONGEST_MODEL: Final = 256
"""What the ledger keeps of a model's name."""

BACKGROUND: Final = "background"


def checked_info(info: object) -> dict[str, Any]:
    """Return what a client says of a run or label, if every later answer can repeat it.

    Python reads more than JSON has: NaN, infinite numbers, halves of characters. Kept, they would
    spoil every list that shows them.

    Raises:
        InvalidInputError: It is no JSON object.
    """
    try:
        json.dumps(info, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, TypeError, RecursionError) as error:
        raise InvalidInputError(
            "The info has a value that JSON has not, such as NaN. Send plain numbers and text."
        ) from error
    if not isinstance(info, Mapping):
        raise InvalidInputError("The info is not a JSON object. Send keys and values: {...}.")
    return dict(info)


def read_label_map(
    file: Path, shape: tuple[int, int, int], info: Mapping[str, Any], table: LabelTable
) -> LabelMap:
    """Return a client's label file as a label map in the table's indices.

    Args:
        file: NIfTI or NRRD, (X, Y, F).
        shape: (T, H, W) of the run.
        info: The request's params; `label_info` says what the values mean, when they are not the
            table's indices.
        table: The label table.

    Raises:
        LabelFileError: The file cannot be read, or a value means no label of the table.
        LabelShapeError: The file does not have the shape of the run.
    """
    volume, _ = read_label(file)
    if from_volume(volume).shape != shape:
        n_frames, rows, columns = shape
        raise LabelShapeError(volume.shape, (columns, rows, n_frames), "columns, rows, frames")
    return np.ascontiguousarray(_lookup(volume, info.get("label_info"), table)[from_volume(volume)])


def author_of(info: Mapping[str, Any]) -> str:
    """Return who makes a label: who signed in, else what the client says, else "local"."""
    return proven(str(info.get("user") or info.get("client_id") or LOCAL)[:LONGEST_NAME])


def model_of(info: Mapping[str, Any]) -> str | None:
    """Return what a label began from, `name@version`, or None when a person drew it from nothing.

    `/infer` says the algorithm and its version in its answer, which MONAI Label hands on as
    `params`; a client that saves says `model`.
    """
    answer = info.get("params")
    if isinstance(answer, Mapping) and answer.get("algorithm"):
        return f"{answer['algorithm']}@{answer.get('version', '')}"[:LONGEST_MODEL]
    return str(info["model"])[:LONGEST_MODEL] if info.get("model") else None


def makers_of(info: Mapping[str, Any]) -> Maker:
    """Return what made the segments: a model alone, a person who began from a model, or a person."""
    model = model_of(info)
    if model is None:
        return Maker(AlgorithmType.MANUAL, author_of(info), "")
    is_by_person = "label_info" in info
    kind = AlgorithmType.SEMIAUTOMATIC if is_by_person else AlgorithmType.AUTOMATIC
    name, _, version = model.partition("@")
    return Maker(kind, name, version, _family_of(info))


def _family_of(info: Mapping[str, Any]) -> Code:
    """Return what kind of algorithm `/infer` said that it was."""
    answer = info.get("params")
    value = answer.get("family") if isinstance(answer, Mapping) else None
    return next((family for family in FAMILIES if family.value == value), ARTIFICIAL_INTELLIGENCE)


def finished_frames_of(info: Mapping[str, Any]) -> tuple[int, ...] | None:
    """Return the frames (t, zero-based) that a person says to have finished, None when not said.

    Raises:
        LabelFileError: `finished_frame_numbers` is no list of frame numbers from 1.
    """
    numbers = info.get("finished_frame_numbers")
    if numbers is None:
        return None
    if not isinstance(numbers, list) or not all(type(number) is int and number >= 1 for number in numbers):
        raise LabelFileError("`finished_frame_numbers` is no list of frame numbers; frames count from 1.")
    return tuple(number - 1 for number in numbers)


def _lookup(volume: NDArray[np.uint8], label_info: object, table: LabelTable) -> NDArray[np.uint8]:
    """Return the table's index for every value of a file, an array of 256."""
    present = [int(value) for value in np.unique(volume) if value]
    names = _names_of_values(label_info, present)
    lookup = np.zeros(256, np.uint8)
    for value in present:
        lookup[value] = _index_of(value, names, table)
    return lookup


def _names_of_values(label_info: object, present: Sequence[int]) -> dict[int, str]:
    """Return what `label_info` calls each value.

    Clients send `[{"name": "vessel", "idx": 1}, ...]`. 3D Slicer counts `idx` before it leaves out
    its helper segments and numbers the values after: where the values do not fit, order decides.
    """
    if not label_info:
        return {}
    try:
        pairs = [(int(item["idx"]), str(item["name"])) for item in label_info if item.get("name")]  # type: ignore[attr-defined]
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise LabelFileError('`label_info` is not a list of {"name": ..., "idx": ...}.') from error
    if set(present) <= {index for index, _ in pairs}:
        return dict(pairs)
    return {order: name for order, (_, name) in enumerate(pairs, start=1)}


def _index_of(value: int, names: Mapping[int, str], table: LabelTable) -> int:
    name = names.get(value)
    try:
        if name is None:
            return table.by_index(value).index
        return 0 if name == BACKGROUND else table.by_name(name).index
    except UnknownLabelError as error:
        raise LabelFileError(
            f"Value {value} of the label means {name or 'nothing'!r}, and the label table has no such label. "
            "Rename the segment, or add the label with `fluoro labels import`."
        ) from error
