"""An engine that only keeps what the plugin hands over."""

from __future__ import annotations

import stat
import sys
from pathlib import Path
from typing import NamedTuple


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
