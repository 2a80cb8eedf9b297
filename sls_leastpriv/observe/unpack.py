"""Unpacks a log file to the bare array of its records.

CloudTrail writes `{"Records":[…]}`. An engine that meets an object has to hold it whole; the records of an array it can take one by
one. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
"""

from __future__ import annotations

import gzip
import re
import zlib
from pathlib import Path
from typing import BinaryIO, Final

_CHUNK: Final = 1 << 20
_GZIP: Final = b"\x1f\x8b"
_OPENS: Final = re.compile(rb"\s*\{\s*\"Records\"\s*:\s*(?=\[)")
_CLOSES: Final = re.compile(rb"\]\s*\}\s*$")


class NotALog(Exception):
    """The file cannot be used; the text says why."""


def unpack(file: Path, target: Path) -> None:
    """Writes the records of a log file as one JSON array. NotALog for a file that is cut off, broken, or something else."""
    try:
        with file.open("rb") as opened:
            packed = opened.read(2) == _GZIP
            opened.seek(0)
            with target.open("w+b") as written:
                if packed:
                    with gzip.open(opened) as text:
                        _copy(text, written)
                else:
                    _copy(opened, written)
    except EOFError:
        raise NotALog("it is cut off: the gzip stream does not end") from None
    except (gzip.BadGzipFile, zlib.error):
        raise NotALog("it is no valid gzip") from None
    except OSError as error:
        raise NotALog((error.strerror or "it cannot be read").lower()) from None


def _copy(text: BinaryIO | gzip.GzipFile, written: BinaryIO) -> None:
    chunk = text.read(_CHUNK)
    opening = _OPENS.match(chunk)
    if opening is None:
        raise NotALog("it does not hold CloudTrail's records" if chunk.strip() else "it is empty")
    chunk = chunk[opening.end() :]
    while chunk:
        written.write(chunk)
        chunk = text.read(_CHUNK)
    _cut(written)


def _cut(written: BinaryIO) -> None:
    """Takes the brace off the end that the first one opened."""
    length = written.seek(0, 2)
    start = max(length - 64, 0)
    written.seek(start)
    closing = _CLOSES.search(written.read())
    if closing is None:
        raise NotALog("it is cut off: its last record does not end")
    written.truncate(start + closing.start() + 1)
