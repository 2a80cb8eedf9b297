"""Policy variables: `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`; `${*}` `${?}` `${$}` for bare characters.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from sls_leastpriv.policy.request import Request
from sls_leastpriv.policy.wildcards import Kind, Piece, Pieces, Tokens, tokens

_VARIABLE: Final = re.compile(r"\$\{(?:(?P<sign>[*?$])|\s*(?P<key>[^${}*?,']*[^${}*?,'\s])\s*(?:,\s*'(?P<default>[^']*)'\s*)?)\}")
_FIRST_COLONS: Final = 5


class Variable(NamedTuple):
    """A policy variable: its context key, and the text that stands in for a key without a value."""

    key: str
    default: str | None = None


Template = tuple[Piece | Variable, ...]
"""A text of a policy, its variables not yet replaced."""


def parse_template(text: str, *, wild: bool) -> Template:
    """A text → its variables and what lies between; `wild` says whether `*` and `?` are wildcards in it.

    What looks like a variable but is none, such as `${` without an end, stands for itself.
    """
    parts: list[Piece | Variable] = []
    position = 0
    for found in _VARIABLE.finditer(text):
        if found.start() > position:
            parts.append((text[position : found.start()], wild))
        if found["sign"]:
            parts.append((found["sign"], False))
        else:
            parts.append(Variable(found["key"], found["default"]))
        position = found.end()
    if position < len(text):
        parts.append((text[position:], wild))
    return tuple(parts)


def parse_resource_template(text: str) -> Template:
    """A `Resource` → its template.

    "You can't use a variable to replace parts of the ARN before the fifth colon": one written there stands for itself.
    """
    parts: list[Piece | Variable] = []
    colons = 0
    for part in parse_template(text, wild=True):
        if isinstance(part, Variable):
            parts.append(part if colons >= _FIRST_COLONS else (f"${{{part.key}}}", False))
        else:
            colons += part[0].count(":")
            parts.append(part)
    return tuple(parts)


def fixed(template: Template) -> Pieces | None:
    """The pieces of a template that has no variables; None for one that has."""
    pieces = tuple(part for part in template if not isinstance(part, Variable))
    return pieces if len(pieces) == len(template) else None


class Expansion(NamedTuple):
    """A template with values for its variables. `unknown` holds the keys of those that are not known.

    While there are any, `pattern` matches whatever the text could match with some values for them: where it does not
    match, the text does not; where it does, nobody knows.
    """

    pattern: Tokens
    unknown: frozenset[str] = frozenset()


def expand(template: Template, request: Request, kind: Kind) -> Expansion | None:
    """The pattern that a template stands for in a request.

    None where a variable has no value: "there is no equal or like value", so it matches nothing. A key with several
    values cannot be a variable, and no rule is published for one whose value is the empty text: both are treated as
    unknown.
    """
    pieces: list[Piece] = []
    keys: list[str] = []
    for part in template:
        if not isinstance(part, Variable):
            pieces.append(part)
            continue
        values = request.values(part.key)
        if values == () and part.default is None:
            return None
        if values is None or len(values) > 1 or values == ("",):
            keys.append(part.key)
            pieces.append(("*", True))
        else:
            # A wildcard in the value is not one of the policy's author: it stands for itself.
            pieces.append((values[0] if values else part.default or "", False))
    return Expansion(tokens(tuple(pieces), "text" if keys else kind), frozenset(keys))
