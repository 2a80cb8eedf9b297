"""Fills the `${…}` places of an entry's text: an ARN, a name, a condition's value."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from sls_leastpriv.resolve.values import NO_VALUE, Unresolved, Value, Verbatim, concatenate

Lookup = Callable[[str], Value]
"""The name in a place → its value, NO_VALUE when it is not set."""

_PLACE: Final = re.compile(r"\$\{([^}|:]+(?:\|[^}]*)?)\}")
_SIGN: Final = re.compile(r"(\*|\?+|\$\{[\w-]+:[^}]*\})")


@lru_cache(maxsize=4096)
def places(text: str) -> tuple[str, ...]:
    """The text cut at its places: literals at even positions, the insides of `${…}` at odd ones.

    A place whose name holds a colon is a policy variable of IAM (`${aws:PrincipalAccount}`) and stays literal.
    """
    return tuple(_PLACE.split(text))


def fill(text: str, lookup: Lookup) -> Value:
    """The text with its places filled. `${Name|default}` takes the default when `Name` is not set.

    NO_VALUE when a place without a default is not set: there is no such resource then.
    """
    pieces = places(text)
    if len(pieces) == 3 and not pieces[0] and not pieces[2]:
        return _inserted(pieces[1], lookup)
    parts: list[Value] = []
    for index, piece in enumerate(pieces):
        if not index % 2:
            parts.extend(_literal(piece))
            continue
        value = _inserted(piece, lookup)
        if value is NO_VALUE:
            return NO_VALUE
        parts.append(value)
    return concatenate(parts)


def _literal(piece: str) -> list[Value]:
    """Literal text of an entry: a `*` or `?` in it is meant as a wildcard, a policy variable as one."""
    return [text if not index % 2 else WILDCARD if text == "*" else Verbatim(text) for index, text in enumerate(_SIGN.split(piece))]


def _inserted(place: str, lookup: Lookup) -> Value:
    name, separator, default = place.partition("|")
    value = lookup(name)
    if value is NO_VALUE and separator:
        return concatenate(_literal(default))
    return value


WILDCARD: Final = Unresolved("minted by the service", stands_for="minted")
