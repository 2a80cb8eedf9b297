"""The check that asks AWS, which a service on this machine plays: what a deploy waits for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.engine import STACK
from tests.benchmarks.measure import Result, best, process
from tests.benchmarks.services import write
from tests.check.reader import Reader
from tests.check.running import Desk, allow, policy
from tests.check.stub import Stub


def results(folder: Path, times: int) -> Iterator[Result]:
    """The policies of a user are read, and once more when they are in the cache. AWS's own time is not in it."""
    template, desk = write(folder / "asking", 30), Desk(folder / "asking")
    words = [sys.executable, "-m", "sls_leastpriv", "check", "--template", template, *STACK, "--previous", "none"]
    with Stub(Reader({"Everything": policy(allow("*"))})) as aws:
        variables = desk.surroundings(aws.env)

        def check(*more: str) -> None:
            process([*words, *more], codes=(0, 1), **variables)

        yield Result("check that asks AWS, 30 resources", best(lambda: check("--max-age", "0"), times), _calls(aws, times))
        check()
        before = len(aws.asked)
        yield Result("check, asked before", best(check, times), f"{len(aws.asked) - before} calls")


def _calls(aws: Stub, times: int) -> str:
    return f"{len(aws.asked) // times} calls"
