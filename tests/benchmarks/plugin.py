"""What the plugin adds to `sls package`: the same service packaged with and without it, in turns."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.measure import Result, best, process
from tests.e2e.loop.framework import missing

ROOT = Path(__file__).parents[2]
CLI = ROOT / "node_modules" / "osls" / "bin" / "serverless.js"


def results(folder: Path, times: int) -> Iterator[Result]:
    """`package` with and without the plugin, and `leastpriv generate` as a whole."""
    if problem := missing("osls@4"):
        yield Result("`sls package` with the plugin", None, problem)
        return
    with_plugin, without = _service(folder / "with", plugin=True), _service(folder / "without", plugin=False)
    pairs = [(best(lambda: _package(without), 1), best(lambda: _package(with_plugin), 1)) for _ in range(times)]
    plain, added = min(one for one, _ in pairs), min(other for _, other in pairs)
    yield Result("`sls package` without the plugin", plain, "osls 4")
    yield Result("`sls package` with the plugin", added, f"{100 * (added - plain) / plain:+.1f} %")
    words = ["node", CLI, "leastpriv", "generate", "--account", "111111111111"]
    whole = best(lambda: process(words, cwd=with_plugin, SLS_LEASTPRIV_PYTHON=sys.executable, SLS_TELEMETRY_DISABLED="1"), times)
    yield Result("`sls leastpriv generate`", whole, "packaging included")


def _package(service: Path) -> None:
    process(["node", CLI, "package"], cwd=service, SLS_TELEMETRY_DISABLED="1", SLS_LEASTPRIV_PYTHON=sys.executable)


def _service(folder: Path, *, plugin: bool) -> Path:
    shutil.copytree(ROOT / "fixtures" / "rest-api", folder, ignore=shutil.ignore_patterns("expected", "handoff.json"))
    file = folder / "serverless.yml"
    if plugin:
        face = folder / "node_modules" / "serverless-leastpriv" / "index.js"
        face.parent.mkdir(parents=True)
        face.write_text(f"module.exports = require({json.dumps(str(ROOT))});\n", "utf-8")
    else:
        file.write_text(file.read_text("utf-8").replace("  - serverless-leastpriv\n", "").replace("plugins:\n", "", 1), "utf-8")
    return folder
