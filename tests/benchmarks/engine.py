"""The engine's own figures."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.benchmarks.granted import granted
from tests.benchmarks.measure import Result, best, process
from tests.benchmarks.services import write
from tests.benchmarks.trails import EVENTS, write_logs

STACK = ("--stack-name", "orders-dev", "--region", "us-east-1", "--account", "111111111111")
SERVICES = 200


def bare(times: int) -> float:
    """An interpreter that does nothing: what everything is compared with."""
    return best(lambda: process([sys.executable, "-I", "-c", "pass"]), times)


def results(folder: Path, times: int) -> Iterator[Result]:
    """Start-up, sizes, the verbs, and a monorepo."""
    small, large = write(folder / "30", 30), write(folder / "500", 500)
    policy = folder / "policy.json"
    policy.write_text('{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}', "utf-8")
    lines: tuple[tuple[str, tuple[str | Path, ...], str], ...] = (
        ("`--version`", ("--version",), "start-up alone"),
        ("generate, 30 resources", ("generate", "--template", small, *STACK), _granted(small)),
        ("generate, 500 resources", ("generate", "--template", large, *STACK), _granted(large)),
        ("generate, 500 resources, report", ("generate", "--template", large, *STACK, "--format", "report"), ""),
        ("explain, 500 resources", ("explain", "--template", large, *STACK), ""),
        ("check, 500 resources", ("check", "--template", large, *STACK, "--policy", policy), "with a policy in a file"),
        ("diff, 500 resources", ("diff", "--template", large, *STACK, "--base", policy), "with a policy in a file"),
    )
    for name, words, note in lines:
        yield Result(name, best(_engine(*words), times), note)
    logs = ("observe", write_logs(folder / "logs"))
    yield Result(f"observe, {EVENTS} events", best(_engine(*logs), times), "log files, gzip")
    yield from _monorepo(folder)


def _granted(template: Path) -> str:
    words = ("generate", "--template", template, *STACK)
    return granted(json.loads(process([sys.executable, "-m", "sls_leastpriv", *words])))


def _engine(*words: str | Path) -> Callable[[], object]:
    # 1: it found something, as it should
    return lambda: process([sys.executable, "-m", "sls_leastpriv", *words], codes=(0, 1))


def _monorepo(folder: Path) -> Iterator[Result]:
    services = [write(folder / f"service-{n}", 30) for n in range(SERVICES)]
    workers = os.cpu_count() or 1

    def one(template: Path) -> None:
        process([sys.executable, "-m", "sls_leastpriv", "generate", "--template", template, *STACK])

    def parallel(some: Sequence[Path]) -> Callable[[], None]:
        def run() -> None:
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(one, some))

        return run

    half = best(parallel(services[: SERVICES // 2]), 1)
    whole = best(parallel(services), 1)
    yield Result(f"{SERVICES} services of 30 resources", whole, f"{workers} at a time; {whole / half:.2f} × that of half of them")


def versions() -> dict[str, str]:
    """What the figures are of."""
    from sls_leastpriv import __version__

    return {"sls-leastpriv": __version__, "python": sys.version.split()[0], "cpus": str(os.cpu_count())}


def write_json(path: Path, bare_seconds: float, found: Sequence[Result]) -> None:
    """All of it, for comparing runs."""
    document = {
        "versions": versions(),
        "bare_interpreter_seconds": bare_seconds,
        "results": [
            {"name": one.name, "seconds": one.seconds, "ratio": one.ratio(bare_seconds), "note": one.note} for one in found
        ],
    }
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", "utf-8")
