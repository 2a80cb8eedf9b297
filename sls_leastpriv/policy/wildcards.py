"""IAM's wildcards `*` and `?` as tokens, and the regular expression that matches them.

Where a wildcard may run over a colon depends on where it is written:

- `text` (actions, `StringLike`): everywhere; strings have no structure there.
- `resource` (`Resource`, `NotResource`): in the resource part, after the fifth colon, everywhere. Before it a wildcard
  stays in its segment, except for a `*` that is the last character of its segment: "it can expand to match beyond the
  colon boundaries". https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
- `arn` (`ArnLike`, `ArnEquals`): "each of the six colon-delimited components of the ARN is checked separately".
  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal, NamedTuple

Kind = Literal["text", "resource", "arn"]

Piece = tuple[str, bool]
"""A part of a pattern, and whether `*` and `?` are wildcards in it. They are not in the value of a policy variable."""

Pieces = tuple[Piece, ...]


class Wildcard(NamedTuple):
    """`*` (`many`) or `?`. One that is not `over_colons` matches no colon."""

    many: bool
    over_colons: bool


RUN: Final = Wildcard(many=True, over_colons=True)
ONE: Final = Wildcard(many=False, over_colons=True)
RUN_IN_SEGMENT: Final = Wildcard(many=True, over_colons=False)
ONE_IN_SEGMENT: Final = Wildcard(many=False, over_colons=False)

Token = str | Wildcard
"""A wildcard, or text that stands for itself (never empty)."""

Tokens = tuple[Token, ...]
"""A pattern. Neither two texts nor two runs stand side by side."""

_RESOURCE_PART: Final = 5
"""The number of colons before the resource part of an ARN."""


@lru_cache(maxsize=8192)
def parse(text: str, kind: Kind) -> Tokens:
    """A pattern without policy variables → its tokens."""
    return tokens(((text, True),), kind)


def tokens(pieces: Pieces, kind: Kind) -> Tokens:
    """The pieces of a pattern → its tokens."""
    signs = [(sign, wild and sign in "*?") for text, wild in pieces for sign in text]
    found: list[Token] = []
    colons = 0
    for position, (sign, wild) in enumerate(signs):
        colons += sign == ":"
        if wild:
            free = kind == "text" or colons >= _RESOURCE_PART
            _add(found, _wildcard(sign, free or (kind == "resource" and _ends_segment(signs, position))))
        else:
            _add(found, sign)
    return tuple(found)


def _ends_segment(signs: Sequence[Piece], position: int) -> bool:
    return signs[position][0] == "*" and (position + 1 == len(signs) or signs[position + 1][0] == ":")


def _wildcard(sign: str, over_colons: bool) -> Wildcard:
    if sign == "*":
        return RUN if over_colons else RUN_IN_SEGMENT
    return ONE if over_colons else ONE_IN_SEGMENT


def _add(found: list[Token], token: Token) -> None:
    last = found[-1] if found else None
    if isinstance(last, str) and isinstance(token, str):
        found[-1] = last + token
    elif isinstance(last, Wildcard) and isinstance(token, Wildcard) and last.many and token.many:
        found[-1] = token  # of runs side by side the last one reaches furthest
    else:
        found.append(token)


@lru_cache(maxsize=8192)
def in_segments(pattern: Tokens) -> Tokens:
    """A pattern of resources as it meets the ARNs that there are: wildcards before the resource part stay in their segment.

    IAM lets a `*` at the end of a segment run on. With a type in the resource part (`arn:aws:lambda:*:*:function:prod-*`), or with
    names that hold no colon (queues, topics), what it could swallow then is an ARN inside of a name, and there are no such names.
    Other patterns stay as they are: that for `…:*:live` may mean a function's alias.
    """
    signs = [sign for token in pattern for sign in (token if isinstance(token, str) else (token,))]
    colons = [place for place, sign in enumerate(signs) if sign == ":"]
    if len(colons) < _RESOURCE_PART:
        return pattern
    service, _, account = (signs[start + 1 : end] for start, end in pairwise(colons[1:_RESOURCE_PART]))
    rest = signs[colons[_RESOURCE_PART - 1] + 1 :]
    typed = ":" in rest or "/" in rest or service in _WITHOUT_COLONS
    if not typed or any(isinstance(sign, str) and not sign.isdigit() for sign in account):
        return pattern
    found: list[Token] = []
    before = 0
    for token in pattern:
        if isinstance(token, str):
            before += token.count(":")
            found.append(token)
        else:
            found.append(token._replace(over_colons=token.over_colons and before >= _RESOURCE_PART))
    return tuple(found)


_WITHOUT_COLONS: Final = (list("sqs"), list("sns"))


def matches(pattern: Tokens, text: str) -> bool:
    """Whether a pattern matches a text."""
    if not pattern or (len(pattern) == 1 and isinstance(pattern[0], str)):
        return text == "".join(map(str, pattern))
    return regex((pattern,)).fullmatch(text) is not None


@lru_cache(maxsize=8192)
def regex(patterns: tuple[Tokens, ...]) -> re.Pattern[str]:
    """The expression that fully matches the strings of any of the patterns. Use it with `fullmatch`."""
    return re.compile("|".join(_source(pattern) for pattern in patterns), re.DOTALL)


def _source(pattern: Tokens) -> str:
    """One pattern as a regular expression.

    What follows a run is taken where it first occurs, and never again later (an atomic group): the next run can take up
    whatever lies between, so crafted patterns cannot make the search explode. That does not hold where a colon may lie
    between and the next run takes none.
    """
    runs = [index for index, token in enumerate(pattern) if isinstance(token, Wildcard) and token.many]
    source = "".join(map(_fixed, pattern[: runs[0]] if runs else pattern))
    for index, following in zip(runs, [*runs, None][1:], strict=True):
        here = ".*" if _over_colons(pattern[index]) else "[^:]*"
        chunk = "".join(map(_fixed, pattern[index + 1 : following]))
        if following is None:
            source += f"{here}{chunk}"
        elif _over_colons(pattern[following]) or not any(map(_over_colons, pattern[index:following])):
            source += f"(?>{here}?{chunk})"
        else:
            source += f"{here}?{chunk}"
    return source


def _over_colons(token: Token) -> bool:
    return isinstance(token, Wildcard) and token.over_colons


def _fixed(token: Token) -> str:
    if isinstance(token, str):
        return re.escape(token)
    return "." if token.over_colons else "[^:]"
