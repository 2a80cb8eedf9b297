"""Which permissions boundary the roles of a service carry, and what is missing so that all of them do.

The Framework puts `provider.iam.role.permissionsBoundary` on the role that it makes for the functions, and on no other
(https://github.com/serverless/serverless/blob/v3.40.0/lib/plugins/aws/package/lib/merge-iam-templates.js).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from sls_leastpriv.declared.identities import identities_of, managed_policies_of
from sls_leastpriv.declared.identity import Identity
from sls_leastpriv.facts.configured import at, mapping
from sls_leastpriv.model import Gap, Project, Stack, Subject
from sls_leastpriv.nested import bound_stacks
from sls_leastpriv.policy.patterns import arn_intersects

FRAMEWORK_ROLE: Final = "IamRoleLambdaExecution"
_TYPES: Final = ("AWS::IAM::Role", "AWS::IAM::User")


def boundary_arn(project: Project) -> str:
    """The ARN of the boundary: the setting `boundary`, an ARN or a name; else the one that the roles carry; else a name of ours."""
    setting = at(project.config or {}, "custom", "leastpriv", "boundary")
    if isinstance(setting, str):
        return setting if setting.startswith("arn:") else policy_arn(project.stack, setting)
    carried = {one.boundary for one in _identities(project) if one.boundary is not None and "*" not in one.boundary}
    return carried.pop() if len(carried) == 1 else policy_arn(project.stack, f"{project.stack.name}-boundary")


def policy_arn(stack: Stack, name: str) -> str:
    """The ARN of a managed policy of the stack's account."""
    return f"arn:{stack.partition}:iam::{stack.account or '*'}:policy/{name}"


def wired(project: Project, arn: str) -> Project:
    """The project as it is once all of its roles and users carry the boundary: what its deployer is to be allowed then."""
    return replace(
        project,
        template=None if project.template is None else _with_boundary(project.template, arn),
        nested={name: _with_boundary(template, arn) for name, template in project.nested.items()},
    )


def _with_boundary(template: Mapping[str, Any], arn: str) -> Mapping[str, Any]:
    resources = template.get("Resources", {})
    changed = {
        name: {**body, "Properties": {**mapping(body.get("Properties")), "PermissionsBoundary": arn}}
        for name, body in resources.items()
        if isinstance(body, Mapping) and body.get("Type") in _TYPES
    }
    return {**template, "Resources": {**resources, **changed}}


def wiring_gaps(project: Project, arn: str) -> Iterator[Gap]:
    """What is left to do so that the boundary holds: roles that do not carry it, and a boundary that the stack itself writes."""
    for identity in _identities(project):
        if identity.kind == "group":
            continue
        subject = Subject("resource", identity.name, _TYPES[identity.kind == "user"])
        if identity.boundary is None:
            yield Gap(subject, f"carries no permissions boundary, and cannot be created without it: set {_setting(identity, arn)}")
        elif identity.boundary != arn:
            yield Gap(subject, f"carries another permissions boundary than `{arn}`, and cannot be created with it")
    written = [one for bound in _stacks(project) for one in managed_policies_of(bound) if arn_intersects(one, arn)]
    if written:
        yield Gap(
            Subject("stack", project.stack.name),
            f"the stack itself writes the permissions boundary `{arn}`, so its deployer can widen it: keep it in another stack",
        )
    if project.previous is not None:
        yield from _unbound_so_far(project, arn)


def _unbound_so_far(project: Project, arn: str) -> Iterator[Gap]:
    deployed = replace(project, template=project.previous)
    for identity in _identities(deployed):
        if identity.kind != "group" and identity.boundary is None:
            yield Gap(
                Subject("resource", identity.name, _TYPES[identity.kind == "user"], previous=True),
                "is deployed without the permissions boundary: an administrator puts it on first, "
                f"`aws iam put-{identity.kind}-permissions-boundary --permissions-boundary {arn} …`",
            )


def _setting(identity: Identity, arn: str) -> str:
    if identity.name == FRAMEWORK_ROLE:
        return f"`provider.iam.role.permissionsBoundary: {arn}`"
    if identity.name.startswith("IamRole"):
        return f"`resources.extensions.{identity.name}.Properties.PermissionsBoundary: {arn}`"
    return f"its property `PermissionsBoundary: {arn}`"


def _identities(project: Project) -> Iterator[Identity]:
    for bound in _stacks(project):
        yield from identities_of(bound)


def _stacks(project: Project) -> Iterator[Any]:
    return bound_stacks(project, project.template) if project.template is not None else iter(())
