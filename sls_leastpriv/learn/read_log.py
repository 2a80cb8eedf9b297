"""Reads logs as they come: any encoding that tools write, and broken bytes. A log is evidence: nothing in it stops the reading."""

from __future__ import annotations

import codecs
import gzip
import sys
import zlib
from pathlib import Path
from typing import Final

from sls_leastpriv.errors import ServiceError
from sls_leastpriv.read.text_file import STANDARD_INPUT, named

MAX_BYTES: Final = 200_000_000
_GZIP: Final = b"\x1f\x8b"


def read_log(path: str) -> str:
    """The text of a log; `-` is standard input. ServiceError when it cannot be had or is larger than 200 MB."""
    name = named(path, "the log")
    try:
        data = _bytes(path)
        if data.startswith(_GZIP):
            data = gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        reason = (getattr(error, "strerror", None) or "it cannot be read").lower()
        raise ServiceError(f"{name}: {reason}", help="name a text file, or pipe the log in with `-`") from None
    if len(data) > MAX_BYTES:
        raise ServiceError(f"{name} is larger than {MAX_BYTES // 1_000_000} MB", help="cut out the part round the failure")
    return _text(data)


def _bytes(path: str) -> bytes:
    if path == STANDARD_INPUT:
        return sys.stdin.buffer.read(MAX_BYTES + 1) if sys.stdin is not None else b""
    with Path(path).open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _text(data: bytes) -> str:
    """PowerShell writes UTF-16, old Windows tools what they like: what is no UTF-8 is kept as replacement signs."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")
