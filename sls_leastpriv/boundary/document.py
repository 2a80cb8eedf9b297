"""The permissions boundary of a service: it allows what its roles and users are declared to do, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sls_leastpriv.boundary.needs import KEY, guarded_actions
from sls_leastpriv.boundary.replaced import replacement
from sls_leastpriv.declared.identity import Document, Identity
from sls_leastpriv.knowledge.published import managed_policy
from sls_leastpriv.model import Gap, Subject
from sls_leastpriv.policy.compile import compile_policy
from sls_leastpriv.policy.document import VERSION
from sls_leastpriv.policy.patterns import arn_covers
from sls_leastpriv.policy.size import MANAGED_POLICY, characters

Statement = Mapping[str, Any]

_ELEMENTS: Final = ("Action", "NotAction", "Resource", "NotResource")

_REWRITES: Final = ("iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:SetDefaultPolicyVersion")
"""What changes a managed policy."""


def boundary_document(
    identities: Sequence[Identity], policies: Mapping[str, Document], types: frozenset[str], arn: str
) -> tuple[Document, list[Gap]]:
    """The boundary of these identities, and what could not be put into it.

    `policies` are the managed policies that the service itself writes, by ARN; `types` the resource types of its template; `arn`
    is what the boundary will be called. A statement is taken over as it is declared. Where one lets a role change roles, the
    boundary keeps that to roles that carry it.
    """
    verbatim: list[Statement] = []
    instead: list[Statement] = []
    gaps: list[Gap] = []
    for identity in identities:
        documents, unknown = _documents(identity, policies)
        gaps += [Gap(_subject(identity), reason) for reason in unknown]
        for statement in (one for document in documents for one in document["Statement"] if one["Effect"] == "Allow"):
            other = replacement(statement, identity, types, arn)
            if other is None:
                verbatim.append(statement)
            else:
                instead += other.statements
                gaps.append(Gap(_subject(identity), other.leaves))
    guards = list(_guards(verbatim, arn)) if verbatim else []
    document = {"Version": VERSION, "Statement": [*_merged([*verbatim, *instead]), *guards]}
    gaps += [Gap(_BOUNDARY, reason) for reason in _limits(document, guarded=bool(guards and instead))]
    return document, gaps


_BOUNDARY: Final = Subject("template", "permissions boundary")


def _limits(document: Document, *, guarded: bool) -> Iterator[str]:
    """What the boundary cannot do: fit, where it is long, or let the Framework's own function make a role, where others might."""
    if characters(document) > MANAGED_POLICY:
        yield (
            f"it has {characters(document)} characters and IAM takes {MANAGED_POLICY}, so it is not written: declare less for the "
            "functions, or give some of them a boundary of their own"
        )
    if guarded:
        yield (
            "functions may change roles, so it keeps all of them to roles that carry it, and the Framework's function for API logs "
            "cannot make its role: set `provider.logs.restApi.roleManagedExternally: true`"
        )


def _documents(identity: Identity, policies: Mapping[str, Document]) -> tuple[list[Document], list[str]]:
    """What an identity is declared to hold: its inline policies, and the managed ones that are known; and what is not."""
    found = list(identity.documents)
    unknown = list(identity.doubts)
    for arn in identity.managed:
        document = policies.get(arn) or managed_policy(arn)
        if document is None:
            unknown.append(f"what the managed policy `{arn}` allows is not known, and not in the permissions boundary")
        else:
            found.append(document)
    return [{**one, "Statement": _listed(one["Statement"])} for one in found], unknown


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _subject(identity: Identity) -> Subject:
    return Subject("resource", identity.name, f"AWS::IAM::{identity.kind.title()}")


def _guards(statements: Iterable[Statement], arn: str) -> Iterator[Statement]:
    """Denials for the case that a declared statement lets a role change roles, users or the boundary itself."""
    compiled = compile_policy({"Version": VERSION, "Statement": list(statements)})
    named = sorted(action for action in guarded_actions() if compiled.about(action))
    lifting = [action for action in named if action.endswith("PermissionsBoundary")]
    changing = [action for action in named if action not in lifting]
    if changing:
        yield _deny(changing, "*", {"StringNotLike" if "*" in arn else "StringNotEquals": {KEY: [arn]}})
    if lifting:
        yield _deny(lifting, "*")
    if any(compiled.about(action) for action in _REWRITES):
        yield _deny(list(_REWRITES), arn)


def _deny(actions: list[str], resource: str, condition: Mapping[str, Any] | None = None) -> Statement:
    statement = {"Effect": "Deny", "Action": actions, "Resource": [resource]}
    return statement if condition is None else {**statement, "Condition": condition}


def _merged(statements: Iterable[Statement]) -> list[Statement]:
    """Fewer statements that say the same: equal but for their resources, then equal but for their actions."""
    found = [_normal(statement) for statement in statements]
    for element in ("Resource", "Action"):
        found = _joined(found, element)
    return sorted(found, key=lambda one: json.dumps([one.get(element) for element in _ELEMENTS] + [one.get("Condition")]))


def _normal(statement: Statement) -> dict[str, Any]:
    normal: dict[str, Any] = {"Effect": "Allow"}
    for element in _ELEMENTS:
        if element in statement:
            normal[element] = sorted(set(_listed(statement[element])))
    if statement.get("Condition"):
        normal["Condition"] = statement["Condition"]
    return normal


def _joined(statements: Iterable[dict[str, Any]], element: str) -> list[dict[str, Any]]:
    groups: dict[str, dict[str, Any]] = {}
    for statement in statements:
        rest = {key: value for key, value in statement.items() if key != element}
        key = json.dumps([element in statement, rest], sort_keys=True)
        known = groups.setdefault(key, dict(statement))
        if element in statement:
            known[element] = _uncovered({*known[element], *statement[element]}, element)
    return list(groups.values())


def _uncovered(texts: set[str], element: str) -> list[str]:
    if element == "Action":
        return ["*"] if "*" in texts else sorted(texts)
    kept = [one for one in texts if not any(other != one and arn_covers(other, one) for other in texts)]
    return sorted(kept or texts)
