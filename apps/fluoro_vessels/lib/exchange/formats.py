"""All formats, by their names."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from lib.exchange.coco import Coco
from lib.exchange.dicomseg import DicomSeg
from lib.exchange.format import Format
from lib.exchange.labelme import LabelMe
from lib.exchange.nifti import Nifti
from lib.exchange.nnunet import NnUnet
from lib.exchange.png import Png
from lib.exchange.yolo import Yolo

_ALL: Final[tuple[Format, ...]] = (Coco(), Yolo(), NnUnet(), Nifti(), Png(), LabelMe(), DicomSeg())
FORMATS: Final[Mapping[str, Format]] = MappingProxyType({one.name: one for one in _ALL})
