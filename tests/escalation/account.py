"""The account that a fixture service is deployed into: its own resources, and the stronger neighbours that an attacker wants."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sls_leastpriv.commands.service import Predicted, predicted
from sls_leastpriv.declared.identities import identities_of
from sls_leastpriv.escalation.service import landscape_of
from sls_leastpriv.knowledge.published import managed_policy
from sls_leastpriv.nested import bound_stacks
from sls_leastpriv.policy.document import policy_document
from sls_leastpriv.read.source import Inputs
from tests.escalation.world import ACCOUNT, ADMINISTRATOR, ANYTHING, IAM, Variant, World
from tests.fixture import handoff

DEPLOYER = f"{IAM}:role/ci-deployer"
ADMIN_ROLE = f"{IAM}:role/admin"
OTHER_FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:payroll-prod-pay"
LOG_ROLE = f"{IAM}:role/serverlessApiGatewayCloudWatchRole"
"""What the Framework's own function makes for the logs of an API."""

LOG_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
TRUSTED = {
    "AWS", "lambda.amazonaws.com", "ec2.amazonaws.com", "cloudformation.amazonaws.com", "glue.amazonaws.com",
    "states.amazonaws.com", "apigateway.amazonaws.com", "codebuild.amazonaws.com", "scheduler.amazonaws.com",
}  # fmt: skip


def service_of(name: str, folder: Path, *, boundary: bool) -> Predicted:
    inputs = Inputs(handoff=str(handoff(name, folder)), account=ACCOUNT, previous="none", with_boundary=boundary)
    return predicted(inputs, places=False)


def concrete(arn: str) -> str:
    """An ARN that a pattern matches."""
    return arn.replace("*", "1A2B3C4D5E6F")


def account_of(service: Predicted) -> World:
    """The account after the first deploy. The deployer is a role with one managed policy, and holds nothing else."""
    documents: dict[str, dict[str, Any]] = {
        "anything": ANYTHING,
        ADMINISTRATOR: ANYTHING,
        LOG_POLICY: dict(managed_policy(LOG_POLICY) or {}),
    }
    for policy in service.policies.whole:
        documents[f"{IAM}:policy/{policy.name}"] = policy_document(policy.statements)
    boundary = service.policies.boundary
    if boundary is not None:
        documents[boundary.arn] = dict(boundary.document)
    landscape = landscape_of(service.project, (), {})
    variants = {
        Variant(DEPLOYER, (f"{IAM}:policy/{service.policies.whole[0].name}",)),
        Variant(ADMIN_ROLE, ("anything",)),
        Variant(f"{IAM}:user/root-like", ("anything",)),
        Variant(f"{IAM}:group/admins", ("anything",)),
    }
    trusts = {ADMIN_ROLE: set(TRUSTED), DEPLOYER: {"AWS"}}
    for identity in (
        one for bound in bound_stacks(service.project, service.project.template or {}) for one in identities_of(bound)
    ):
        arn = concrete(identity.arn)
        names = [f"{identity.name}-{index}" for index, _ in enumerate(identity.documents)]
        documents |= {name: dict(document) for name, document in zip(names, identity.documents, strict=True)}
        for managed in identity.managed:
            document = managed_policy(managed)
            assert document is not None
            documents[managed] = dict(document)
            names.append(managed)
        variants.add(Variant(arn, tuple(names), identity.boundary))
        trusts[arn] = set(identity.trusts or ())
    functions = {concrete(one.arn): concrete(one.role or "") for one in landscape.workloads if one.kind == "function"}
    stack = f"arn:aws:cloudformation:{service.project.stack.region}:{ACCOUNT}:stack"
    own = f"{stack}/{service.project.stack.name}/1"
    return World(
        documents=documents,
        variants=variants,
        trusts=trusts,
        functions={**functions, OTHER_FUNCTION: ADMIN_ROLE},
        stacks={own: None, f"{stack}/payroll-prod/1": ADMIN_ROLE},
        places={
            "function": [*functions, OTHER_FUNCTION],
            "machine": [f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:{service.project.stack.name}"],
            "stack": [own, f"{stack}/evil/1"],
            "role": [f"{IAM}:role/evil", LOG_ROLE],
            "anything": [
                "*",
                f"arn:aws:apigateway:{service.project.stack.region}::/restapis/a/resources/b/methods/GET/integration",
            ],
        },
        controlled={one for one in variants if one.principal == DEPLOYER},
    )
