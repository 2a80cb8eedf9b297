"""Turns a clause about a subject into needs: who, on which resources, under which conditions.

A resource that cannot be told exactly becomes the narrowest pattern that is certain to hold it, and the need says what was assumed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sls_leastpriv.knowledge.entry import Clause
from sls_leastpriv.knowledge.when import wanted_paths
from sls_leastpriv.model import PHASES, Cause, Condition, Need, Phase, Principal, Subject
from sls_leastpriv.refer import Referred, lookup_with_references, refer
from sls_leastpriv.resolve.arns import parse_arn
from sls_leastpriv.resolve.fill import Lookup, fill
from sls_leastpriv.resolve.unknown import EXPECTED
from sls_leastpriv.resolve.values import NO_VALUE, Text, Unresolved, Value, alternatives, pattern

Granted = tuple[str, str | None, tuple[Condition, ...]]
"""A resource pattern, what had to be assumed for it, and the conditions that come with it."""


SAME_ACCOUNT: Final = Condition("StringEquals", "aws:ResourceAccount", ("${aws:PrincipalAccount}",))
"""Keeps an ARN with an unknown account inside the caller's own.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceaccount
"""

_NO_RESOURCE_ACCOUNT: Final = frozenset({"ebs", "route53", "workspaces"})
"""Services whose requests do not always carry `aws:ResourceAccount` (the same page)."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A clause that holds for a subject, before it is narrowed. `assumed` says why it only may hold."""

    clause: Clause
    subject: Subject
    principal: Principal
    phases: frozenset[Phase]
    lookup: Lookup
    arns: Mapping[str, str]
    assumed: str | None = None


def needs_of(claim: Claim) -> Iterator[Need]:
    """The needs of a claim, one per action and resource pattern, phases joined."""
    phases_of: dict[str, set[Phase]] = {}
    for phase in PHASES:
        if phase in claim.phases:
            for action in claim.clause.actions.get(phase, ()):
                phases_of.setdefault(action, set()).add(phase)
    if not phases_of:
        return
    find = lookup_with_references(claim.lookup)
    filled = [_condition(condition, find) for condition in claim.clause.given]
    given = tuple(condition for condition, _ in filled)
    scoped = list(_granted(claim, find))
    if not scoped or not all(condition.values for condition in given):
        return  # the clause is about a resource that a property names, and the property is not set
    asked = _properties(claim)
    unsure = next((doubt for _, doubt in filled if doubt is not None), None)
    for action, phases in phases_of.items():
        for resource, assumed, extra in [_ANYWHERE] if action in claim.clause.unscoped else scoped:
            doubt = claim.assumed or assumed or unsure or claim.clause.assumed
            yield Need(
                action=action,
                resource=resource,
                principal=claim.principal,
                phases=frozenset(phases),
                cause=Cause(claim.subject, claim.clause.why, claim.clause.source, doubt, asked),
                conditions=tuple(sorted({*given, *extra, *_own_account(action, resource)})),
            )


def _properties(claim: Claim) -> tuple[str, ...]:
    """The properties of a resource that the clause asks for."""
    clause = claim.clause
    if claim.subject.kind != "resource" or (clause.when is None and clause.for_each is None):
        return ()
    paths = [*(wanted_paths(clause.when) if clause.when is not None else ()), *([clause.for_each] if clause.for_each else ())]
    return tuple(sorted({".".join(path) for path in paths}))


_ANYWHERE: Final[Granted] = ("*", None, ())


def _granted(claim: Claim, find: Lookup) -> Iterator[Granted]:
    seen: set[tuple[str, tuple[Condition, ...]]] = set()
    for text in claim.clause.on:
        for granted in _resources(text, claim, find):
            key = (granted[0], granted[2])
            if key not in seen:
                seen.add(key)
                yield granted


def _resources(text: str, claim: Claim, find: Lookup) -> Iterator[Granted]:
    if text == "*":
        yield _ANYWHERE
        return
    value = fill(claim.arns.get(text, text), find)
    if claim.clause.reference is not None and text not in claim.arns:
        referred: list[Referred] = list(refer(value, claim.clause.reference, claim.lookup))
    else:
        referred = [(one, ()) for one in alternatives(value) if one is not NO_VALUE]
    for resource, given in referred:
        conditions = tuple(_known(Condition(operator, key, _patterns(test))) for operator, key, test in given)
        for one in alternatives(resource):
            yield (pattern(one), _assumption(one), conditions)


def _condition(condition: Condition, find: Lookup) -> tuple[Condition, str | None]:
    """A clause's condition with its places filled, and what is assumed where a value is not known and the condition therefore
    wider. A place with several values gives as many values.
    """
    values = [one for value in condition.values for one in alternatives(fill(value, find)) if one is not NO_VALUE]
    doubt = next((doubt for one in values if (doubt := _assumption(one)) is not None), None)
    return _known(Condition(condition.operator, condition.key, tuple(dict.fromkeys(map(pattern, values))))), doubt


def _patterns(value: Value) -> tuple[str, ...]:
    return tuple(pattern(one) for one in alternatives(value) if one is not NO_VALUE)


def _known(condition: Condition) -> Condition:
    """Only `StringLike` reads the wildcard of a value that is not known completely."""
    if condition.operator.endswith("StringEquals") and any("*" in value for value in condition.values):
        operator = condition.operator.replace("StringEquals", "StringLike")
        return Condition(operator, condition.key, condition.values)
    return condition


def _assumption(value: Value) -> str | None:
    """What had to be assumed for a value, unless it is what the service mints or what a gap already says."""
    parts = value.parts if isinstance(value, Text) else (value,)
    doubts = [part.reason for part in parts if isinstance(part, Unresolved) and part.stands_for not in EXPECTED]
    return "; ".join(dict.fromkeys(doubts)) or None


def _own_account(action: str, resource: str) -> tuple[Condition, ...]:
    """The condition that stands in for an account that is not known: a wildcard there would reach other accounts."""
    arn = parse_arn(resource)
    if arn is None or arn.account != "*" or action.partition(":")[0] in _NO_RESOURCE_ACCOUNT:
        return ()
    return (SAME_ACCOUNT,)
