"""What stderr says after a policy: how it attaches, what is not known, and the last line on completeness."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sls_leastpriv.model import Boundary, Policy, Prediction, Project, Subject
from sls_leastpriv.plain import one_line
from sls_leastpriv.policy.build import PolicySet
from sls_leastpriv.policy.document import policy_document
from sls_leastpriv.policy.roles import Role
from sls_leastpriv.policy.size import MANAGED_POLICY, POLICIES_PER_PRINCIPAL, characters, inline_places
from sls_leastpriv.policy.widen import Widening


def summary(
    project: Project, prediction: Prediction, policies: PolicySet, roles: Sequence[Role] = (), *, written: bool, new_role: bool
) -> str:
    """The lines for stderr. `written` says that the policies were written into files already, `new_role` that the service is
    to get a CloudFormation role (`--split-role`)."""
    lines = [gap_line(gap.subject, gap.reason) for gap in prediction.gaps]
    lines += _dropped(prediction)
    lines += [_widened(*one) for one in policies.widenings]
    lines += [line for policy in policies.whole for line in _attachment(policy, policies, written=written)]
    lines += [line for role in roles for line in _role_lines(role, project, new=new_role)]
    if policies.boundary is not None:
        lines.append(_boundary(policies.boundary, written=written))
    lines.append(completeness(project, prediction, policies))
    # a name with a line end would begin a line, which is a command to some CI systems
    return "".join(f"{one_line(line)}\n" for line in lines)


def _dropped(prediction: Prediction) -> list[str]:
    """What the policy holds only so that the next deploy can delete it."""
    names = {need.cause.subject.name for need in prediction.needs if need.cause.subject.previous}
    if not names:
        return []
    listed = ", ".join(f"`{name}`" for name in sorted(names))
    return [f"dropped: {listed} can still be read and deleted; once that is deployed, `--previous none` takes it out"]


def completeness(project: Project, prediction: Prediction, policies: PolicySet) -> str:
    """The last line: actions, statements, resources, assumptions and gaps."""
    del project
    actions = {(policy.principal, action) for policy in policies.whole for one in policy.statements for action in one.actions}
    statements = sum(len(policy.statements) for policy in policies.whole)
    subjects = [need.cause.subject for need in prediction.needs if need.cause.subject.kind == "resource"]
    resources = {(subject.stack, subject.name) for subject in subjects}
    assumed = {(need.action, need.resource) for need in prediction.needs if need.cause.assumed is not None}
    return (
        f"{counted(len(actions), 'action')} in {counted(statements, 'statement')} for {counted(len(resources), 'resource')}"
        f" · {len(assumed)} assumed · {counted(len(prediction.gaps), 'gap')}"
    )


def counted(number: int, noun: str) -> str:
    """`1 gap`, `2 gaps`."""
    plural = f"{noun[:-1]}ies" if noun.endswith("cy") else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"


def gap_line(subject: Subject, reason: str) -> str:
    """What cannot be known of a subject."""
    where = f" ({subject.where})" if subject.where else ""
    stack = f" of `{subject.stack}`" if subject.stack and subject.stack != subject.name else ""
    return f"gap: {subject.kind} `{subject.name}`{stack}{where}: {reason}"


def _role_lines(role: Role, project: Project, *, new: bool) -> Iterator[str]:
    trusted = role.trust.subject or role.trust.principal or " and ".join(role.trust.services)
    yield f"role `{role.name}` is assumed by {trusted}, and holds {counted(len(role.policies), 'policy')}"
    if new and role.principal == "cloudformation":
        arn = f"arn:{project.stack.partition}:iam::{project.stack.account or 'ACCOUNT'}:role{role.path}{role.name}"
        yield f"with `provider.iam.deploymentRole: {arn}` in serverless.yml CloudFormation acts by that role"


def _widened(principal: str, widening: Widening) -> str:
    whose = "" if principal == "deployer" else f" [{principal}]"
    resources = ", ".join(f"`{resource}`" for resource in widening.resources)
    instead = f"instead of {counted(len(widening.instead_of), 'resource')}" if widening.instead_of else "where nothing asks for it"
    return f"widened{whose}: {', '.join(widening.actions)} on {resources}, {instead}"


def _attachment(policy: Policy, policies: PolicySet, *, written: bool) -> Iterator[str]:
    size = characters(policy_document(policy.statements))
    parts = sum(1 for one in policies.fitting if one.principal == policy.principal)
    yield f"{policy.name}: {size} characters, {_managed(parts, written=written)}; {_inline(size)}"
    if policy.principal in policies.unfit:
        yield f"{policy.name}: does not fit {policies.fit}, and nothing is left that may be widened"


def _boundary(boundary: Boundary, *, written: bool) -> str:
    size = characters(boundary.document)
    said = f"{boundary.name}: the permissions boundary `{boundary.arn}`, {size} characters"
    if not boundary.fits:
        return f"{said}, more than the {MANAGED_POLICY} that IAM takes"
    return said if written else f"{said}; `--output DIR` writes it, `--format report` has it"


def _managed(parts: int, *, written: bool) -> str:
    if parts == 1:
        return f"fits one managed policy (limit {MANAGED_POLICY})"
    how = "" if written else ", `--output DIR` writes them split"
    if parts > POLICIES_PER_PRINCIPAL:
        how = f", more than the {POLICIES_PER_PRINCIPAL} that a principal may have: have that quota raised, or widen by `--fit`"
    return f"needs {parts} managed policies (limit {MANAGED_POLICY} each){how}"


def _inline(size: int) -> str:
    places = inline_places(size)
    return f"fits inline into a {' or '.join(places)}" if places else "too large to be inline"
