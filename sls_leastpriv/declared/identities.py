"""The roles, users and groups of a template, with everything that the template attaches to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sls_leastpriv.bind import BoundResource, BoundStack
from sls_leastpriv.declared.documents import read_documents, text_of
from sls_leastpriv.declared.identity import Document, Identity, IdentityKind
from sls_leastpriv.resolve.values import Value, alternatives, pattern

_KINDS: Final[Mapping[str, IdentityKind]] = {"AWS::IAM::Role": "role", "AWS::IAM::User": "user", "AWS::IAM::Group": "group"}

_LISTS: Final[Mapping[IdentityKind, tuple[str, ...]]] = {"role": ("Roles",), "user": ("Users",), "group": ("Groups",)}

_INLINE: Final = ("AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy", "AWS::IAM::GroupPolicy")
"""Types that write an inline policy; those of one identity name it by `RoleName`, `UserName`, `GroupName`."""


def identities_of(bound: BoundStack) -> tuple[Identity, ...]:
    """Every role, user and group that the stack may create.

    Types: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IAM.html
    """
    return tuple(_identity(bound, resource, _KINDS[resource.type]) for resource in bound.resources if resource.type in _KINDS)


def managed_policies_of(bound: BoundStack) -> dict[str, Document]:
    """The managed policies that the stack creates: ARN pattern → document."""
    found: dict[str, Document] = {}
    for resource in bound.resources:
        if resource.type == "AWS::IAM::ManagedPolicy":
            documents, _ = _documents(resource, ("PolicyDocument",))
            statements = [statement for document in documents for statement in document["Statement"]]
            found[pattern(resource.lookup("self"))] = {"Version": "2012-10-17", "Statement": statements}
    return found


def _identity(bound: BoundStack, resource: BoundResource, kind: IdentityKind) -> Identity:
    documents, doubts = _documents(resource, ("Policies", "*", "PolicyDocument"))
    managed = [text for value in resource.find(("ManagedPolicyArns", "*")) for text in _texts(value)]
    for other in bound.resources:
        if other.type in _INLINE and _is_about(other, resource, kind):
            more, unread = _documents(other, ("PolicyDocument",))
            documents, doubts = [*documents, *more], [*doubts, *unread]
        elif other.type == "AWS::IAM::ManagedPolicy" and _is_about(other, resource, kind):
            managed.append(pattern(other.lookup("self")))
    boundary = [text for value in resource.find(("PermissionsBoundary",)) for text in _texts(value)]
    return Identity(
        kind=kind,
        name=resource.logical_id,
        arn=pattern(resource.lookup("self")),
        documents=tuple(documents),
        managed=tuple(dict.fromkeys(managed)),
        boundary=boundary[0] if boundary else None,
        trusts=_trusts(resource),
        doubts=tuple(dict.fromkeys(doubts)),
    )


def _documents(resource: BoundResource, path: tuple[str, ...]) -> tuple[list[Document], list[str]]:
    found: list[Document] = []
    doubts: list[str] = []
    for value in resource.find(path):
        documents, unread = read_documents(value)
        found += documents
        doubts += unread
    return found, doubts


def _is_about(policy: BoundResource, resource: BoundResource, kind: IdentityKind) -> bool:
    """Whether a policy names an identity: by its `Ref`, or by its name."""
    names = {pattern(one) for one in alternatives(resource.name)}
    paths = [(name, "*") for name in _LISTS[kind]] + [(f"{kind.title()}Name",)]
    return any(text in names for path in paths for value in policy.find(path) for text in _patterns(value))


def _patterns(value: Value) -> Iterator[str]:
    yield from (pattern(one) for one in alternatives(value))


def _texts(value: Value) -> Iterator[str]:
    for one in alternatives(value):
        text = text_of(one)
        yield "*" if text is None else text


def _trusts(resource: BoundResource) -> frozenset[str] | None:
    """Whom the trust policy of a role names; None where that is not known."""
    if resource.type != "AWS::IAM::Role":
        return None
    found: set[str] = set()
    for value in resource.find(("AssumeRolePolicyDocument", "Statement", "*", "Principal")):
        for one in alternatives(value):
            if not isinstance(one, Mapping):
                return None
            for kind, names in one.items():
                listed = names if isinstance(names, list) else [names]
                texts = {kind} if kind != "Service" else {text_of(name) or "*" for name in listed}
                if any("*" in text for text in texts):
                    return None
                found |= texts
    return frozenset(found)
