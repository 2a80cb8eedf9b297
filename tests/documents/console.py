"""`console` blocks: each `$ command` is run, and what is shown below it must be what it prints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import unified_diff

from sybil import Example

from tests.documents.play import Play, Replacement
from tests.documents.shown import shown_anew, shows

PROMPT = "$ "
PROGRESS = re.compile(r"asking .+ \(\d+ s\)")
"""What comes and goes with the load of the machine."""


@dataclass
class Command:
    """A command of a block: the lines of it as they stand there, and those of its output."""

    lines: list[str]
    output: list[str] = field(default_factory=list)
    blank: int = 0
    """Blank lines between its output and the next command."""

    @property
    def line(self) -> str:
        """What the shell gets."""
        return "\n".join(self.lines)[len(PROMPT) :]


def run_console(example: Example) -> str | None:
    """Runs a block → what is wrong with it."""
    play: Play = example.namespace["play"]
    wrong: list[str] = []
    renewed: list[str] = []
    for command in commands(example.parsed):
        ended = play.scene.run(command.line)
        actual = [one.rstrip() for one in ended.output.rstrip().splitlines() if not PROGRESS.fullmatch(one)]
        if not shows(command.output, actual):
            change = "\n".join(unified_diff(command.output, actual, "shown", "printed", lineterm="", n=1))
            wrong.append(f"$ {command.line}\n{change}\nexit code {ended.code}; `python -m tests.update_documents` renews it")
        elif ended.code and not command.output:
            wrong.append(f"$ {command.line}\nended with {ended.code} and says nothing")
        renewed += [*command.lines, *shown_anew(command.output, actual), *[""] * command.blank]
    if not play.renewing:
        return "\n\n".join(wrong) or None
    text = "".join(f"{line}\n" for line in renewed)
    if text != example.parsed:
        start = example.region.start + example.parsed.offset
        play.replacements.append(Replacement(start, start + len(example.parsed), text))
    return None


def commands(text: str) -> Iterator[Command]:
    """The commands of a block. AssertionError for a block that begins with something else."""
    current: Command | None = None
    for line in text.splitlines():
        if current is not None and current.lines[-1].endswith("\\") and not current.output:
            current.lines.append(line)
        elif line.startswith(PROMPT):
            if current is not None:
                yield _trimmed(current)
            current = Command([line])
        else:
            assert current is not None, f"a console block begins with `{PROMPT}`, not with `{line}`"
            current.output.append(line)
    assert current is not None, "an empty block"
    yield _trimmed(current)


def _trimmed(command: Command) -> Command:
    while command.output and not command.output[-1].strip():
        command.output.pop()
        command.blank += 1
    return command
