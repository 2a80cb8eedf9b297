"""Packages a service with the Framework that runs the plugin, and reads the report that comes back."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sls_leastpriv.errors import ServiceError, UsageError
from sls_leastpriv.read.json_text import parse_json

Packager = tuple[Sequence[str], Sequence[str]]
"""The words that start the Framework, and the options for it."""

_SECONDS = 600
_LAST_LINES = 12


def parse_packager(text: str) -> Packager:
    """The plugin's `--packager`: `[[node, framework], [options…]]`. UsageError for anything else."""
    document = parse_json(text, "`--packager`")
    if not (isinstance(document, list) and len(document) == 2 and all(map(_texts, document)) and document[0]):
        raise UsageError("`--packager` is not in its form", help="the plugin gives it; leave it out")
    return document[0], document[1]


def _texts(words: Any) -> bool:
    return isinstance(words, list) and all(isinstance(word, str) for word in words)


def report_of(folder: Path, packager: Packager, what: str) -> Any:
    """The report of the service in a folder. ServiceError, which calls it `what`, where it cannot be packaged."""
    command, options = packager
    words = [*command, "leastpriv", "generate", "--format", "report", "--previous", "none", "--output", "-", *options]
    help = "commit a baseline there: `generate --output leastpriv`; or name another one with `--base`; its last words are above"
    try:
        finished = subprocess.run(words, cwd=folder, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise ServiceError(f"{what} was not packaged within {_SECONDS} seconds", help=help) from None
    except OSError:
        raise ServiceError(f"{what} cannot be packaged: the Framework does not start", help=help) from None
    if finished.returncode != 0:
        last = finished.stderr.decode("utf-8", "replace").splitlines()[-_LAST_LINES:]
        sys.stderr.write("".join(f"  {line}\n" for line in last))
        raise ServiceError(f"{what} cannot be packaged (exit code {finished.returncode})", help=help)
    return parse_json(finished.stdout.decode("utf-8", "replace"), f"the report of {what}")
