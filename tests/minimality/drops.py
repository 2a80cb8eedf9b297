"""Each action dropped in turn, for real: the story is lived under all but one of them.

The proxy judges each call by itself, so an action that was asked should be denied without, and one that was not asked should not
be. The runs show whether that holds: a story may take another way when it is denied something. Their outcomes are kept in a file,
so that a long series can be resumed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.e2e.loop.framework import Run
from tests.e2e.loop.policies import Policies
from tests.e2e.story import Plot
from tests.minimality.grants import ReportedNeed, Side
from tests.minimality.recording import Recording


@dataclass(frozen=True)
class Drop:
    """What became of a story without one action. The rest is that of the first run that lacked something."""

    action: str
    command: str | None = None
    denied: tuple[str, ...] = ()
    exit_code: int = 0

    @property
    def tolerated(self) -> bool:
        """The command ended well all the same."""
        return bool(self.denied) and self.exit_code == 0

    @property
    def undecided(self) -> bool:
        """The command failed of something else, which says nothing of the action."""
        return not self.denied and self.exit_code != 0


def outcome(action: str, run: Run | None) -> Drop:
    """From the run at which the story ended before its time."""
    if run is None:
        return Drop(action)
    denied = sorted({lacking for call in run.denied for lacking, _ in call.denied})
    return Drop(action, run.command, tuple(denied), run.exit_code)


def without(recording: Recording, side: Side, action: str) -> Policies:
    """All that is granted, but for the action on this side."""
    return recording.policies(side, [need for need in recording.needs_of(side) if need["action"] != action])


class Kept:
    """Outcomes in a file of JSON lines, each under a digest of all that decides it; in memory only where no file is named."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        lines = path.read_text("utf-8").splitlines() if path is not None and path.exists() else []
        read = [json.loads(line) for line in lines]
        self._drops = {one["key"]: Drop(**(one["drop"] | {"denied": tuple(one["drop"]["denied"])})) for one in read}

    def get(self, key: str) -> Drop | None:
        """The outcome, where it is known."""
        return self._drops.get(key)

    def add(self, key: str, drop: Drop) -> None:
        """Remembers it."""
        self._drops[key] = drop
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"key": key, "drop": asdict(drop)}) + "\n")


def key_of(framework: str, side: Side, plots: Sequence[Plot], needs: Iterable[ReportedNeed], action: str) -> str:
    """The same stories under the same grants without the same action have the same outcome."""
    granted: Sequence[object] = sorted(json.dumps([need["action"], need["resource"], need["conditions"]]) for need in needs)
    told = [part for plot in plots for part in (plot.service, plot.commands, plot.provider)]
    decides = [framework, side, *told, granted, action]
    return hashlib.sha256(json.dumps(decides).encode()).hexdigest()[:16]
