"""What was found in the pixels of a run, and what became of it."""

from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """What made a region text; never the text itself, which may be a name."""

    ZONE = "the station writes here"
    READ = "read as text"
    STILL = "stays while the picture moves"
    BORDER = "drawn beside the picture"
    LINE = "looks like a line of text"
    UNREAD = "looks a little like a line of text, and cannot be read"
    MARKER = "a lead marker"
    CROWDED = "the picture is full of small things, as a page of text is"
    HEADER = "the header says that text is burned in, and none was found"
    PERSON = "a person said so"


@dataclass(frozen=True, order=True)
class Region:
    """A rectangle of pixels, the same on all frames.

    Attributes:
        top: First row.
        left: First column.
        bottom: Row below the last.
        right: Column behind the last.
        why: What made it text.
    """

    top: int
    left: int
    bottom: int
    right: int
    why: Why = Why.READ

    @property
    def rows(self) -> slice:
        """Return its rows."""
        return slice(self.top, self.bottom)

    @property
    def columns(self) -> slice:
        """Return its columns."""
        return slice(self.left, self.right)

    @property
    def height(self) -> int:
        """Return its height in pixels."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Return its width in pixels."""
        return self.right - self.left

    @property
    def area(self) -> int:
        """Return how many pixels it has."""
        return self.height * self.width

    def covers(self, other: "Region", share: float) -> bool:
        """Tell whether it covers at least this share of another region."""
        tall = min(self.bottom, other.bottom) - max(self.top, other.top)
        wide = min(self.right, other.right) - max(self.left, other.left)
        return min(tall, wide) > 0 and tall * wide >= share * other.area


@dataclass(frozen=True)
class PixelReport:
    """What became of the pixels of one instance.

    Attributes:
        blanked: Regions that are black now, on every frame.
        doubtful: Regions that look like text and were left; while there is one, nothing may leave.
        kept: Lead markers that were left by choice, and what a person said is no text.
        method: How the pixels were looked at and how they were stored again, in one sentence.
    """

    blanked: tuple[Region, ...]
    doubtful: tuple[Region, ...]
    kept: tuple[Region, ...]
    method: str

    @property
    def may_leave(self) -> bool:
        """Tell whether no doubt is left."""
        return not self.doubtful
