"""Functional groups of enhanced objects: what holds for every frame and what holds for one."""

from lib.frames.values import Values


class FunctionalGroups:
    """Shared and per-frame macros of an Enhanced XA or XRF header; empty for the older objects.

    DICOM:
        Multi-frame Functional Groups Module, PS3.3 C.7.6.16.
    """

    def __init__(self, header: Values) -> None:
        self._shared = header.items("SharedFunctionalGroupsSequence")
        self._frames = header.items("PerFrameFunctionalGroupsSequence")

    def __bool__(self) -> bool:
        """Tell whether the header has functional groups at all."""
        return bool(self._shared or self._frames)

    def item(self, macro: str, t: int = 0) -> Values | None:
        """Return the item of a macro that holds for frame t; the frame's own wins over the shared one."""
        for group in (*self._frames[t : t + 1], *self._shared[:1]):
            if found := group.items(macro):
                return found[0]
        return None

    def numbers(self, macro: str, keyword: str, n_frames: int) -> tuple[float, ...]:
        """Return one number for every frame, or () as soon as one frame has none."""
        found = []
        for t in range(n_frames):
            item = self.item(macro, t)
            number = None if item is None else item.number(keyword)
            if number is None:
                return ()
            found.append(number)
        return tuple(found)
