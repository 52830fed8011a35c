"""Which DICOM node a word of the command line means."""

from typing import TYPE_CHECKING, Final

from lib.errors.dimse import UnknownNodeError
from lib.settings import settings

if TYPE_CHECKING:
    from lib.pacs.dimse.node import DicomNode

NODE_HELP: Final = "A node of the settings, AET@HOST:PORT, or a modality of our Orthanc."


def node_named(text: str) -> "DicomNode":
    """Return the node of the settings with this name, AET@HOST:PORT, or a modality of our Orthanc.

    Raises:
        UnknownNodeError: It is none of them.
        DicomNodeError: It is a malformed address.
    """
    from lib.pacs.dimse.node import DicomNode
    from lib.pacs.dimse.tls import node_of

    named = settings().dimse.nodes
    if text in named:
        return node_of(named[text])
    if "@" in text:
        return DicomNode.parse(text)
    modalities = _modalities()
    if text in modalities:
        return modalities[text]
    raise UnknownNodeError(text, sorted({*named, *modalities}))


def _modalities() -> "dict[str, DicomNode]":
    """Return the nodes that our PACS knows, where it is an Orthanc that answers."""
    from lib.errors import UnavailableError
    from lib.pacs.orthanc import orthanc_behind

    try:
        orthanc = orthanc_behind(settings().pacs)
        return {} if orthanc is None else {one.name: one.node for one in orthanc.modalities()}
    except UnavailableError:
        return {}
