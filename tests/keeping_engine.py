"""An engine that only keeps what the plugin hands over."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

OSLS = Path(__file__).parent.parent / "node_modules" / ".bin" / "osls"


class KeepingEngine(NamedTuple):
    """`program` stands in for the Python that has the engine, for `SLS_LEASTPRIV_PYTHON`; `handoff` is what it got last."""

    program: Path
    handoff: Path


def keeping_engine(folder: Path) -> KeepingEngine:
    """Writes the program into the folder."""
    kept, program = folder / "handoff.json", folder / "engine"
    program.write_text(f'#!/bin/sh\ncase "$*" in *sls_leastpriv*) cat > "{kept}";; *) exec "{sys.executable}" "$@";; esac\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return KeepingEngine(program, kept)


def handed_over(service: Path) -> dict[str, Any]:
    """What the plugin hands over after the real osls packaged the service, without the machine's paths.

    Raises `subprocess.CalledProcessError` with the Framework's own words.
    """
    with tempfile.TemporaryDirectory() as folder:
        engine = keeping_engine(Path(folder))
        environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        environment |= {
            "SLS_LEASTPRIV_PYTHON": str(engine.program),
            "SLS_TELEMETRY_DISABLED": "1",
            "SLS_NOTIFICATIONS_MODE": "off",
            "CI": "1",
        }
        command = [str(OSLS), "leastpriv", "generate"]
        streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        subprocess.run(command, cwd=service, env=environment, check=True, text=True, **streams)
        document: dict[str, Any] = json.loads(engine.handoff.read_text("utf-8"))
    return document | {"serviceDir": ".", "stateFile": None}
