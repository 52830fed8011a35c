"""The labels that a pixel can have: names, indices, codes and colours."""

from lib.labels.own import import_labels, load_label_table
from lib.labels.table import OWN_INDICES, Code, Label, LabelTable

__all__ = ["OWN_INDICES", "Code", "Label", "LabelTable", "import_labels", "load_label_table"]
