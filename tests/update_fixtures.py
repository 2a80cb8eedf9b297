"""`python -m tests.update_fixtures [NAME …]`: rewrites the expected outputs of the fixture services, for review.

With `--package` each service is packaged anew by the real osls through the plugin, and its hand-off rewritten too.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from tests.commands.run import run
from tests.fixture import ACCOUNT, FIXTURES, fixture_names, handoff
from tests.keeping_engine import handed_over


def package(name: str) -> None:
    """Rewrites the hand-off by what the plugin hands over now."""
    document = handed_over(FIXTURES / name)
    (FIXTURES / name / "handoff.json").write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", "utf-8")


def expect(name: str) -> None:
    """Writes what the engine says now."""
    expected = FIXTURES / name / "expected"
    expected.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        path = handoff(name, Path(folder))
        policy = run("generate", "--handoff", path, "--account", ACCOUNT)
        explanation = run("explain", "--handoff", path, "--account", ACCOUNT)
    for file, text in (("policy.json", policy.out), ("gaps.txt", policy.err), ("explain.txt", explanation.out)):
        (expected / file).write_text(text, "utf-8")


if __name__ == "__main__":
    names = [name for name in sys.argv[1:] if not name.startswith("--")] or fixture_names()
    for fixture in names:
        if "--package" in sys.argv:
            package(fixture)
        expect(fixture)
