"""An AWS account in small, and an attacker in it: every call is judged by the tests' own evaluator, not by the product's.

The attacker tries each call that a privilege escalation can be made of, on everything that is there, until nothing new is won.
What a role may become is a set of variants, because whoever can change a role once can do it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.policy.oracle import Oracle

ACCOUNT = "123456789012"
IAM = f"arn:aws:iam::{ACCOUNT}"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
ANYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}

SERVICES = {
    # the service that is handed a role → a call that hands it one, and on what
    "lambda.amazonaws.com": ("lambda:CreateFunction", "function"),
    "states.amazonaws.com": ("states:CreateStateMachine", "machine"),
    "cloudformation.amazonaws.com": ("cloudformation:CreateStack", "stack"),
    "ec2.amazonaws.com": ("ec2:RunInstances", "anything"),
    "glue.amazonaws.com": ("glue:CreateJob", "anything"),
    "codebuild.amazonaws.com": ("codebuild:CreateProject", "anything"),
    "ecs-tasks.amazonaws.com": ("ecs:RunTask", "anything"),
    "scheduler.amazonaws.com": ("scheduler:CreateSchedule", "anything"),
    "apigateway.amazonaws.com": ("apigateway:PUT", "anything"),
}


@dataclass(frozen=True)
class Variant:
    """A principal as it is at some time: its policies by name, and its boundary."""

    principal: str
    policies: tuple[str, ...]
    boundary: str | None = None


@dataclass
class World:
    """`documents` by name or ARN; whom a role trusts, and with which role a function or stack works, by ARN.

    `places` are the ARNs that a kind of call can be made on.
    """

    documents: dict[str, dict[str, Any]]
    variants: set[Variant]
    trusts: dict[str, set[str]]
    functions: dict[str, str]
    stacks: dict[str, str | None]
    places: dict[str, list[str]]
    controlled: set[Variant] = field(default_factory=set)

    def may(self, who: Variant, action: str, resource: str, **given: str) -> bool:
        context = {
            "aws:PrincipalAccount": [ACCOUNT],
            "aws:ResourceAccount": [ACCOUNT],
            "aws:PrincipalArn": [who.principal],
            **{f"iam:{key}": [value] for key, value in given.items()},
        }
        boundary = None if who.boundary is None else [self.documents[who.boundary]]
        return Oracle(context).decide(action, resource, [self.documents[one] for one in who.policies], boundary) == "allowed"

    def run(self) -> None:
        """Everything that the attacker can win from what it controls at first, or until it can do anything."""
        size = -1
        while size != len(self.variants) + len(self.controlled) and not self._won():
            size = len(self.variants) + len(self.controlled)
            for who in list(self.controlled):
                self._change(who)
                principals = {one.principal for one in self.controlled} | set(self._becomes(who))
                self.controlled |= {one for one in self.variants if one.principal in principals}

    def _won(self) -> bool:
        return any("anything" in one.policies and one.boundary is None for one in self.controlled)

    def _change(self, who: Variant) -> None:
        for target in list(self.variants):
            self.variants.update(self._written(who, target))
        for policy in [one for one in self.documents if one.startswith("arn:") and one != ADMINISTRATOR]:
            if self.may(who, "iam:CreatePolicyVersion", policy) or self.may(who, "iam:SetDefaultPolicyVersion", policy):
                for one in list(self.variants):
                    if policy in one.policies:
                        self.variants.add(Variant(one.principal, ("anything",), one.boundary))
                    if policy == one.boundary:
                        self.variants.add(Variant(one.principal, one.policies, None))
        for role in sorted({one.principal for one in self.variants if ":role/" in one.principal} | set(self.places["role"])):
            for boundary in self._boundaries():
                given = {} if boundary is None else {"PermissionsBoundary": boundary}
                known = [one for one in self.variants if one.principal == role]
                deleted = not known or any(self.may(who, "iam:DeleteRole", role, **_bound(one)) for one in known)
                if deleted and self.may(who, "iam:CreateRole", role, **given):
                    made = Variant(role, (), None if boundary == ADMINISTRATOR else boundary)
                    self.variants.add(made)
                    self.controlled.add(made)  # its trust policy is the attacker's

    def _written(self, who: Variant, target: Variant) -> Iterator[Variant]:
        arn, bound = target.principal, _bound(target)
        kind = arn.partition(f"{IAM}:")[2].partition("/")[0].title()
        if self.may(who, f"iam:Put{kind}Policy", arn, **bound):
            yield Variant(arn, ("anything",), target.boundary)
        for policy in self.documents:
            more = policy.startswith("arn:") and policy not in target.policies and "anything" not in target.policies
            if more and self.may(who, f"iam:Attach{kind}Policy", arn, PolicyARN=policy, **bound):
                yield Variant(arn, tuple(sorted((*target.policies, policy))), target.boundary)
        if target.boundary is not None and self.may(who, f"iam:Delete{kind}PermissionsBoundary", arn, **bound):
            yield Variant(arn, target.policies, None)
        for boundary in self._boundaries():
            if boundary is not None and self.may(who, f"iam:Put{kind}PermissionsBoundary", arn, PermissionsBoundary=boundary):
                yield Variant(arn, target.policies, None if boundary == ADMINISTRATOR else boundary)

    def _boundaries(self) -> list[str | None]:
        return [None, ADMINISTRATOR, *sorted({one.boundary for one in self.variants if one.boundary is not None})]

    def _becomes(self, who: Variant) -> Iterator[str]:
        """The principals that it can act as."""
        for one in list(self.variants):
            arn = one.principal
            if ":role/" in arn:
                if self.may(who, "iam:UpdateAssumeRolePolicy", arn, **_bound(one)):
                    yield arn
                if "AWS" in self.trusts.get(arn, set()) and self.may(who, "sts:AssumeRole", arn):
                    yield arn
                for service in self.trusts.get(arn, set()) & set(SERVICES):
                    action, kind = SERVICES[service]
                    if self.may(who, "iam:PassRole", arn, PassedToService=service) and any(
                        self.may(who, action, place) for place in self.places[kind]
                    ):
                        yield arn
            elif ":user/" in arn:
                if any(
                    self.may(who, f"iam:{name}", arn) for name in ("CreateAccessKey", "CreateLoginProfile", "UpdateLoginProfile")
                ):
                    yield arn
            elif self.may(who, "iam:AddUserToGroup", arn):
                yield arn
        for function, role in self.functions.items():
            if self.may(who, "lambda:UpdateFunctionCode", function) or self.may(
                who, "lambda:UpdateFunctionConfiguration", function
            ):
                yield role
        for stack, cloudformation in self.stacks.items():
            changed = self.may(who, "cloudformation:UpdateStack", stack) or self.may(who, "cloudformation:ExecuteChangeSet", stack)
            if changed and cloudformation is not None:
                yield cloudformation

    def excess(self, bounds: Iterable[str], probes: Iterable[tuple[str, str]]) -> set[tuple[str, str, str]]:
        """What some principal under control may do, of the probes, that none of the documents `bounds` allows."""
        limits = [Variant(f"{IAM}:role/limit", (name,)) for name in bounds]
        found: set[tuple[str, str, str]] = set()
        for action, resource in probes:
            if not any(self._somehow(limit, action, resource) for limit in limits):
                found |= {(one.principal, action, resource) for one in self.controlled if self._somehow(one, action, resource)}
        return found

    def _somehow(self, who: Variant, action: str, resource: str) -> bool:
        """Whether it may do this in the most favourable of the contexts that the documents test."""
        contexts: list[dict[str, str]] = [{}, {"PolicyARN": ADMINISTRATOR}]
        contexts += [{"PassedToService": service} for service in SERVICES]
        contexts += [{"PermissionsBoundary": one} for one in self._boundaries() if one is not None]
        return any(self.may(who, action, resource, **context) for context in contexts)


def _bound(variant: Variant) -> dict[str, str]:
    return {} if variant.boundary is None else {"PermissionsBoundary": variant.boundary}
