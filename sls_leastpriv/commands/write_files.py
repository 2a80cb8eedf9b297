"""Writes files, all or nothing: each is made beside its place and then moved."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Set
from pathlib import Path

from sls_leastpriv.errors import UsageError


def write_files(files: Mapping[Path, str], target: str, *, gone: Set[Path] = frozenset()) -> list[str]:
    """Writes all files or none, removes those of `gone` that are not among them, and returns the names of those written.

    UsageError, which calls the place `target`, when it cannot be done.
    """
    try:
        _write(files)
        for stale in gone - set(files):
            stale.unlink(missing_ok=True)
    except OSError as error:
        reason = (error.strerror or "it failed").lower()
        raise UsageError(f"`{target}` cannot be written: {reason}", help="name another place with `--output`") from error
    return [str(path) for path in files]


def _write(files: Mapping[Path, str]) -> None:
    made: list[tuple[str, Path]] = []
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".leastpriv-")
            made.append((temporary, path))
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            Path(temporary).chmod(0o644)
        for temporary, path in made:
            Path(temporary).replace(path)
    except OSError:
        for temporary, _ in made:
            Path(temporary).unlink(missing_ok=True)
        raise
