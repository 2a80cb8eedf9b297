"""The engine in this process, its input and outputs in memory: thousands of runs where a process each would be too slow."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sls_leastpriv.cli import OUR_BUG, main


@dataclass(frozen=True)
class Said:
    """What one run left behind."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err


def engine(*arguments: str | Path, stdin: Any = "") -> Said:
    """`sls-leastpriv ARGUMENTS`; `stdin` is text, or a document that is sent as JSON. Fails where the engine says it has a bug."""
    text = stdin if isinstance(stdin, str) else json.dumps(stdin)
    before = sys.stdin, sys.stdout, sys.stderr
    out, err = io.StringIO(), io.StringIO()
    sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(text.encode("utf-8", "surrogatepass"))), out, err
    try:
        code = main([str(one) for one in arguments])
    except SystemExit as error:
        # `--help`, as argparse has it
        code = int(error.code or 0)
    finally:
        sys.stdin, sys.stdout, sys.stderr = before
    said = Said(code, out.getvalue(), err.getvalue())
    assert code in (0, 1, 2, 3, 4), f"{OUR_BUG} is a bug: {said.err}"
    return said
