"""A policy made ready to be evaluated many times.

- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html: the case of actions is ignored
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html: all but the listed ones
- https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html: the same for resources
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from sls_leastpriv.policy.conditions import KeyTest, NullTest
from sls_leastpriv.policy.patterns import tokens_cover, tokens_meet
from sls_leastpriv.policy.request import Request
from sls_leastpriv.policy.truth import Truth, conjunction, disjunction, negation
from sls_leastpriv.policy.variables import Template, expand
from sls_leastpriv.policy.wildcards import RUN, Tokens, in_segments, matches, regex

_CACHED_ACTIONS: Final = 4096


class Patterns:
    """The patterns of one `Action` or `Resource` element: one of them must match."""

    __slots__ = ("_constant", "_exact", "_prefixes", "_regex", "_rest", "_templates")

    def __init__(self, constant: Sequence[Tokens], templates: Sequence[Template] = ()) -> None:
        self._constant = tuple(constant)
        self._templates = tuple(templates)
        self._exact = {text for pattern in constant if (text := _literal(pattern)) is not None}
        self._prefixes = tuple(text for pattern in constant if (text := _prefix(pattern)) is not None)
        self._rest = tuple(p for p in constant if _literal(p) is None and _prefix(p) is None)
        self._regex: re.Pattern[str] | None = None

    def match(self, text: str, request: Request) -> Truth:
        """Whether one of the patterns matches a text."""
        if text in self._exact or text.startswith(self._prefixes):
            return True
        if self._rest:
            if self._regex is None:  # most statements are never asked
                self._regex = regex(self._rest)
            if self._regex.fullmatch(text):
                return True
        if not self._templates:
            return False
        return disjunction(self._expanded_match(template, text, request) for template in self._templates)

    def _expanded_match(self, template: Template, text: str, request: Request) -> Truth:
        expansion = expand(template, request, "resource")
        return expansion is not None and matches(expansion.pattern, text) and (expansion.unknown or True)

    def cover(self, other: Tokens, request: Request) -> Truth:
        """Whether the patterns together match every text that `other` matches."""
        if (text := _literal(other)) is not None:
            return self.match(text, request)
        if tokens_cover(self._constant, other):
            return True
        found = [one for template in self._templates if (one := expand(template, request, "resource")) is not None]
        certain = [*self._constant, *(one.pattern for one in found if not one.unknown)]
        if tokens_cover(certain, other):
            return True
        possible = [*certain, *(one.pattern for one in found if one.unknown)]
        return tokens_cover(possible, other) and frozenset().union(*(one.unknown for one in found))

    def meet(self, other: Tokens, request: Request) -> Truth:
        """Whether one of the patterns matches some text that `other` matches; of ARNs, only such as there are."""
        if (text := _literal(other)) is not None:
            return self.match(text, request)
        other = in_segments(other)
        if any(tokens_meet(in_segments(pattern), other) for pattern in self._constant):
            return True
        found = [one for template in self._templates if (one := expand(template, request, "resource")) is not None]
        return disjunction(tokens_meet(in_segments(one.pattern), other) and (one.unknown or True) for one in found)


def _literal(pattern: Tokens) -> str | None:
    """The only text that a pattern without wildcards matches."""
    if not pattern:
        return ""
    return pattern[0] if len(pattern) == 1 and isinstance(pattern[0], str) else None


def _prefix(pattern: Tokens) -> str | None:
    """What the texts of a pattern that ends in its only wildcard, a `*`, begin with."""
    if pattern[-1:] != (RUN,) or len(pattern) > 2:
        return None
    return _literal(pattern[:-1])


class CompiledStatement(NamedTuple):
    """One statement. `position` counts from 1."""

    position: int
    sid: str | None
    allow: bool
    actions: Patterns
    not_action: bool
    resources: Patterns
    not_resource: bool
    tests: tuple[KeyTest | NullTest, ...]

    def names_action(self, action: str) -> bool:
        """Whether the statement is about an action, given in lower case. Actions have no variables: never unknown."""
        return (self.actions.match(action, _NO_CONTEXT) is True) != self.not_action

    def names_resource(self, request: Request) -> Truth:
        """Whether the statement is about the resource of a request."""
        named = self.resources.match(request.resource, request)
        return negation(named) if self.not_resource else named

    def names_every(self, action: Tokens, resource: Tokens, request: Request) -> Truth:
        """Whether the statement is about every action of a pattern, on every resource of a pattern."""
        return conjunction(
            (
                _every(self.actions, self.not_action, action, request),
                _every(self.resources, self.not_resource, resource, request),
            )
        )

    def names_some(self, action: Tokens, resource: Tokens, request: Request) -> Truth:
        """Whether the statement is about some action of a pattern, on some resource of a pattern."""
        return conjunction(
            (
                _some(self.actions, self.not_action, action, request),
                _some(self.resources, self.not_resource, resource, request),
            )
        )

    def holds(self, request: Request) -> Truth:
        """Whether the `Condition` element is met."""
        return conjunction(test.holds(request) for test in self.tests)


def _every(patterns: Patterns, inverted: bool, other: Tokens, request: Request) -> Truth:
    return negation(patterns.meet(other, request)) if inverted else patterns.cover(other, request)


def _some(patterns: Patterns, inverted: bool, other: Tokens, request: Request) -> Truth:
    return negation(patterns.cover(other, request)) if inverted else patterns.meet(other, request)


_NO_CONTEXT: Final = Request("", "", complete=True)


class CompiledPolicy:
    """A policy ready for evaluation, and the name that decisions give it."""

    __slots__ = ("_about", "_by_service", "name", "statements")

    def __init__(self, name: str, statements: tuple[CompiledStatement, ...]) -> None:
        self.name = name
        self.statements = statements
        self._about: dict[str, tuple[CompiledStatement, ...]] = {}
        self._by_service: dict[str, tuple[CompiledStatement, ...]] = {}

    def about(self, action: str) -> tuple[CompiledStatement, ...]:
        """The statements about one action. Remembered, because one action is asked for on many resources."""
        action = action.lower()
        found = self._about.get(action)
        if found is None:
            if len(self._about) >= _CACHED_ACTIONS:
                self._about.clear()
            found = tuple(statement for statement in self._service(action) if statement.names_action(action))
            self._about[action] = found
        return found

    def _service(self, action: str) -> tuple[CompiledStatement, ...]:
        """The statements about some action of the same service."""
        service, colon, _ = action.partition(":")
        if not colon:
            return self.statements
        if service not in self._by_service:
            family = (f"{service}:", RUN)
            self._by_service[service] = tuple(
                statement for statement in self.statements if statement.not_action or statement.actions.meet(family, _NO_CONTEXT)
            )
        return self._by_service[service]
