"""Says on stderr that something takes longer than a second. A thread of its own, because what is waited for may hang."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType
from typing import Final, Self

_FIRST: Final = 1.0
_THEN: Final = 5.0


class Progress:
    """`with Progress("asking IAM") as progress:`; `progress.of(3, 20)` says how far it is."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._stop = threading.Event()
        self._state = ""
        self._thread = threading.Thread(target=self._tell, daemon=True)

    def of(self, done: int, total: int) -> None:
        """Sets how much is done."""
        self._state = f": {done} of {total} answers"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()

    def _tell(self) -> None:
        begin = time.monotonic()
        wait = _FIRST
        while not self._stop.wait(wait):
            sys.stderr.write(f"{self._what}{self._state} ({time.monotonic() - begin:.0f} s)\n")
            sys.stderr.flush()
            wait = _THEN
