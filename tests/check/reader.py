"""IAM's reads of a user's policies."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from tests.check.running import USER
from tests.check.stub import Answer, Form, caller, denied, failure, result
from tests.fixture import ACCOUNT


class Reader:
    """IAM's reads of one user with many policies: `held` are managed, by name, all of them on pages of `page`."""

    def __init__(self, held: dict[str, Any], *, boundary: str | None = None, page: int = 100) -> None:
        self.held = held
        self.boundary = boundary
        self.page = page

    def __call__(self, operation: str, form: Form) -> Answer:
        name = form.get("PolicyArn", "").rpartition("/")[2]
        match operation:
            case "GetCallerIdentity":
                return caller()
            case "GetUser":
                limit = f"<PermissionsBoundaryArn>{self.arn(self.boundary)}</PermissionsBoundaryArn>" if self.boundary else ""
                about = f"<PermissionsBoundary>{limit}</PermissionsBoundary>" if limit else ""
                return result(operation, f"<User><Arn>{USER}</Arn><UserName>deployer</UserName><Path>/</Path>{about}</User>")
            case "ListAttachedUserPolicies":
                names = [name for name in self.held if name != self.boundary]
                start = int(form.get("Marker", "0"))
                members = "".join(
                    f"<member><PolicyName>{one}</PolicyName><PolicyArn>{self.arn(one)}</PolicyArn></member>"
                    for one in names[start : start + self.page]
                )
                more = start + self.page < len(names)
                marker = f"<Marker>{start + self.page}</Marker>" if more else ""
                listed = f"<AttachedPolicies>{members}</AttachedPolicies>"
                return result(operation, f"<IsTruncated>{str(more).lower()}</IsTruncated>{marker}{listed}")
            case "ListUserPolicies":
                return result(operation, "<IsTruncated>false</IsTruncated><PolicyNames/>")
            case "ListGroupsForUser":
                return result(operation, "<IsTruncated>false</IsTruncated><Groups/>")
            case "GetPolicy":
                return result(operation, f"<Policy><Arn>{self.arn(name)}</Arn><DefaultVersionId>v7</DefaultVersionId></Policy>")
            case "GetPolicyVersion" if self.held[name] is None:
                return failure(404, "NoSuchEntity")
            case "GetPolicyVersion":
                held = self.held[name]
                text = quote(held if isinstance(held, str) else json.dumps(held))
                return result(operation, f"<PolicyVersion><Document>{text}</Document><VersionId>v7</VersionId></PolicyVersion>")
        return denied(operation)

    @staticmethod
    def arn(name: str | None) -> str:
        return f"arn:aws:iam::{ACCOUNT}:policy/{name}"
