"""The user's cache: what AWS said lately, so that an unchanged redeploy asks nothing.

Private (files 0600 in a folder 0700), atomic, and never trusted: what is too old, of another form, or could have been written by
somebody else is not there. docs/decisions/ says why its age is the only thing that makes it stale.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

FORMAT: Final = 1
DEFAULT_AGE: Final = 300.0
_KEPT: Final = 86400.0


class Cache:
    """Documents by key. One that is older than `max_age` seconds is not found; a `max_age` of 0 finds and stores nothing."""

    def __init__(self, max_age: float = DEFAULT_AGE, folder: Path | None = None) -> None:
        self._max_age = max_age
        self._folder = folder or cache_folder()

    def load(self, kind: str, key: str) -> tuple[Mapping[str, Any], float] | None:
        """The document and when it was stored, in seconds since 1970; None where there is none to be trusted."""
        path = self._path(kind, key)
        try:
            if self._max_age <= 0 or not _is_private(path):
                return None
            stored = json.loads(path.read_text("utf-8"))
            made, document = float(stored["made"]), stored["document"]
            right = stored["format"] == FORMAT and stored["key"] == _digest(key) and isinstance(document, dict)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        return (document, made) if right and 0 <= time.time() - made <= self._max_age else None

    def store(self, kind: str, key: str, document: Mapping[str, Any]) -> None:
        """Keeps a document. A cache that cannot be written is no error."""
        if self._max_age <= 0:
            return
        text = json.dumps({"format": FORMAT, "key": _digest(key), "made": time.time(), "document": document})
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder.chmod(0o700)
            self._forget_old()
            handle, temporary = tempfile.mkstemp(dir=self._folder, prefix=".new-")  # made with mode 0600
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(text)
                Path(temporary).replace(self._path(kind, key))
            except OSError:
                Path(temporary).unlink(missing_ok=True)
        except OSError:
            return

    def _path(self, kind: str, key: str) -> Path:
        return self._folder / f"{kind}-{_digest(key)[:32]}.json"

    def _forget_old(self) -> None:
        """Removes what is past use: each session of a role leaves files of its own."""
        for path in self._folder.iterdir():
            if path.is_file() and time.time() - path.stat().st_mtime > max(_KEPT, self._max_age):
                path.unlink(missing_ok=True)


def cache_folder() -> Path:
    """The folder of the check in the user's cache directory; the same directory as the plugin's own."""
    environment = os.environ
    if sys.platform == "win32":
        base = Path(environment.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif environment.get("XDG_CACHE_HOME"):
        base = Path(environment["XDG_CACHE_HOME"])
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path.home() / ".cache"
    return base / "serverless-leastpriv" / "check"


def endpoints() -> str:
    """Where requests go, as far as the environment says: what an emulator said is nothing that AWS said."""
    return " ".join(f"{name}={value}" for name, value in sorted(os.environ.items()) if name.startswith("AWS_ENDPOINT_URL"))


def _is_private(path: Path) -> bool:
    """Whether nobody else can have written the file. Windows keeps a user's cache directory private itself."""
    if sys.platform == "win32":
        return True
    for one in (path, path.parent):
        status = one.lstat()
        if status.st_uid != os.getuid() or status.st_mode & 0o077:
            return False
    return path.is_file() and not path.is_symlink()


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
