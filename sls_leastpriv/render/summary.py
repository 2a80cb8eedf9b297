"""What stderr says after a policy: how it attaches, what is not known, and the last line on completeness."""

from __future__ import annotations

from sls_leastpriv.model import Policy, Prediction, Project, Subject
from sls_leastpriv.policy.build import PolicySet
from sls_leastpriv.policy.document import policy_document
from sls_leastpriv.policy.size import MANAGED_POLICY, characters


def summary(project: Project, prediction: Prediction, policies: PolicySet, *, written: bool) -> str:
    """The lines for stderr. `written` says that the policies were written into files already."""
    lines = [_gap_line(gap.subject, gap.reason) for gap in prediction.gaps]
    lines += [_attachment(policy, policies, written=written) for policy in policies.whole]
    lines.append(completeness(project, prediction, policies))
    return "\n".join(lines) + "\n"


def completeness(project: Project, prediction: Prediction, policies: PolicySet) -> str:
    """The last line: actions, statements, resources, assumptions and gaps."""
    del project
    actions = {(policy.principal, action) for policy in policies.whole for one in policy.statements for action in one.actions}
    statements = sum(len(policy.statements) for policy in policies.whole)
    resources = {need.cause.subject.name for need in prediction.needs if need.cause.subject.kind == "resource"}
    assumed = {(need.action, need.resource) for need in prediction.needs if need.cause.assumed is not None}
    return (
        f"{counted(len(actions), 'action')} in {counted(statements, 'statement')} for {counted(len(resources), 'resource')}"
        f" · {len(assumed)} assumed · {counted(len(prediction.gaps), 'gap')}"
    )


def counted(number: int, noun: str) -> str:
    """`1 gap`, `2 gaps`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _gap_line(subject: Subject, reason: str) -> str:
    where = f" ({subject.where})" if subject.where else ""
    return f"gap: {subject.kind} `{subject.name}`{where}: {reason}"


def _attachment(policy: Policy, policies: PolicySet, *, written: bool) -> str:
    size = characters(policy_document(policy.statements))
    parts = sum(1 for one in policies.fitting if one.principal == policy.principal)
    if parts == 1:
        return f"{policy.name}: {size} characters, fits one managed policy (limit {MANAGED_POLICY})"
    how = "" if written else "; `--output DIR` writes them split"
    return f"{policy.name}: {size} characters, needs {parts} managed policies (limit {MANAGED_POLICY} each){how}"
