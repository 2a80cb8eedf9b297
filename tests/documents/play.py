"""One document that is gone through: its examples share scenes, one after the other."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from tests.documents.scene import Scene


class Replacement(NamedTuple):
    """A part of the document's text, and what is to stand there."""

    start: int
    end: int
    text: str


@dataclass
class Play:
    """`packages` keeps hand-offs, for other documents too. With `renewing`, outputs that differ are gathered and no failures."""

    packages: Path
    renewing: bool = False
    replacements: list[Replacement] = field(default_factory=list)
    goes_into: str | None = None
    """The file of the service that the next block is written into."""

    _scene: Scene | None = None
    _leaves: ExitStack = field(default_factory=ExitStack)

    @property
    def scene(self) -> Scene:
        if self._scene is None:
            raise AssertionError("no scene: put `<!-- in: FIXTURE -->` in front of the first command")
        return self._scene

    def enter(self, fixture: str, *, through_osls: bool) -> None:
        """A fresh copy of the service; what the scene before it left is gone."""
        self._leaves.close()
        home = Path(self._leaves.enter_context(tempfile.TemporaryDirectory(prefix="page-")))
        self._scene = Scene(home.resolve(), fixture, self.packages, through_osls, leaves=self._leaves).make()

    def put(self, made: Callable[[str], str]) -> None:
        """Writes a block into the file of the scene that a directive in front of it names; `made` gets what is there already."""
        if self.goes_into is None:
            return
        file = self.scene.folder / self.goes_into
        self.goes_into = None
        file.parent.mkdir(exist_ok=True)
        text = made(file.read_text("utf-8") if file.exists() else "")
        file.write_text(text, "utf-8")
        if text.startswith("#!"):
            file.chmod(0o755)

    def __enter__(self) -> Play:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._leaves.close()


def replaced(text: str, replacements: Sequence[Replacement]) -> str:
    """The text with all replacements made."""
    for start, end, new in sorted(replacements, reverse=True):
        text = text[:start] + new + text[end:]
    return text
