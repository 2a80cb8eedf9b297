"""Reads the policies of a user or a role: inline, attached, those of groups, and the permissions boundary. In parallel.

What the principal may not read is noted, not raised: what could be read still counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import unquote

from sls_leastpriv.check.aws import Aws
from sls_leastpriv.check.evidence import Document, Evidence
from sls_leastpriv.check.failures import Denied, NotThere
from sls_leastpriv.check.identity import Identity, parse_identity
from sls_leastpriv.errors import ServiceError
from sls_leastpriv.policy.evaluate import compile_policy


def read_policies(aws: Aws, principal: Identity) -> Evidence:
    """The policies of a principal. `NotThere` when IAM does not know it; AwsError when AWS cannot be asked."""
    aws.client("iam")  # before threads share it
    pool = ThreadPoolExecutor(max_workers=aws.parallel)
    try:
        return _Reader(aws, pool, principal).read()
    finally:
        pool.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True)
class _Owner:
    """A user, role or group: how its operations are called, and how its inline policies are."""

    kind: str
    name: str

    @property
    def parameters(self) -> dict[str, str]:
        return {f"{self.kind.title()}Name": self.name}

    def inline(self, policy: str) -> str:
        return f"the inline policy `{policy}`" + (f" of the group `{self.name}`" if self.kind == "group" else "")


class _Reader:
    """Collects the documents of one principal, and the read actions that were denied."""

    def __init__(self, aws: Aws, pool: ThreadPoolExecutor, principal: Identity) -> None:
        self._aws = aws
        self._pool = pool
        self._principal = principal
        self._denied: set[str] = set()

    def read(self) -> Evidence:
        owner = _Owner(self._principal.kind, self._principal.name)
        itself = self._pool.submit(self._ask, f"get_{owner.kind}", **owner.parameters)
        groups: Sequence[Any] = ()
        if owner.kind == "user":
            groups = self._list("list_groups_for_user", "Groups", **owner.parameters)
        owners = [owner, *(_Owner("group", group["GroupName"]) for group in groups)]
        documents = self._documents_of(owners)
        unread_for_identity = set(self._denied) - {f"iam:Get{owner.kind.title()}"}
        answer = itself.result()
        about: Mapping[str, Any] = answer.get(owner.kind.title(), {}) if answer is not None else {}
        boundary_arn = about.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
        boundary = self._boundary(boundary_arn) if boundary_arn is not None else None
        known = parse_identity(str(about.get("Arn")), long_lived=self._principal.long_lived)
        return Evidence(
            kind="policies",
            principal=replace(known, session=self._principal.session) if known is not None else self._principal,
            identity=documents,
            boundary=boundary,
            identity_complete=not unread_for_identity,
            boundary_known=answer is not None and (boundary_arn is None or bool(boundary)),
            unread=tuple(sorted(self._denied)),
        )

    def _documents_of(self, owners: Iterable[_Owner]) -> tuple[Document, ...]:
        listed = [
            (
                owner,
                self._pool.submit(self._list, f"list_{owner.kind}_policies", "PolicyNames", **owner.parameters),
                self._pool.submit(self._list, f"list_attached_{owner.kind}_policies", "AttachedPolicies", **owner.parameters),
            )
            for owner in owners
        ]
        inline = [(owner, name) for owner, names, _ in listed for name in names.result()]
        attached = {one["PolicyArn"]: one["PolicyName"] for _, _, policies in listed for one in policies.result()}
        reads = [
            *(partial(self._inline, owner, name) for owner, name in inline),
            *(partial(self._managed, arn, f"`{name}`") for arn, name in attached.items()),
        ]
        return tuple(one for one in self._pool.map(lambda read: read(), reads) if one is not None)

    def _boundary(self, arn: str) -> tuple[Document, ...]:
        document = self._managed(arn, f"the permissions boundary `{arn.rpartition('/')[2]}`")
        return () if document is None else (document,)

    def _inline(self, owner: _Owner, name: str) -> Document | None:
        answer = self._ask(f"get_{owner.kind}_policy", **owner.parameters, PolicyName=name)
        return None if answer is None else self._document(owner.inline(name), answer.get("PolicyDocument"))

    def _managed(self, arn: str, name: str) -> Document | None:
        about = self._ask("get_policy", PolicyArn=arn)
        if about is None:
            return None
        version = about["Policy"]["DefaultVersionId"]
        answer = self._ask("get_policy_version", PolicyArn=arn, VersionId=version)
        return None if answer is None else self._document(name, answer["PolicyVersion"].get("Document"), arn, version)

    def _document(self, name: str, document: Any, arn: str | None = None, version: str | None = None) -> Document | None:
        """A document as botocore decoded it; one that cannot be understood counts as one that cannot be read."""
        try:
            if isinstance(document, str):
                document = json.loads(unquote(document))
            compile_policy(document, name)
        except (ValueError, ServiceError):
            self._denied.add(f"(the content of {name})")
            return None
        return Document(name, document, arn, version)

    def _ask(self, operation: str, **parameters: str) -> Mapping[str, Any] | None:
        """The answer; None when the principal may not ask."""
        try:
            return self._aws.call("iam", operation, **parameters)
        except Denied as denied:
            self._denied.add(denied.action)
        except NotThere:
            if operation in ("get_user", "get_role"):
                raise
            self._denied.add("(a policy that was removed meanwhile)")
        return None

    def _list(self, operation: str, key: str, **parameters: str) -> Sequence[Any]:
        try:
            return self._aws.pages("iam", operation, key, **parameters)
        except Denied as denied:
            self._denied.add(denied.action)
        return ()
