"""The landscape of a service: its identities, its functions, its own stack, and the role that it hands to CloudFormation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sls_leastpriv.bind import BoundStack
from sls_leastpriv.declared.identities import identities_of, managed_policies_of
from sls_leastpriv.declared.identity import Document, Identity
from sls_leastpriv.escalation.analyse import analyse
from sls_leastpriv.escalation.landscape import Landscape, Workload
from sls_leastpriv.escalation.paths import Path
from sls_leastpriv.facts.service import deployment_role
from sls_leastpriv.knowledge.published import managed_policy
from sls_leastpriv.model import Policy, Project
from sls_leastpriv.nested import bound_stacks
from sls_leastpriv.policy.document import policy_document
from sls_leastpriv.resolve.values import alternatives, pattern


def service_paths(
    project: Project, policies: Sequence[Policy], boundaries: Mapping[str, Document] | None = None
) -> tuple[Path, ...]:
    """The paths of the service's deployer: its written policies against everything that the service declares.

    `boundaries` are the documents of permissions boundaries that are known, by ARN.
    """
    documents = {
        principal: tuple(policy_document(policy.statements) for policy in policies if policy.principal == principal)
        for principal in ("deployer", "cloudformation")
    }
    return analyse(documents["deployer"], landscape_of(project, documents["cloudformation"], boundaries or {}))


def given_paths(project: Project, documents: Sequence[Document], boundary: Sequence[Document] | None) -> tuple[Path, ...]:
    """The paths of somebody who holds other policies than ours, in the landscape of the service."""
    return analyse(documents, landscape_of(project, (), {}), boundary)


def landscape_of(project: Project, cloudformation: tuple[Document, ...], boundaries: Mapping[str, Document]) -> Landscape:
    """What the deployer of a project stands in front of. `cloudformation` are the policies of CloudFormation's own role."""
    stacks = list(bound_stacks(project, project.template or project.previous or {"Resources": {}}))
    targets = [identity for bound in stacks for identity in identities_of(bound)]
    known = {arn: document for bound in stacks for arn, document in managed_policies_of(bound).items()}
    for arn in {arn for target in targets for arn in target.managed}:
        document = managed_policy(arn)
        if document is not None:
            known[arn] = document
    role = next((_text(bound, deployment_role(project)) for bound in stacks if deployment_role(project)), None)
    if role is not None:
        targets.append(
            Identity("role", "of CloudFormation", role, cloudformation, trusts=frozenset({"cloudformation.amazonaws.com"}))
        )
    return Landscape(
        targets=tuple(targets),
        workloads=tuple(one for bound in stacks for one in _workloads(bound, role)),
        policies={**known, **boundaries},
    )


def _workloads(bound: BoundStack, role: str | None) -> Iterator[Workload]:
    stack = bound.stack
    place = f"arn:{stack.partition}:cloudformation:{stack.region or '*'}:{stack.account or '*'}"
    yield Workload("stack", f"{place}:stack/{stack.name}/*", role)
    for resource in bound.resources:
        if resource.type == "AWS::Lambda::Function":
            for one in alternatives(resource.value_of("Role")):
                yield Workload("function", pattern(resource.lookup("self")), pattern(one))


def _text(bound: BoundStack, value: object) -> str:
    return pattern(bound.intrinsics.resolve(value))
