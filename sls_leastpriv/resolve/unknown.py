"""Values that nobody can know before the deploy, and the names of the kinds that are expected to be unknown."""

from __future__ import annotations

from typing import Final

from sls_leastpriv.resolve.values import Unresolved, Value, concatenate

EXPECTED: Final = frozenset({"minted", "account", "region"})
"""Kinds of unknown values that are no assumption: what the service gives, and what a gap says already."""

SOME_TEXT: Final = "text"
"""The kind of a value of which only that much is known: it is there, and a text."""

MINTED: Final = Unresolved("given by the service when it creates the resource", stands_for="minted")
UNKNOWN_ACCOUNT: Final = Unresolved("the account is not known", stands_for="account")
UNKNOWN_REGION: Final = Unresolved("the region is not known", stands_for="region")


def text_of_pattern(text: str) -> Value:
    """A pattern with `*` as a value whose unknown parts are minted by the service."""
    parts: list[Value] = []
    for index, piece in enumerate(text.split("*")):
        parts.extend([MINTED, piece] if index else [piece])
    return concatenate(parts)
