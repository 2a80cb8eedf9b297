"""What is there, by paths that a user named: what may not be looked at is an error, and never taken as absent."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path

from sls_leastpriv.read.text_file import named, unreadable


def is_file(path: Path, what: str) -> bool:
    """Whether there is a regular file. `what` says for messages what it should be. ServiceError where that cannot be told."""
    return stat.S_ISREG(_mode(path, what))


def is_folder(path: Path, what: str) -> bool:
    """Whether there is a folder. ServiceError as above."""
    return stat.S_ISDIR(_mode(path, what))


def names_something(text: str) -> bool:
    """Whether a text that may as well be something else is the path of something that is there."""
    with suppress(OSError, ValueError):
        return Path(text).exists()
    return False


def files_in(folder: Path, pattern: str, what: str) -> list[Path]:
    """What a folder holds under names like `*.toml`, sorted; nothing where there is no such folder. ServiceError as above."""
    if not is_folder(folder, what):
        return []
    try:
        return sorted(path for path in folder.iterdir() if fnmatchcase(path.name, pattern))
    except OSError as error:
        raise unreadable(named(folder, what), error) from None


def files_below(folder: Path, what: str) -> Iterator[Path]:
    """All files of a folder and of the folders in it, in no order. ServiceError as above."""

    def fails(error: OSError) -> None:
        raise unreadable(named(error.filename, what), error) from None

    for place, _, names in os.walk(folder, onerror=fails):
        yield from (path for name in names if is_file(path := Path(place) / name, what))


def _mode(path: Path, what: str) -> int:
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return 0
    except (OSError, ValueError) as error:
        raise unreadable(named(path, what), error) from None
