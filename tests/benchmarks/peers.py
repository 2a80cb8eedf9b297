"""Other tools over the same templates, where they are installed: `--peers DIR` names a folder with a `venv` and `node_modules`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.measure import Result, best, process
from tests.benchmarks.services import write

INSTALL = "python -m venv DIR/venv && DIR/venv/bin/pip install cfn2iam trailscraper && npm install --prefix DIR cfn-giam"


def results(folder: Path, peers: Path | None, times: int) -> Iterator[Result]:
    """cfn-giam and cfn2iam on 30 resources; neither scopes what it writes, and both ask the registry where they do not have it."""
    template = write(folder / "peer", 30)
    commands = {
        "cfn-giam": ["node_modules/.bin/cfn-giam", "-i", template],
        "cfn2iam": ["venv/bin/cfn2iam", template],
    }
    for name, (program, *words) in commands.items():
        if peers is None or not (peers / str(program)).exists():
            yield Result(f"{name}, 30 resources", None, "not installed: see `--peers`")
            continue
        try:
            seconds = best(lambda program=program, words=words: process([peers / str(program), *words], cwd=folder), times)
        except RuntimeError as error:
            yield Result(f"{name}, 30 resources", None, str(error).splitlines()[-1][:120])
        else:
            yield Result(f"{name}, 30 resources", seconds)
