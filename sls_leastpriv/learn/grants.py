"""What would have allowed the denied calls: needs, so that they merge into statements like those of a prediction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sls_leastpriv.knowledge.published import action_of
from sls_leastpriv.learn.clauses import phase_of_action
from sls_leastpriv.learn.judge import Verdict
from sls_leastpriv.model import Cause, Need, Subject


def grants(verdicts: Sequence[Verdict]) -> Iterator[Need]:
    """For each denial that a grant can help: the predicted needs that cover it, else the denied actions on the denied resource."""
    for verdict in verdicts:
        if verdict.outcome == "predicted":
            yield from verdict.needs
        elif verdict.outcome == "learned" and verdict.whose in ("deployer", "cloudformation"):
            yield from _literal(verdict)


def _literal(verdict: Verdict) -> Iterator[Need]:
    denial = verdict.denial
    for action in verdict.actions:
        record = action_of(action)
        takes_none = record is not None and not record["resources"]
        yield Need(
            action=action,
            resource="*" if takes_none or denial.resource is None else denial.resource,
            principal="deployer" if verdict.whose == "deployer" else "cloudformation",
            phases=frozenset({phase_of_action(action)}),
            cause=Cause(Subject("denial", denial.wording), "AWS denied it", f"line {denial.line}", denial.doubt),
        )
