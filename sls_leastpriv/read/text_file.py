"""The text of a file that the user named, or of standard input; every way this can fail is one clear error."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import BinaryIO, Final

from sls_leastpriv.errors import ServiceError

# CloudFormation takes templates of at most 1 MB; the Framework's state file holds the template twice and more besides.
MAX_BYTES: Final = 50_000_000

STANDARD_INPUT: Final = "-"


def read_text(path: str | Path, what: str, *, limit: int = MAX_BYTES) -> str:
    """Return the text of the file `path`; `-` is standard input. A byte-order mark is not part of the text.

    `what` says for messages what the file should be (`the compiled template`). Never reads more than `limit` + 1
    bytes, and nothing of a regular file that is larger. Raises ServiceError when the file is missing, a folder, not
    readable, empty, larger than `limit` or not UTF-8.
    """
    name = named(path, what)
    data = _read_bytes(path, name, limit)
    if len(data) > limit:
        raise _too_large(name, limit)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ServiceError(
            f"{name} is not UTF-8 text (byte {error.start + 1})",
            help="save it as UTF-8; PowerShell's `>` writes UTF-16, `Out-File -Encoding utf8` does not",
        ) from None
    if not text.strip():
        raise ServiceError(f"{name} is empty", help="run the command that writes it again, and see that it succeeds")
    return text


def named(path: str | Path, what: str) -> str:
    """Return how messages speak of the file: what it should be, and the path as the user gave it, in back-ticks."""
    return f"{what} on standard input" if str(path) == STANDARD_INPUT else f"{what} `{path}`"


def unreadable(name: str, error: OSError | ValueError) -> ServiceError:
    """Return the error for what cannot be read, or may not even be looked for. `name` is that of `named`. ValueError: a NUL."""
    if isinstance(error, PermissionError):
        return ServiceError(f"{name} may not be read by this user", help="check the permissions of it and of its folders")
    # The system's own words hold no content of the file.
    reason = os.strerror(error.errno).lower() if isinstance(error, OSError) and error.errno else "not a usable path"
    return ServiceError(f"{name} cannot be read: {reason}", help="check the path and the disk it is on")


def _read_bytes(path: str | Path, name: str, limit: int) -> bytes:
    try:
        if str(path) == STANDARD_INPUT:
            # `sys.stdin` is None in a process without one (pythonw, some services).
            return sys.stdin.buffer.read(limit + 1) if sys.stdin is not None else b""
        with Path(path).open("rb") as file:
            return _read_regular_or_pipe(file, name, limit)
    except FileNotFoundError:
        raise ServiceError(f"{name} does not exist", help="check the path; it is relative to the current folder") from None
    except IsADirectoryError:
        raise ServiceError(
            f"{name} is a folder, not a file", help="name the file inside it, or give the folder with `--package`"
        ) from None
    except PermissionError as error:
        # Windows reports a folder as a missing permission.
        if str(path) != STANDARD_INPUT and Path(path).is_dir():
            raise ServiceError(f"{name} is a folder, not a file", help="name the file inside it") from None
        raise unreadable(name, error) from None
    except (OSError, ValueError) as error:
        raise unreadable(name, error) from None


def _read_regular_or_pipe(file: BinaryIO, name: str, limit: int) -> bytes:
    status = os.fstat(file.fileno())
    if stat.S_ISREG(status.st_mode) and status.st_size > limit:
        raise _too_large(name, limit)
    return file.read(limit + 1)


def _too_large(name: str, limit: int) -> ServiceError:
    return ServiceError(
        f"{name} is larger than {limit:,} bytes",
        help="check that this is the file you mean; a compiled template has at most 1 MB",
    )
