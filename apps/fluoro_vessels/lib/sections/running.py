"""How much the server does at once, how it stops, and what it writes about itself."""

from typing import Literal

from pydantic import Field

from lib.sections.section import Section


class QueueSettings(Section):
    """One kind of work."""

    at_once: int = Field(ge=1, le=256)
    """So many requests are worked on at a time."""
    waiting: int = Field(ge=0, le=10_000)
    """So many may wait beside those; one more is answered 429."""


class QueuesSettings(Section):
    """Every kind of work has places of its own, so that no kind keeps another one waiting."""

    infer: QueueSettings = QueueSettings(at_once=2, waiting=32)
    """Segmenting and propagating within a request."""
    clicks: QueueSettings = QueueSettings(at_once=4, waiting=128)
    """Prompts, tools and masks of single frames."""
    save: QueueSettings = QueueSettings(at_once=4, waiting=64)
    """Labels, reviews and states of runs."""
    upload: QueueSettings = QueueSettings(at_once=4, waiting=16)
    """DICOM files on their way to the PACS."""
    train: QueueSettings = QueueSettings(at_once=4, waiting=16)
    """MONAI Label's `/train/`, which a client may let wait until the training ends."""
    dicomweb: QueueSettings = QueueSettings(at_once=32, waiting=512)
    """Reading from the PACS below /dicom-web."""
    look: QueueSettings = QueueSettings(at_once=24, waiting=512)
    """All else: lists, frames, pages."""
    stop_s: float = Field(20.0, gt=0, le=600)
    """So long a server that was told to stop finishes what it has begun."""


class LogSettings(Section):
    """What the server writes about itself."""

    file: Literal["json", "text"] = "json"
    """How `logs/server.log` is written: a JSON object a line, or lines for people."""
    output: Literal["json", "text"] = "text"
    """How standard error is written."""
    level: Literal["DEBUG", "INFO", "WARNING"] = "INFO"
    """DEBUG also has a line for every request that only looks."""
