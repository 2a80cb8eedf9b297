"""Prediction → policies: per principal merged, on request widened, split to IAM's size, and verified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sls_leastpriv.model import PRINCIPALS, Boundary, Policy, Prediction, Principal, Project, Statement
from sls_leastpriv.policy.document import policy_document
from sls_leastpriv.policy.merge import merge
from sls_leastpriv.policy.size import INLINE, characters
from sls_leastpriv.policy.split import policy_name, split
from sls_leastpriv.policy.verify import verify
from sls_leastpriv.policy.widen import Widening, widen, widenings


@dataclass(frozen=True, slots=True)
class Fit:
    """What a policy is widened for, where its needs are longer: a number of managed policies, or to be inline in a principal."""

    managed: int | None = None
    inline: str | None = None

    def __str__(self) -> str:
        if self.inline is not None:
            return f"inline into a {self.inline}"
        return "1 managed policy" if self.managed == 1 else f"{self.managed} managed policies"


@dataclass(frozen=True, slots=True)
class PolicySet:
    """What is written for a service: `whole` has one policy per principal, `fitting` the same cut to IAM's managed-policy size.

    `widenings` are by principal what `fit` added; `unfit` are the principals whose policy does not fit even so. `boundary` is
    the permissions boundary of the service's roles, where the policies rely on it.
    """

    whole: tuple[Policy, ...]
    fitting: tuple[Policy, ...]
    fit: Fit | None = None
    widenings: tuple[tuple[Principal, Widening], ...] = ()
    unfit: tuple[Principal, ...] = ()
    boundary: Boundary | None = None


def build(project: Project, prediction: Prediction, fit: Fit | None = None) -> PolicySet:
    """The policies of a project, verified against the prediction that they are built from."""
    whole: list[Policy] = []
    fitting: list[Policy] = []
    added: list[tuple[Principal, Widening]] = []
    unfit: list[Principal] = []
    for principal in PRINCIPALS:
        needs = [need for need in prediction.needs if need.principal == principal]
        if not needs and principal != "deployer":
            continue
        name = f"{project.stack.name}-{principal}"
        statements = merge(needs)
        if fit is not None:
            statements = widen(needs, _own_names(project), lambda found: _fits(found, fit))
            added += [(principal, one) for one in widenings(statements, needs)]
            if not _fits(statements, fit):
                unfit.append(principal)
        whole.append(Policy(policy_name(name), principal, statements))
        fitting.extend(split(name, principal, statements))
    verify(whole, prediction.needs, added)
    verify(fitting, prediction.needs, added)
    return PolicySet(tuple(whole), tuple(fitting), fit, tuple(added), tuple(unfit))


def _own_names(project: Project) -> tuple[str, ...]:
    return tuple(dict.fromkeys((project.stack.name, f"{project.service}-{project.stage}")))


def _fits(statements: Sequence[Statement], fit: Fit) -> bool:
    if fit.inline is not None:
        return characters(policy_document(statements)) <= INLINE[fit.inline]
    return len(split("", "deployer", statements)) <= (fit.managed or 1)
