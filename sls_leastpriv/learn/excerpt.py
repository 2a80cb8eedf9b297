"""What of a log may be repeated: the words round a denial, without what could be a secret. Logs hold more than messages."""

from __future__ import annotations

import re
from typing import Final

_MOST: Final = 240
_ARN: Final = re.compile(r"^[\"'(]*arn:aws")
_OPAQUE: Final = re.compile(
    r"(?=\w*\d)(?=\w*[A-Za-z])[A-Za-z0-9+/=_]{28,}|(?i:(?<=password=)|(?<=token=)|(?<=secret=)|(?<=key=))\S+"
)


def excerpt(text: str, start: int, end: int) -> str:
    """The text from `start` to `end` in one line, cut to a readable length; long opaque words are blotted out."""
    words = re.sub(r"\s+", " ", text[start:end]).strip()
    kept = " ".join(word if _ARN.match(word) else _OPAQUE.sub("[...]", word) for word in words.split(" "))
    return kept if len(kept) <= _MOST else f"{kept[: _MOST - 3]}..."


def line_round(text: str, offset: int) -> tuple[int, int]:
    """The line that holds `offset`, at most a message's length on either side."""
    start = text.rfind("\n", max(offset - _MOST // 2, 0), offset) + 1
    end = text.find("\n", offset)
    return max(start, offset - _MOST // 2), min(end if end >= 0 else len(text), offset + _MOST)
