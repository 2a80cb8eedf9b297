"""`python -m tests.update_fixtures [NAME …]`: rewrites the expected outputs of the fixture services, for review.

With `--package` each service is packaged anew by the real osls through the plugin, and its hand-off rewritten too.
"""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.commands.run import run
from tests.fixture import ACCOUNT, FIXTURES, fixture_names, handoff

ROOT = FIXTURES.parent


def package(name: str) -> None:
    """Lets an engine that only keeps what it gets on stdin stand in for ours."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "stdin.json"
        engine = Path(folder) / "engine"
        engine.write_text(f'#!/bin/sh\ncase "$*" in *sls_leastpriv*) cat > "{kept}";; *) exec "{sys.executable}" "$@";; esac\n')
        engine.chmod(engine.stat().st_mode | stat.S_IXUSR)
        environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        environment |= {
            "SLS_LEASTPRIV_PYTHON": str(engine),
            "SLS_TELEMETRY_DISABLED": "1",
            "SLS_NOTIFICATIONS_MODE": "off",
            "CI": "1",
        }
        command = [str(ROOT / "node_modules" / ".bin" / "osls"), "leastpriv", "generate"]
        subprocess.run(command, cwd=FIXTURES / name, env=environment, check=True, stdout=subprocess.DEVNULL)
        document = json.loads(kept.read_text("utf-8"))
    document["serviceDir"] = "."
    document["stateFile"] = None
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
