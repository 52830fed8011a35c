"""The frames that were looked at lately, so that a second click costs only the light part."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, TypeAlias

from lib.interaction.clicker import Encoding

Key: TypeAlias = tuple[str, int]
"""Image id (the run's SOP Instance UID) and frame t."""

LIMIT_BYTES: Final = 512 * 2**20


class Encodings:
    """Encodings by image id and frame; the one used longest ago goes first when memory is short.

    Safe for threads: of those who ask for the same frame at once, one encodes it and the others wait.
    """

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._kept: OrderedDict[Key, Encoding] = OrderedDict()
        self._coming: dict[Key, Future[Encoding]] = {}
        self._lock = threading.Lock()

    def of(self, image_id: str, t: int, encode: Callable[[], Encoding]) -> Encoding:
        """Return the encoding of a frame; `encode` is called only where nobody has it yet.

        An error of `encode` is raised to all who wait for it; the next one who asks tries again.
        """
        key = (image_id, t)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            coming = self._coming.get(key)
            mine = coming is None
            if coming is None:
                coming = self._coming[key] = Future()
        if mine:
            self._encode(key, coming, encode)
        return coming.result()

    def forget(self, image_id: str) -> None:
        """Drop all frames of a run, as when its file has changed."""
        with self._lock:
            for key in [key for key in self._kept if key[0] == image_id]:
                del self._kept[key]

    def _encode(self, key: Key, coming: Future[Encoding], encode: Callable[[], Encoding]) -> None:
        try:
            encoding = encode()
        except BaseException as error:
            with self._lock:
                del self._coming[key]
            coming.set_exception(error)
            return
        with self._lock:
            del self._coming[key]
            self._keep(key, encoding)
        coming.set_result(encoding)

    def _keep(self, key: Key, encoding: Encoding) -> None:
        """Keep one more; it stays alone where it is larger than the limit."""
        self._kept[key] = encoding
        while len(self._kept) > 1 and sum(one.nbytes for one in self._kept.values()) > self._limit_bytes:
            self._kept.popitem(last=False)
