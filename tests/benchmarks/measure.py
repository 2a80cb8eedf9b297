"""Times of whole processes: the machine is noisy, so the best of several, and ratios within one run."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Result:
    """One line of the table. `ratio` is to the interpreter that does nothing; `note` says what was measured, or why it was not."""

    name: str
    seconds: float | None
    note: str = ""

    def ratio(self, bare: float) -> float | None:
        """How many times the interpreter that does nothing."""
        return None if self.seconds is None else self.seconds / bare


def best(run: Callable[[], object], times: int) -> float:
    """The shortest of several."""
    return min(_once(run) for _ in range(times))


def _once(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def process(command: Sequence[str | Path], *, cwd: Path | None = None, codes: Sequence[int] = (0,), **variables: str) -> str:
    """Runs a command to its end, without credentials, and gives its output; raises RuntimeError with what it said if it fails."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | variables
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    if done.returncode not in codes:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {(done.stderr or done.stdout)[-400:]}")
    return done.stdout
