"""Writing a SEG: what its tests share."""

from pydicom.dataset import Dataset, FileDataset

from tests.seg_labels import seg_label, written


def seg_of(source: Dataset, *names: str, **changes: object) -> FileDataset:
    return written(source, seg_label(source, *names, **changes))


def source_image(seg: Dataset, index: int = 0) -> Dataset:
    return seg.PerFrameFunctionalGroupsSequence[index].DerivationImageSequence[0].SourceImageSequence[0]
