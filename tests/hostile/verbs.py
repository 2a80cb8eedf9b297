"""Every verb, in every format, without AWS: what the tests of this folder run over a service. A new verb needs a line here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from sls_leastpriv.cli import VERBS
from sls_leastpriv.commands import check, generate

NOTHING_ALLOWED = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}


def command_lines(folder: Path) -> Iterator[tuple[str, ...]]:
    """Command lines that want a service behind them; `folder` gets the files that they name."""
    for form in generate.FORMATS:
        yield ("generate", "--format", form)
    yield ("generate", "--output", str(folder / "written"))
    yield ("generate", "--fit", "1")
    yield ("generate", "--with-check")
    yield ("explain",)
    policy = folder / "nothing.json"
    policy.write_text(json.dumps(NOTHING_ALLOWED), "utf-8")
    for form in check.FORMATS:
        yield ("check", "--format", form, "--policy", str(policy))


def covered(folder: Path) -> set[str]:
    """The verbs that the lines are of."""
    return {line[0] for line in command_lines(folder)}


def uncovered(folder: Path) -> set[str]:
    """The verbs that have no line."""
    return set(VERBS) - covered(folder)
