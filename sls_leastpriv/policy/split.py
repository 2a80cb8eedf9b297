"""Statements → documents that each fit an IAM managed policy. Lossless and stable: a small change changes few of them.

The services of AWS stand in a tree. Where a branch does not fit into one policy, its sub-branches become policies of their own;
a service that does not fit alone is halved by a hash of its resources, and halved again. Where something stands therefore depends
on its own branch only, and growing elsewhere never moves it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from sls_leastpriv.model import Condition, Need, Policy, Principal, Statement
from sls_leastpriv.policy.document import policy_document, statement_document
from sls_leastpriv.policy.patterns import arn_covers
from sls_leastpriv.policy.size import MANAGED_POLICY, POLICIES_PER_PRINCIPAL, characters

_NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9+=,.@_-]")

NAME_LIMIT: Final = 128
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""

BRANCHES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "base": {
        "stack": ("cloudformation", "s3", "ecr"),
        "access": ("iam", "kms", "sts", "ssm", "secretsmanager", "acm"),
        "monitoring": ("logs", "cloudwatch", "xray"),
    },
    "services": {
        "functions": ("lambda", "events", "scheduler", "pipes", "states"),
        "apis": (
            "apigateway",
            "appsync",
            "cognito-idp",
            "cognito-identity",
            "cloudfront",
            "route53",
            "wafv2",
            "elasticloadbalancing",
        ),
        "resources": (),
    },
}
"""Branch → sub-branch → IAM prefixes; every other service is on the last one."""

_FRAME: Final = characters(policy_document(()))
_PLACE: Final = {service: (top, sub) for top, subs in BRANCHES.items() for sub, services in subs.items() for service in services}
_ELSEWHERE: Final = ("services", "resources")
_BITS: Final = 256

Part = tuple[str, tuple[Statement, ...]]
"""What is appended to the policy's name, and the statements."""


def split(name: str, principal: Principal, statements: Sequence[Statement], limit: int = MANAGED_POLICY) -> tuple[Policy, ...]:
    """The policies of one principal, none larger than `limit` characters as IAM counts them.

    One policy is called `name`; several are called by their branch. Where the branches are more than a principal may have attached,
    the statements are packed as tightly as they go, and numbered.
    """
    room = limit - _FRAME
    if size(statements) <= room:
        return (Policy(policy_name(name), principal, tuple(statements)),)
    statements = [part for statement in statements for part in _by_values(statement, room)]
    parts = list(_tree(statements, room))
    if len(parts) > POLICIES_PER_PRINCIPAL:
        packs = list(_packs(statements, room))
        if len(packs) < len(parts):
            parts = [(str(number), tuple(pack)) for number, pack in enumerate(packs, 1)]
    return tuple(Policy(policy_name(name, suffix), principal, part) for suffix, part in parts)


def size(statements: Iterable[Statement]) -> int:
    """The characters of statements in a document, without the document's frame."""
    return sum(map(_size, statements))


def policy_name(name: str, suffix: str = "", limit: int = NAME_LIMIT) -> str:
    """`NAME-SUFFIX` as IAM takes it, which is the name of a file too: a `-` for every character that it may not have
    (https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html). A name that is too long is shortened, and
    followed by a hash of what it was.
    """
    name = _NOT_IN_NAMES.sub("-", name)
    whole = f"{name}-{suffix}" if suffix else name
    if len(whole) <= limit:
        return whole
    digest = _sha256(name).hexdigest()[:8]
    tail = f"-{digest}-{suffix}" if suffix else f"-{digest}"
    return name[: limit - len(tail)] + tail


def _size(statement: Statement) -> int:
    return len(json.dumps(statement_document(statement), separators=(",", ":"), ensure_ascii=False)) + 1


def _tree(statements: Sequence[Statement], room: int) -> Iterator[Part]:
    """The branches, each cut as often as it must be."""
    for _, tops in _divided(statements, lambda service: _PLACE.get(service, _ELSEWHERE)[0]):
        if size(tops[1]) <= room:
            yield tops
            continue
        for _, subs in _divided(tops[1], lambda service: _PLACE.get(service, _ELSEWHERE)[1]):
            if size(subs[1]) <= room:
                yield subs
                continue
            for service, (_, own) in _divided(subs[1], lambda service: service):
                yield from _halved(service, own, room)


def _divided(statements: Sequence[Statement], branch: Callable[[str], str]) -> Iterator[tuple[str, Part]]:
    """The statements by the branch of their actions' services; one that has actions of several is written in each of them."""
    found: dict[str, list[Statement]] = {}
    for statement in statements:
        for name in sorted({branch(_service(action)) for action in statement.actions}):
            actions = tuple(action for action in statement.actions if branch(_service(action)) == name)
            found.setdefault(name, []).append(_part(statement, actions, statement.resources))
    for name in sorted(found):
        yield name, (name, tuple(found[name]))


def _halved(suffix: str, statements: Sequence[Statement], room: int, depth: int = 0) -> Iterator[Part]:
    """One service by the bits of a hash of its resources; where there is one only, of its actions; else of its conditions."""
    if size(statements) <= room or depth == _BITS:
        yield suffix, tuple(statements)
        return
    by_resource = len({resource for statement in statements for resource in statement.resources}) > 1
    by_action = not by_resource and len({action for statement in statements for action in statement.actions}) > 1
    for bit in (0, 1):
        half = [
            _part(
                statement,
                tuple(one for one in statement.actions if not by_action or _bit(one, depth) == bit),
                tuple(one for one in statement.resources if not by_resource or _bit(one, depth) == bit),
            )
            for statement in statements
            if by_resource or by_action or _bit(str(statement.conditions), depth) == bit
        ]
        kept = [statement for statement in half if statement.actions and statement.resources]
        if kept:
            yield from _halved(f"{suffix}{'' if depth else '-'}{bit}", kept, room, depth + 1)


def _bit(text: str, place: int) -> int:
    return int(_sha256(text).digest()[place // 8] >> place % 8 & 1)


def _sha256(text: str) -> Any:
    """Loaded when something is split: most policies are not."""
    from hashlib import sha256

    return sha256(text.encode())


def _packs(statements: Iterable[Statement], room: int) -> Iterator[list[Statement]]:
    """The statements in their order, each pack filled up; a statement is cut where a pack ends."""
    pack: list[Statement] = []
    used = 0
    todo = list(reversed(list(statements)))
    while todo:
        statement = todo.pop()
        first, rest = _cut(statement, room - used)
        if first is not None:
            pack.append(first)
            used += _size(first)
        elif not pack:
            raise ValueError("a single grant is larger than a policy")
        todo += rest
        if rest:
            yield pack
            pack, used = [], 0
    yield pack


def _cut(statement: Statement, room: int) -> tuple[Statement | None, list[Statement]]:
    """As much of a statement as fits into `room`, and the rest: by resources where it has several, else by actions."""
    if _size(statement) <= room:
        return statement, []
    by_resource = len(statement.resources) > 1
    texts = statement.resources if by_resource else statement.actions
    free = room - _size(statement) + sum(len(text) + len('"",') for text in texts)
    count = 0
    while count < len(texts) and (free := free - len(texts[count]) - len('"",')) >= 0:
        count += 1
    if count == 0:
        return None, [statement]
    halves = (texts[:count], texts[count:])
    first, rest = (
        _part(statement, *((statement.actions, half) if by_resource else (half, statement.resources))) for half in halves
    )
    return first, [rest]


def _by_values(statement: Statement, room: int, depth: int = 0) -> Iterator[Statement]:
    """The statement; one whose condition alone is too large, by the bits of a hash of its values, which are alternatives."""
    smallest = replace(statement, actions=statement.actions[:1], resources=statement.resources[:1])
    longest = max(statement.conditions, key=lambda one: len(one.values), default=None)
    if longest is None or len(longest.values) == 1 or depth == _BITS or _size(smallest) <= room // 2:
        yield statement
        return
    for bit in (0, 1):
        values = tuple(value for value in longest.values if _bit(value, depth) == bit)
        if values:
            narrowed = replace(longest, values=values)
            conditions = tuple(narrowed if one is longest else one for one in statement.conditions)
            needs = tuple(need for need in statement.needs if not set(_values(need, longest)).isdisjoint(values))
            yield from _by_values(replace(statement, conditions=conditions, needs=needs), room, depth + 1)


def _values(need: Need, condition: Condition) -> Iterator[str]:
    return (
        value for one in need.conditions if (one.operator, one.key) == (condition.operator, condition.key) for value in one.values
    )


def _service(action: str) -> str:
    return action.partition(":")[0]


def _part(statement: Statement, actions: tuple[str, ...], resources: tuple[str, ...]) -> Statement:
    if (actions, resources) == (statement.actions, statement.resources):
        return statement
    every = resources == statement.resources
    needs = tuple(
        need
        for need in statement.needs
        if need.action in actions and (every or any(arn_covers(resource, need.resource) for resource in resources))
    )
    return Statement(actions, resources, statement.conditions, needs)
