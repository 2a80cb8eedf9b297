"""Prediction → policies: per principal merged, split to IAM's size, and verified."""

from __future__ import annotations

from dataclasses import dataclass

from sls_leastpriv.model import PRINCIPALS, Policy, Prediction, Project
from sls_leastpriv.policy.merge import merge
from sls_leastpriv.policy.split import split
from sls_leastpriv.policy.verify import verify


@dataclass(frozen=True, slots=True)
class PolicySet:
    """What is written for a service: `whole` has one policy per principal, `fitting` the same cut to IAM's managed-policy size."""

    whole: tuple[Policy, ...]
    fitting: tuple[Policy, ...]


def build(project: Project, prediction: Prediction) -> PolicySet:
    """The policies of a project, verified against the prediction that they are built from."""
    whole: list[Policy] = []
    fitting: list[Policy] = []
    for principal in PRINCIPALS:
        statements = merge(need for need in prediction.needs if need.principal == principal)
        if statements or principal == "deployer":
            name = f"{project.stack.name}-{principal}"
            whole.append(Policy(name, principal, statements))
            fitting.extend(split(name, principal, statements))
    verify(whole, prediction.needs)
    verify(fitting, prediction.needs)
    return PolicySet(tuple(whole), tuple(fitting))
