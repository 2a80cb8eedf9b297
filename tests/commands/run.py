"""Runs the engine as a user does: a process, its exit code, stdout and stderr."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


def run(*arguments: str | Path, stdin: str | bytes = b"", env: dict[str, str] | None = None, cwd: Path | None = None) -> Outcome:
    """`sls-leastpriv ARGUMENTS` in an environment without credentials."""
    scrubbed = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    finished = subprocess.run(
        [sys.executable, "-m", "sls_leastpriv", *map(str, arguments)],
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        env={**scrubbed, **(env or {})},
        cwd=cwd,
        timeout=60,
        check=False,
    )
    return Outcome(finished.returncode, finished.stdout.decode(), finished.stderr.decode())


STACK = ("--stack-name", "orders-dev", "--region", "us-east-1", "--account", "111111111111")


def write(path: Path, document: Any) -> Path:
    path.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
    return path
