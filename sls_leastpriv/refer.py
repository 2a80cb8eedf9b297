"""What a property refers to: from an ARN, a name, an id or a URL to the resource that a policy names.

The forms of each kind of reference are data (`references.toml`); this applies them, also to values of which only parts are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from sls_leastpriv.knowledge.load import Reference, ReferenceForm, references
from sls_leastpriv.resolve.fill import Lookup, fill
from sls_leastpriv.resolve.unknown import EXPECTED
from sls_leastpriv.resolve.values import NO_VALUE, Text, Unresolved, Value, Verbatim, alternatives, concatenate, either

Referred = tuple[Value, tuple[tuple[str, str, Value], ...]]
"""A resource, and the conditions (operator, key, value) that a grant on it needs."""

_FIRST_HOLE: Final = 0xE000
"""Each part of a value that is no plain text is one sign of Unicode's private use area while the forms are matched."""

_HOLE: Final = re.compile("([\ue000-\uf8ff])")

Holes = tuple[Unresolved | Verbatim, ...]


def refer(value: Value, kind: str, lookup: Lookup) -> Iterator[Referred]:
    """The resources that a property's value stands for; none where a form says that no grant is needed.

    A value that cannot be read, or is no reference of this kind, gives the widest resource of the kind.
    """
    reference = references()[kind]
    for one in alternatives(value):
        if one is not NO_VALUE:
            yield from _refer_one(one, reference, lookup)


def lookup_with_references(lookup: Lookup) -> Lookup:
    """A look-up that also understands `path as kind`: the resource that the property at `path` refers to."""

    def find(name: str) -> Value:
        path, _, kind = name.partition(" as ")
        value = lookup(path)
        if not kind or value is NO_VALUE:
            return value
        found = [resource for resource, _ in refer(value, kind, lookup)]
        return either(found) if found else NO_VALUE

    return find


def _refer_one(value: Value, reference: Reference, lookup: Lookup) -> Iterator[Referred]:
    if not isinstance(value, str | Text) or (isinstance(value, Text) and isinstance(value.parts[0], Unresolved)):
        yield _marked(fill(reference.unknown, lookup), _unexpected(value)), ()
        return
    text, holes = _text(value)
    for form in reference.forms:
        match = form.match.fullmatch(text)
        if match is not None:
            if form.resource is not None:
                yield _formed(form, {"Value": text, **match.groupdict("")}, holes, lookup)
            return
    mismatch = Unresolved(f"a reference that is no {reference.kind.replace('-', ' ')}")
    yield _marked(fill(reference.unknown, lookup), mismatch), ()


def _formed(form: ReferenceForm, groups: Mapping[str, str], holes: Holes, lookup: Lookup) -> Referred:
    def find(name: str) -> Value:
        return _value(groups[name], holes) if name in groups else lookup(name)

    given = tuple((operator, key, fill(text, find)) for operator, tests in form.given.items() for key, text in tests.items())
    return fill(form.resource or "", find), given


def _text(value: str | Text) -> tuple[str, Holes]:
    """The value as text in which each part that is no plain text is one sign that no value holds."""
    if isinstance(value, str):
        return value, ()
    holes = tuple(part for part in value.parts if not isinstance(part, str))
    signs = (chr(_FIRST_HOLE + index) for index in range(len(holes)))
    return "".join(part if isinstance(part, str) else next(signs) for part in value.parts), holes


def _value(text: str, holes: Holes) -> Value:
    """The reverse of `_text`, for a piece of it."""
    by_sign = {chr(_FIRST_HOLE + index): hole for index, hole in enumerate(holes)}
    return concatenate([by_sign.get(piece, piece) for piece in _HOLE.split(text)])


def _marked(resource: Value, hole: Unresolved | None) -> Value:
    """The widest resource of a kind, its wildcards carrying the reason why it is not narrower."""
    if hole is None:
        return resource
    if isinstance(resource, Unresolved):
        return hole
    if not isinstance(resource, Text):
        return resource
    wild = [hole if isinstance(part, Unresolved) and part.stands_for == "minted" else part for part in resource.parts]
    return Text(tuple(wild))


def _unexpected(value: Value) -> Unresolved | None:
    parts = value.parts if isinstance(value, Text) else (value,)
    return next((part for part in parts if isinstance(part, Unresolved) and part.stands_for not in EXPECTED), None)
