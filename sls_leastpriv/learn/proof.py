"""A learned clause has to work: predicted with it, the service needs what was denied. One that does not is replaced."""

from __future__ import annotations

from dataclasses import replace

from sls_leastpriv.bind import BoundStack
from sls_leastpriv.errors import LeastprivError
from sls_leastpriv.knowledge.read_overlay import overlay_of
from sls_leastpriv.learn.clauses import Clause, clause_of
from sls_leastpriv.learn.judge import Verdict, judge
from sls_leastpriv.learn.whose import roles_of
from sls_leastpriv.model import Project
from sls_leastpriv.predict import predict


def proven(verdict: Verdict, project: Project, bound: BoundStack | None, evidence: str, *, said: str = "AWS denied it") -> Clause:
    """The clause for a verdict `learned`: that of the resource's type, else one of the command, whichever covers the denial."""
    first = clause_of(verdict, project, bound, evidence, said=said)
    if first.kind != "type" or _covers(first, verdict, project):
        return first
    return clause_of(verdict, project, None, evidence, said=said)


def _covers(clause: Clause, verdict: Verdict, project: Project) -> bool:
    try:
        overlay = overlay_of({clause.file: f"{clause.head}\n{clause.text}"})
    except LeastprivError:
        return False
    prediction = predict(project, overlay=overlay)
    again = judge(replace(verdict.denial, actions=verdict.actions), prediction.needs, roles_of(project, prediction))
    return again.outcome == "predicted"
