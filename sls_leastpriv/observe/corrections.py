"""What was seen and not predicted → clauses of the overlay, as for a denial."""

from __future__ import annotations

from collections.abc import Sequence

from sls_leastpriv.bind import BoundResource, BoundStack
from sls_leastpriv.learn.clauses import Clause, phase_of_action
from sls_leastpriv.learn.denial import Denial, Place
from sls_leastpriv.learn.judge import Verdict
from sls_leastpriv.learn.proof import proven
from sls_leastpriv.model import Project
from sls_leastpriv.observe.grants import generalised
from sls_leastpriv.observe.uses import Use
from sls_leastpriv.policy.patterns import arn_covers
from sls_leastpriv.resolve.values import NO_VALUE, alternatives, pattern

_CLOUDFORMATION = "cloudformation.amazonaws.com"


def clauses_of(uses: Sequence[Use], project: Project, bound: BoundStack | None, role: str | None) -> list[Clause]:
    """The clauses for uses that nothing predicts. `role` is the CloudFormation role."""
    found: dict[tuple[str, str, str], Clause] = {}
    for use in uses:
        for resource in use.resources:
            about = _about(resource, bound) if use.invoked_by == _CLOUDFORMATION or use.principal == role else None
            wanted = resource if about is not None else generalised(resource, (project.stack.name,))
            key = (use.action, wanted, about.type if about is not None else "")
            if key not in found:
                verdict = _verdict(use, wanted, about, role)
                evidence = f"CloudTrail: used {use.first} to {use.last}"
                found[key] = proven(verdict, project, bound, evidence, said="it was seen to be asked")
    return list(found.values())


def _verdict(use: Use, resource: str, about: BoundResource | None, role: str | None) -> Verdict:
    place = Place(about.logical_id, about.type, phase_of_action(use.action)) if about is not None else None
    denial = Denial(
        wording="observed", line=0, text="", actions=(use.action,), resource=resource, principal=use.principal, place=place
    )
    return Verdict(denial, "cloudformation" if use.principal == role else "deployer", "learned", "observed", actions=denial.actions)


def _about(resource: str, bound: BoundStack | None) -> BoundResource | None:
    """The resource of the template that an ARN names."""
    for one in bound.resources if bound is not None else ():
        for name in one.entry.arns if one.entry is not None else ():
            patterns = [pattern(value) for value in alternatives(one.lookup(name)) if value is not NO_VALUE]
            if any(not found.endswith(":*") and arn_covers(found, resource) for found in patterns):
                return one
    return None
