"""IAM as `apply` reads and changes it. Credentials come from boto3's chain, a profile, or a role that is assumed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

from sls_leastpriv.apply import steps as s
from sls_leastpriv.apply.state import TAG_RUN, Account, Document, Holder, Stored
from sls_leastpriv.check.aws import Aws
from sls_leastpriv.check.failures import Collision, NotThere
from sls_leastpriv.errors import AwsError, UsageError
from sls_leastpriv.policy.size import POLICIES_PER_PRINCIPAL

_QUOTAS: Final = {
    "user": "AttachedPoliciesPerUserQuota",
    "role": "AttachedPoliciesPerRoleQuota",
    "group": "AttachedPoliciesPerGroupQuota",
}


class Iam:
    """The policies of one set, and their holder, in the account that the credentials are of."""

    def __init__(self, aws: Aws, set_name: str, holder: Holder) -> None:
        self._aws = aws
        self._holder = holder
        self._path = f"/leastpriv/{set_name}/"
        identity = str(self._call("get_caller_identity", "sts")["Arn"])
        self.account = identity.split(":")[4]
        self._partition = identity.split(":")[1]

    @property
    def _named(self) -> dict[str, str]:
        return {f"{self._holder.kind.title()}Name": self._holder.name}

    def arn(self, name: str) -> str:
        """The ARN of a policy of the set."""
        return f"arn:{self._partition}:iam::{self.account}:policy{self._path}{name}"

    # ------------------------------------------------------------------ reading

    def read(self) -> Account:
        """What is there now."""
        about = self._about()
        attached = self._attached() if about is not None else []
        own = [one["PolicyArn"] for one in attached if one["PolicyArn"].startswith(self.arn(""))]
        listed = self._aws.pages("iam", "list_policies", "Policies", Scope="Local", PathPrefix=self._path)
        stored = [found for one in listed if (found := self._stored(one["PolicyName"], own)) is not None]
        return Account(
            exists=about is not None,
            stored={one.name: one for one in stored},
            others=len(attached) - len(own),
            quota=self._quota(),
            boundary=(about or {}).get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
        )

    def role_was_created_by(self) -> str | None:
        """The run that created the role, as its tag says."""
        about = self._about() if self._holder.kind == "role" else None
        return _tags((about or {}).get("Tags", ())).get(TAG_RUN)

    def earlier(self, account: Account) -> dict[tuple[str, str], Document]:
        """The documents of every version that is kept, by name and version."""
        return {
            (name, version): self._document(one.arn, version)
            for name, one in account.stored.items()
            for version in one.versions
            if version != one.default
        }

    def _about(self) -> Mapping[str, Any] | None:
        """The holder; None where there is none."""
        try:
            found: Mapping[str, Any] = self._call(f"get_{self._holder.kind}", **self._named)[self._holder.kind.title()]
            return found
        except NotThere:
            return None

    def _attached(self) -> list[Any]:
        return self._aws.pages("iam", f"list_attached_{self._holder.kind}_policies", "AttachedPolicies", **self._named)

    def _stored(self, name: str, own: list[str]) -> Stored | None:
        """A policy; None where it went away while we were reading."""
        arn = self.arn(name)
        try:
            about = self._call("get_policy", PolicyArn=arn)["Policy"]
            versions = self._aws.pages("iam", "list_policy_versions", "Versions", PolicyArn=arn)
            return Stored(
                name=name,
                arn=arn,
                default=about["DefaultVersionId"],
                versions=tuple(one["VersionId"] for one in versions),
                document=self._document(arn, about["DefaultVersionId"]),
                attached=arn in own,
                attachments=int(about["AttachmentCount"]),
                tags=_tags(about.get("Tags", ())),
            )
        except NotThere:
            return None

    def _document(self, arn: str, version: str) -> Document:
        document = self._call("get_policy_version", PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
        found: Document = json.loads(unquote(document)) if isinstance(document, str) else document
        return found

    def _quota(self) -> int:
        """How many policies the holder may have; the default where that may not be asked."""
        try:
            summary = self._call("get_account_summary")["SummaryMap"]
        except AwsError:
            return POLICIES_PER_PRINCIPAL
        return int(summary.get(_QUOTAS[self._holder.kind], POLICIES_PER_PRINCIPAL))

    # ------------------------------------------------------------------ changing

    def take(self, step: s.Step) -> None:
        """Takes one step: one call. `Collision` or `NotThere` where the account is no longer as it was read."""
        match step:
            case s.CreateRole(trust, tags):
                self._change("create_role", **self._named, AssumeRolePolicyDocument=json.dumps(trust), Tags=_tag_list(tags))
            case s.DeleteRole():
                self._change("delete_role", **self._named)
            case s.SetBoundary(None):
                self._change(f"delete_{self._holder.kind}_permissions_boundary", **self._named)
            case s.SetBoundary(arn):
                self._change(f"put_{self._holder.kind}_permissions_boundary", **self._named, PermissionsBoundary=arn)
            case s.Create(name, document, tags):
                self._create(name, document, tags)
            case s.Tag(name, tags):
                self._change("tag_policy", PolicyArn=self.arn(name), Tags=_tag_list(tags))
            case s.Untag(name, keys):
                self._change("untag_policy", PolicyArn=self.arn(name), TagKeys=list(keys))
            case s.Update(name, document):
                self._change("create_policy_version", PolicyArn=self.arn(name), PolicyDocument=_text(document), SetAsDefault=True)
            case s.SetDefault(name, version):
                self._change("set_default_policy_version", PolicyArn=self.arn(name), VersionId=version)
            case s.DropVersion(name, version):
                self._change("delete_policy_version", PolicyArn=self.arn(name), VersionId=version)
            case s.Attach(name):
                self._change(f"attach_{self._holder.kind}_policy", **self._named, PolicyArn=self.arn(name))
            case s.Detach(name):
                self._change(f"detach_{self._holder.kind}_policy", **self._named, PolicyArn=self.arn(name))
            case s.Delete(name):
                self._change("delete_policy", PolicyArn=self.arn(name))

    def _create(self, name: str, document: Document, tags: Mapping[str, str]) -> None:
        try:
            self._change("create_policy", PolicyName=name, Path=self._path, PolicyDocument=_text(document), Tags=_tag_list(tags))
        except Collision as collision:
            if collision.code == "EntityAlreadyExists" and not self._is_there(name):
                raise UsageError(
                    f"there is a policy `{name}` already that `apply` did not make",
                    help="it was made by other means (CloudFormation, Terraform, by hand): change it there, or delete it",
                ) from None
            raise

    def _is_there(self, name: str) -> bool:
        try:
            self._call("get_policy", PolicyArn=self.arn(name))
        except NotThere:
            return False
        return True

    def _change(self, operation: str, **parameters: Any) -> None:
        self._call(operation, **parameters)

    def _call(self, operation: str, service: str = "iam", **parameters: Any) -> Mapping[str, Any]:
        return self._aws.call(service, operation, **parameters)


def _tags(listed: Any) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in listed}


def _tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _text(document: Document) -> str:
    """Without white space, which IAM does not count, but its parameter's limit does."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)
