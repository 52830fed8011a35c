"""How a simulated session of clicks goes; words only, so that a command line can name them in no time."""

from enum import StrEnum


class ClickProtocol(StrEnum):
    """How a simulated person clicks."""

    CENTER = "center"
    HURRIED = "hurried"


class Start(StrEnum):
    """What the first click corrects: the automatic result, its main branches, or nothing."""

    AUTOMATIC = "automatic"
    MAIN = "main"
    EMPTY = "empty"
