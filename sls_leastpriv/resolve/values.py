"""What a property can be once the intrinsics are resolved: a JSON value, or one of three kinds of incomplete value.

    Unresolved   nothing is known but the reason
    Text         a string of which parts are known
    Either       one of several values, because a condition cannot be decided before the deploy

`NO_VALUE` stands for `AWS::NoValue` and for a property that is not set.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any, Final

MAX_ALTERNATIVES: Final = 16

_SIGNS: Final = re.compile(r"[*?]|\$(?=\{)")


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A value that only the deploy knows. `reason` is one phrase for people, without values of the configuration.

    `stands_for` names a kind of value where that much is known (`region`, `account`), so that scoping can be exact about it.
    """

    reason: str
    stands_for: str | None = None


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A piece of an IAM pattern that an entry wrote, such as the policy variable `${aws:PrincipalAccount}`; never quoted."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A string with at least one part that is not known, or that is not plain text."""

    parts: tuple[str | Unresolved | Verbatim, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of `options`; which one, only the deploy knows."""

    options: tuple[Any, ...]


class _NoValue:
    """The type of `NO_VALUE`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "NO_VALUE"


NO_VALUE: Final = _NoValue()

Value = Any  # str | bool | int | float | None | Sequence | Mapping | Unresolved | Text | Either | _NoValue


def is_incomplete(value: Value) -> bool:
    """Whether the value itself (not something inside a list or an object) is not known completely."""
    return isinstance(value, Unresolved | Text | Either)


def alternatives(value: Value) -> tuple[Value, ...]:
    """The values that this value can take: itself, or the options of an `Either`, flattened."""
    if not isinstance(value, Either):
        return (value,)
    return tuple(one for option in value.options for one in alternatives(option))


def either(options: Iterable[Value]) -> Value:
    """One value for several possible ones; a single value when they are equal."""
    distinct: list[Value] = []
    for option in options:
        for one in alternatives(option):
            if one not in distinct:
                distinct.append(one)
    return distinct[0] if len(distinct) == 1 else Either(tuple(distinct))


def concatenate(parts: Sequence[Value]) -> Value:
    """The string that the parts make, as `Fn::Join` with an empty delimiter would: a str, a Text, an Either, or an Unresolved.

    Lists and objects cannot be joined; one among the parts makes the result unresolved.
    """
    if any(isinstance(part, Either) for part in parts):
        combinations = islice(product(*(alternatives(part) for part in parts)), MAX_ALTERNATIVES + 1)
        joined = [concatenate(combination) for combination in combinations]
        if len(joined) <= MAX_ALTERNATIVES:
            return either(joined)
        return concatenate([_undecided(part) for part in parts])
    pieces: list[str | Unresolved | Verbatim] = []
    for part in parts:
        for piece in part.parts if isinstance(part, Text) else (_piece(part),):
            last = pieces[-1] if pieces else None
            if isinstance(piece, str) and isinstance(last, str):
                pieces[-1] = last + piece
            elif piece != "":
                pieces.append(piece)
    if all(isinstance(piece, str) for piece in pieces):
        return "".join(str(piece) for piece in pieces)
    if len(pieces) == 1 and isinstance(pieces[0], Unresolved):
        return pieces[0]
    return Text(tuple(pieces))


def _undecided(part: Value) -> Value:
    return Unresolved("depends on conditions that cannot be decided before the deploy") if isinstance(part, Either) else part


def _piece(part: Value) -> str | Unresolved | Verbatim:
    if isinstance(part, str | Unresolved | Verbatim):
        return part
    if isinstance(part, bool):
        return "true" if part else "false"
    if isinstance(part, int | float):
        return str(part)
    return Unresolved("a list or an object stands where a string belongs")


_OPEN: Final = re.compile(r"\$(\{[^}]*)?$")
"""A policy variable that a cut has left open."""

LONGEST: Final = 2048
"""An ARN has at most so many characters (https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html)."""


def literal_pattern(text: str) -> str:
    """The IAM pattern that matches exactly this text.

    `*` and `?` are literal in `${*}` and `${?}`, and so is a `$` that would open a policy variable in `${$}`
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html). `?` stands for a character that cannot
    be shown: AWS lets no name have one, and a policy is read by people. A text that is longer than any ARN ends in `*`.
    """
    if len(text) > LONGEST:
        return literal_pattern(text[:LONGEST]) + "*"
    shown = text if text.isprintable() else "".join(one if one.isprintable() else "\0" for one in text)
    return _SIGNS.sub(lambda sign: "${" + sign.group() + "}", shown).replace("\0", "?")


def pattern(value: Value) -> str:
    """The IAM pattern for a value without alternatives: its text, with `*` for each part that is not known."""
    whole = "".join(_pattern_of(part) for part in (value.parts if isinstance(value, Text) else (_piece(value),)))
    # what is too long in spite of `literal_pattern` is made of a great many parts
    return whole if len(whole) <= 2 * LONGEST else f"{_OPEN.sub('', whole[:LONGEST])}*"


def _pattern_of(part: str | Unresolved | Verbatim) -> str:
    if isinstance(part, Verbatim):
        return part.text
    return "*" if isinstance(part, Unresolved) else literal_pattern(part)


def reasons(value: Value) -> tuple[str, ...]:
    """Why the value is not known completely; empty for a complete one."""
    if isinstance(value, Unresolved):
        return (value.reason,)
    if isinstance(value, Text):
        return tuple(dict.fromkeys(part.reason for part in value.parts if isinstance(part, Unresolved)))
    if isinstance(value, Either):
        return ("depends on a condition that cannot be decided before the deploy",)
    return ()


def step(value: Value, key: str) -> list[tuple[str, Value]]:
    """One step of a property path into a value: `key` of an object, index of a list, or every child for `*`.

    A step into an unresolved value gives that unresolved value: the child may exist.
    """
    if isinstance(value, Either):
        return [found for option in value.options for found in step(option, key)]
    if isinstance(value, Unresolved):
        return [(key, value)]
    if isinstance(value, Mapping):
        if key == "*":
            return list(value.items())
        return [(key, value[key])] if key in value else []
    if isinstance(value, Sequence) and not isinstance(value, str):
        if key == "*":
            return [(str(index), item) for index, item in enumerate(value)]
        if key.isdigit() and int(key) < len(value):
            return [(key, value[int(key)])]
    return []


def walk(value: Value, path: Sequence[str]) -> list[tuple[str, Value]]:
    """All values at a path, each with the key of its last step; values that are not set are left out."""
    found = [("", value)]
    for key in path:
        found = [child for _, parent in found for child in step(parent, key)]
    return [(key, child) for key, child in found if child is not NO_VALUE and child is not None]
