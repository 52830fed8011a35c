"""DIMSE: what DICOM nodes without DICOMweb speak, as service user and as the one that stores.

DICOM:
    PS3.7 (messages), PS3.8 (associations), PS3.4 B, C, J (storage, query and retrieve, commitment).
"""

from lib.pacs.dimse.node import Caller, DicomNode
from lib.pacs.dimse.sending import Delivery, deliver, groups, send

__all__ = ["Caller", "Delivery", "DicomNode", "deliver", "groups", "send"]
