"""Someone whose permissions the attacker has: the deployer at first, then every principal that it can act as."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from sls_leastpriv.declared.identity import SERVICE_LINKED, Document
from sls_leastpriv.policy.compile import compile_policy
from sls_leastpriv.policy.compiled import CompiledPolicy, CompiledStatement
from sls_leastpriv.policy.patterns import arn_covers
from sls_leastpriv.policy.request import Request
from sls_leastpriv.policy.truth import Truth, conjunction, disjunction
from sls_leastpriv.policy.wildcards import Tokens, parse

ANYTHING: Final[Document] = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
"""What a principal holds once the attacker may write its policies."""

BOUNDARY_KEY: Final = "iam:PermissionsBoundary"

_SAME_ACCOUNT: Final = {"aws:ResourceAccount": "000000000000", "aws:PrincipalAccount": "000000000000"}
_VARIABLE: Final = re.compile(r"\$\{[^}]*\}")


class Holder:
    """A principal with its identity policies, and its permissions boundary where it has one that is known."""

    def __init__(self, name: str, identity: Iterable[Document], limit: Iterable[Document] | None = None) -> None:
        documents = tuple(_changeable(document) for document in identity)
        self.name = name
        self._identity = [compile_policy(document) for document in documents]
        self._limit = None if limit is None else [compile_policy(document) for document in limit]
        self._resources = [_resources(document) for document in documents]
        self._boundaries = frozenset(value for document in documents for value in _boundary_values(document))

    @property
    def boundaries(self) -> frozenset[str]:
        """The permissions boundaries that its policies ask for in conditions."""
        return self._boundaries

    def may(self, action: str, resource: str, given: Mapping[str, str], absent: Sequence[str]) -> Truth:
        """Whether it may do this on some resource of a pattern; the keys on which it depends where that is not known.

        The attacker works in the account, with what is `given` in the request and without the keys that are `absent`.
        """
        request = Request(action, resource, {**_SAME_ACCOUNT, **given}, absent=absent)
        asked = (parse(action.lower(), "text"), parse(resource, "resource"))
        layers = [self._identity] if self._limit is None else [self._identity, self._limit]
        if any(_denies(statement, asked, request) for layer in layers for statement in _about(layer, action)):
            return False
        return conjunction(
            disjunction(
                conjunction((statement.names_some(*asked, request), statement.holds(request)))
                for statement in _about(layer, action)
                if statement.allow
            )
            for layer in layers
        )

    def named(self, action: str) -> Iterator[str]:
        """The resource patterns that its statements name for an action; `*` where a statement names all but some."""
        for policy, resources in zip(self._identity, self._resources, strict=True):
            for statement in policy.about(action):
                if statement.allow:
                    yield from resources[statement.position - 1]


def _changeable(document: Document) -> Document:
    """The document without grants on service-linked roles: only their services can use those."""
    kept = []
    for statement in _statements(document):
        resources = [text for text in _texts(statement.get("Resource", ())) if not arn_covers(SERVICE_LINKED, text)]
        if resources or "Resource" not in statement:
            kept.append({**statement, "Resource": resources} if resources else statement)
    return {**document, "Statement": kept}


def _about(policies: Sequence[CompiledPolicy], action: str) -> Iterator[CompiledStatement]:
    for policy in policies:
        yield from policy.about(action)


def _denies(statement: CompiledStatement, asked: tuple[Tokens, Tokens], request: Request) -> bool:
    return not statement.allow and conjunction((statement.names_every(*asked, request), statement.holds(request))) is True


def _statements(document: Document) -> list[Document]:
    statements = document["Statement"]
    return [statements] if isinstance(statements, Mapping) else list(statements)


def _resources(document: Document) -> list[tuple[str, ...]]:
    return [
        tuple(_VARIABLE.sub("*", text) for text in _texts(statement["Resource"])) if "Resource" in statement else ("*",)
        for statement in _statements(document)
    ]


def _boundary_values(document: Document) -> Iterator[str]:
    for statement in _statements(document):
        for keys in statement.get("Condition", {}).values():
            for key, values in keys.items():
                if key.lower() == BOUNDARY_KEY.lower():
                    yield from _texts(values)


def _texts(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
