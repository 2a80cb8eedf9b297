"""Needs → questions that a policy can answer: what is asked, on which resources, and what is known of the request's context.

A need's own conditions are known context: the need says that the request carries those values. Keys of tags are known only where
the need carries them. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

from sls_leastpriv.check.identity import Identity
from sls_leastpriv.model import Condition, Need, Stack
from sls_leastpriv.resolve.arns import parse_arn

Context = tuple[tuple[str, tuple[str, ...]], ...]
"""Context keys and their values, sorted; a key without values is known to be absent."""

ANY_ACCOUNT: Final = "000000000000"
"""Stands for the account where it is not known, on both sides of a comparison of the caller's account with the resource's."""

_GLOBAL_SERVICES: Final = frozenset({"iam", "cloudfront", "route53"})
"""Services with one endpoint, in us-east-1 for the partition `aws`.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requestedregion
"""

_COMPARES: Final = frozenset(
    f"{prefix}{name}{suffix}"
    for prefix in ("", "ForAnyValue:", "ForAllValues:")
    for name in (
        "StringEquals",
        "StringEqualsIgnoreCase",
        "StringLike",
        "ArnEquals",
        "ArnLike",
        "Bool",
        "NumericEquals",
        "IpAddress",
    )
    for suffix in ("", "IfExists")
)
"""Operators whose values are values that the request carries. What another one asks for says no value."""

_MOST_ALTERNATIVES: Final = 16


@dataclass(frozen=True, slots=True)
class Ask:
    """One action on one resource pattern under the same conditions, and every need for it."""

    action: str
    resource: str
    conditions: tuple[Condition, ...]
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True, order=True)
class Trial:
    """One request, or all requests of a pattern of resources, with one known context."""

    action: str
    resource: str
    context: Context


@dataclass(frozen=True, slots=True)
class Trials:
    """The requests that an ask stands for.

    All of them must be allowed; where `doubtful` holds keys, one of them is made, and whether those keys are in it is not known.
    """

    trials: tuple[Trial, ...]
    doubtful: frozenset[str] = frozenset()


def asks_of(needs: Iterable[Need]) -> tuple[Ask, ...]:
    """The needs, those that ask for the same put together, in the order of action and resource."""
    found: dict[tuple[str, str, tuple[Condition, ...]], list[Need]] = {}
    for need in needs:
        found.setdefault((need.action, need.resource, need.conditions), []).append(need)
    asks = (Ask(action, resource, conditions, tuple(group)) for (action, resource, conditions), group in found.items())
    return tuple(sorted(asks, key=lambda ask: (ask.action.lower(), ask.resource, ask.conditions)))


def trials_of(ask: Ask, stack: Stack, principal: Identity | None) -> Trials:
    """The requests of an ask by a principal."""
    account = principal.account if principal is not None else stack.account
    general = {**_general(ask, stack, account), **_of_principal(principal)}
    choices: list[list[tuple[str, tuple[str, ...]]]] = []
    doubtful: set[str] = set()
    for condition in ask.conditions:
        if condition.operator not in _COMPARES:
            continue
        values = tuple(value.replace("${aws:PrincipalAccount}", account or ANY_ACCOUNT) for value in condition.values)
        alternatives = [(condition.key, one) for one in _requests(condition.operator, values)]
        if condition.operator.endswith("IfExists"):
            alternatives.append((condition.key, ()))
            doubtful.add(condition.key)
        choices.append(alternatives)
    contexts = [dict(choice) for choice in _bounded(choices)]
    trials = tuple(Trial(ask.action, ask.resource, _sorted({**general, **context})) for context in contexts)
    return Trials(tuple(dict.fromkeys(trials)), frozenset(doubtful))


def for_simulator(trial: Trial) -> Trial:
    """A trial as the policy simulator is asked: it fills in itself who asks, and takes keys that it is not given for absent."""
    given = tuple((key, values) for key, values in trial.context if values and key not in _FILLED_IN)
    return Trial(trial.action, trial.resource, given)


def simulator_trials(asks: Iterable[Ask], stack: Stack, principal: Identity) -> tuple[Trial, ...]:
    """All trials for the simulator, each once."""
    found = (for_simulator(trial) for ask in asks for trial in trials_of(ask, stack, principal).trials)
    return tuple(dict.fromkeys(found))


_FILLED_IN: Final = frozenset({"aws:PrincipalArn", "aws:PrincipalType", "aws:username"})


def _requests(operator: str, values: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The values of a key in the requests that a condition lets pass: one of them, or with `ForAllValues` all together."""
    if operator.startswith("ForAllValues:"):
        yield values
        return
    for value in values:
        yield (value,)


def _bounded(choices: list[list[tuple[str, tuple[str, ...]]]]) -> Iterator[tuple[tuple[str, tuple[str, ...]], ...]]:
    """All combinations; the keys that would make too many of them stay unknown."""
    kept: list[list[tuple[str, tuple[str, ...]]]] = []
    number = 1
    for alternatives in choices:
        if number * len(alternatives) <= _MOST_ALTERNATIVES:
            kept.append(alternatives)
            number *= len(alternatives)
    yield from product(*kept)


def _general(ask: Ask, stack: Stack, account: str | None) -> dict[str, tuple[str, ...]]:
    """Keys that every request of the deployer has, where their value is certain."""
    known: dict[str, tuple[str, ...]] = {"aws:SecureTransport": ("true",)}
    arn = parse_arn(ask.resource)
    service = ask.action.partition(":")[0]
    region = _region(service, arn.region if arn is not None else "", stack)
    if region is not None:
        known["aws:RequestedRegion"] = (region,)
    known["aws:PrincipalAccount"] = (account or ANY_ACCOUNT,)
    owner = arn.account if arn is not None else ""
    if owner.isdigit():
        known["aws:ResourceAccount"] = (owner,)
    elif owner in ("", "*") and service != "s3":  # the ARN of a bucket does not say whose it is
        known["aws:ResourceAccount"] = (account or ANY_ACCOUNT,)
    if all(need.cause.subject.kind == "resource" and need.principal == "deployer" for need in ask.needs):
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
        known["aws:ViaAWSService"] = ("true",)
        known["aws:CalledViaFirst"] = ("cloudformation.amazonaws.com",)
        known["aws:CalledVia"] = ("cloudformation.amazonaws.com",)
    return known


def _region(service: str, region: str, stack: Stack) -> str | None:
    if service in _GLOBAL_SERVICES:
        return "us-east-1" if stack.partition == "aws" else None
    return region if region and "*" not in region else stack.region


def _of_principal(principal: Identity | None) -> Mapping[str, tuple[str, ...]]:
    """Keys that follow from who asks.

    The requests of a user's own access key have no session, so they lack the keys of one (as IAM documents for each key).
    """
    if principal is None:
        return {}
    known: dict[str, tuple[str, ...]] = {}
    if principal.kind == "user":
        known |= {"aws:username": (principal.name,), "aws:PrincipalArn": (principal.arn,), "aws:PrincipalType": ("User",)}
    if principal.kind == "role":
        known["aws:PrincipalType"] = ("AssumedRole",)
        known["aws:username"] = ()
        if principal.path is not None:
            known["aws:PrincipalArn"] = (principal.arn,)
    if principal.long_lived:
        known |= {"aws:MultiFactorAuthPresent": (), "aws:MultiFactorAuthAge": (), "aws:TokenIssueTime": ()}
    return known


def _sorted(context: Mapping[str, tuple[str, ...]]) -> Context:
    return tuple(sorted(context.items()))
