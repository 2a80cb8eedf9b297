"""Statements as boxes: sets of requests, each the product of actions, resources and one set of values per condition.

A request is outside a box exactly when it is outside in one of these dimensions, so whether some request lies in some boxes and
outside others is a question about one dimension at a time. `find_request` answers it, and so compares policies exactly.

Policy variables stand for a value of their own, which is no other text: two policies are compared as they apply to a principal
whose user name, tags and so on are spelled out in neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Final, NamedTuple

from sls_leastpriv.model import Condition
from sls_leastpriv.policy.conditions import KeyTest, NullTest, compile_conditions
from sls_leastpriv.policy.patterns import tokens_meet
from sls_leastpriv.policy.representatives import Use, Values, representatives, symbol
from sls_leastpriv.policy.request import Request
from sls_leastpriv.policy.variables import Variable, parse_resource_template, parse_template
from sls_leastpriv.policy.wildcards import RUN, Tokens, parse, tokens
from sls_leastpriv.policy.witness import Undecided, witness

_LIMIT: Final = 5_000
"""Steps after which the search for a request is given up."""


class Selection(NamedTuple):
    """What one of the patterns matches; where `inverted`, what none of them does."""

    patterns: tuple[Tokens, ...]
    inverted: bool = False


EVERYTHING: Final = Selection(((RUN,),))


@dataclass(frozen=True, slots=True)
class Test:
    """One key under one operator, as written and as evaluated. `expands`: `${…}` is a policy variable there."""

    operator: str
    key: str
    values: tuple[str, ...]
    evaluated: KeyTest | NullTest = field(compare=False)
    expands: bool
    variables: frozenset[str]


class Box(NamedTuple):
    """The requests that one statement, or one part of it, is about."""

    actions: Selection
    resources: Selection
    tests: tuple[Test, ...]


class Example(NamedTuple):
    """A request: what is asked for, and the keys that are in it."""

    action: str
    resource: str
    context: Mapping[str, Values]


class Keys:
    """The values to try for each context key, and what they do to the tests."""

    def __init__(self, boxes: Sequence[Box]) -> None:
        uses: dict[str, dict[Use, None]] = {}
        for test in (test for box in boxes for test in box.tests):
            uses.setdefault(test.key, {})[Use(test.operator, test.values, test.expands)] = None
        self._values = {key: frozenset(representatives(tests)) for key, tests in uses.items()}
        self._truths: dict[tuple[Test, bool], frozenset[Values]] = {}

    def all(self, key: str) -> frozenset[Values]:
        """All values to try for a key."""
        return self._values[key]

    def of(self, test: Test, *, holds: bool) -> frozenset[Values]:
        """The values with which a test certainly holds, or certainly does not."""
        place = (test, holds)
        if place not in self._truths:
            context = {key: symbol(key) for key in test.variables}
            self._truths[place] = frozenset(
                values
                for values in self._values[test.key]
                if test.evaluated.holds(Request("", "", {**context, test.key: values}, complete=True)) is holds
            )
        return self._truths[place]


def action_selection(texts: Sequence[str], *, inverted: bool = False) -> Selection:
    """The texts of an `Action` or `NotAction` element."""
    return Selection(tuple(dict.fromkeys(parse(text.lower(), "text") for text in texts)), inverted)


def resource_selection(texts: Sequence[str], *, variables: bool, inverted: bool = False) -> Selection:
    """The texts of a `Resource` or `NotResource` element; `variables` says whether the document's version has policy variables."""
    return Selection(tuple(dict.fromkeys(_resource(text, variables) for text in texts)), inverted)


def tests_of(conditions: Sequence[Condition], *, variables: bool) -> tuple[Test, ...]:
    """Well-formed conditions → their tests."""
    return tuple(
        Test(
            one.operator.lower(),
            one.key.lower(),
            one.values,
            compile_conditions({one.operator: {one.key: list(one.values)}}, "the condition", variables)[0],
            variables,
            frozenset(_variables(one.values)) if variables else frozenset(),
        )
        for one in conditions
    )


def _resource(text: str, variables: bool) -> Tokens:
    if not variables or "${" not in text:
        return parse(text, "resource")
    parts = parse_resource_template(text)
    return tokens(tuple((symbol(part.key), False) if isinstance(part, Variable) else part for part in parts), "resource")


def _variables(values: Sequence[str]) -> Iterator[str]:
    for value in values:
        yield from (part.key.lower() for part in parse_template(value, wild=True) if isinstance(part, Variable))


def find_request(inside: Sequence[Box], outside: Sequence[Box], keys: Keys) -> Example | None:
    """A request that lies in each of the boxes `inside` and in none of `outside`; None where there is none.

    Undecided where the boxes are too entangled to be searched through.
    """
    steps = [0]
    for picks in product(*([*product(*_choices(box))] for box in inside)):
        matched = _Place.start(picks, inside, keys)
        if matched is None or not matched.possible():
            continue
        found = _outside(matched, list(dict.fromkeys(outside)), keys, steps)
        if found is not None:
            return found
    return None


def _choices(box: Box) -> Iterator[Sequence[Tokens]]:
    """The patterns to pick one of, for actions and for resources."""
    for selection in (box.actions, box.resources):
        yield ((RUN,),) if selection.inverted else selection.patterns


Asked = tuple[tuple[Tokens, ...], tuple[Tokens, ...]]
"""Patterns to match, and patterns to avoid."""


def _asked(picked: Sequence[Tokens], selections: Sequence[Selection]) -> Asked:
    avoided = (pattern for one in selections if one.inverted for pattern in one.patterns)
    return tuple(dict.fromkeys(picked)), tuple(dict.fromkeys(avoided))


class _Place(NamedTuple):
    """What is asked of a request so far: of its action and its resource, and the values left for each key."""

    actions: Asked
    resources: Asked
    values: Mapping[str, frozenset[Values]]

    @staticmethod
    def start(picks: Sequence[Sequence[Tokens]], inside: Sequence[Box], keys: Keys) -> _Place | None:
        """What lying in the picked patterns of the boxes asks for; None where their conditions exclude each other."""
        values: dict[str, frozenset[Values]] = {}
        for test in (test for box in inside for test in box.tests):
            meeting = keys.of(test, holds=True)
            values[test.key] = values.get(test.key, meeting) & meeting
        if not all(values.values()):
            return None
        actions = _asked([pick[0] for pick in picks], [box.actions for box in inside])
        resources = _asked([pick[1] for pick in picks], [box.resources for box in inside])
        return _Place(actions, resources, values)

    def possible(self) -> bool:
        """Whether some action and some resource are left."""
        return witness(*self.actions) is not None and witness(*self.resources) is not None

    def may_lie_in(self, box: Box, keys: Keys) -> bool:
        """False where it is plain that no request here lies in the box."""
        return (
            _may_match(self.actions, box.actions)
            and _may_match(self.resources, box.resources)
            and all(self.left(test, keys) - keys.of(test, holds=False) for test in box.tests)
        )

    def left(self, test: Test, keys: Keys) -> frozenset[Values]:
        """The values that are left for the test's key."""
        return self.values.get(test.key, keys.all(test.key))


def _may_match(asked: Asked, selection: Selection) -> bool:
    matching, avoided = asked
    if selection.inverted:
        return not any(pattern in matching for pattern in selection.patterns)
    return any(one not in avoided and all(tokens_meet(one, other) for other in matching) for one in selection.patterns)


def _outside(place: _Place, boxes: Sequence[Box], keys: Keys, steps: list[int]) -> Example | None:
    """A request outside all boxes; leaves first the box that can be left in the fewest ways."""
    steps[0] += 1
    if steps[0] > _LIMIT:
        raise Undecided
    near = [box for box in boxes if place.may_lie_in(box, keys)]
    if not near:
        return _example(place)
    fewest: list[_Place] | None = None
    for box in near:
        ways = list(_leaving(place, box, keys))
        if fewest is None or len(ways) < len(fewest):
            fewest = ways
        if len(ways) < 2:
            break
    for way in fewest or ():
        found = _outside(way, near, keys, steps)
        if found is not None:
            return found
    return None


def _leaving(place: _Place, box: Box, keys: Keys) -> Iterator[_Place]:
    """The ways to lie outside a box, each possible on its own."""
    for actions in _avoiding(place.actions, box.actions):
        yield place._replace(actions=actions)
    for resources in _avoiding(place.resources, box.resources):
        yield place._replace(resources=resources)
    for test in box.tests:
        failing = place.left(test, keys) & keys.of(test, holds=False)
        if failing:
            yield place._replace(values={**place.values, test.key: failing})


def _avoiding(asked: Asked, selection: Selection) -> Iterator[Asked]:
    matching, avoided = asked
    if selection.inverted:
        ways = [((*matching, pattern), avoided) for pattern in selection.patterns]
    else:
        near = tuple(one for one in selection.patterns if one not in avoided and all(tokens_meet(one, m) for m in matching))
        ways = [(matching, (*avoided, *near))]
    for way in ways:
        if witness(*way) is not None:
            yield way


def _example(place: _Place) -> Example:
    action, resource = witness(*place.actions), witness(*place.resources)
    assert action is not None and resource is not None
    return Example(action, resource, {key: min(values) for key, values in place.values.items()})
