"""The answer: what is missing, what cannot be known, what is granted too much, and what to add. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sls_leastpriv.check.evidence import Evidence
from sls_leastpriv.check.excess import Excess, excess_of
from sls_leastpriv.check.judge import verdicts_of
from sls_leastpriv.check.requirements import read_statements, simulate_statement
from sls_leastpriv.check.trials import asks_of
from sls_leastpriv.check.verdict import Verdict
from sls_leastpriv.model import Need, Project, Statement
from sls_leastpriv.policy.merge import merge

Moment = Literal["now", "later", "rollback"]
"""When something that is missing fails: at once; only when something is changed, or another command is run; only when something
is rolled back, replaced, dropped or removed."""

MOMENTS: Final[tuple[Moment, ...]] = ("now", "later", "rollback")


@dataclass(frozen=True, slots=True)
class Missing:
    """A verdict that something is missing, and when that fails."""

    verdict: Verdict
    moment: Moment


@dataclass(frozen=True, slots=True)
class Answer:
    """What the check found.

    `add` is to be granted by an identity policy, `add_to_boundary` to be allowed by the permissions boundary. `limits` are what
    no check of this kind sees; `to_check` the alternatives, each of which would make the check possible where it is not.
    """

    evidence: Evidence
    asked: int
    missing: tuple[Missing, ...]
    unknown: tuple[Verdict, ...]
    excess: Excess | None
    add: tuple[Statement, ...]
    add_to_boundary: tuple[Statement, ...]
    limits: tuple[str, ...]
    to_check: tuple[tuple[Statement, ...], ...]


def answer_of(needs: Sequence[Need], evidence: Evidence, project: Project, ever: Sequence[Need] | None = None) -> Answer:
    """What the evidence says to the needs of one principal of a project.

    `ever` are its needs for all commands that it runs: what is granted and not among them is too much. Without it nothing is said
    about that.
    """
    verdicts = verdicts_of(asks_of(needs), evidence, project.stack)
    missing = [Missing(one, moment_of(one, project.commands)) for one in verdicts if one.finding.state == "missing"]
    return Answer(
        evidence=evidence,
        asked=len(verdicts),
        missing=tuple(sorted(missing, key=lambda one: MOMENTS.index(one.moment))),
        unknown=tuple(one for one in verdicts if one.finding.state == "unknown"),
        excess=excess_of(evidence, ever) if ever is not None else None,
        add=_lacking("identity", missing),
        add_to_boundary=_lacking("boundary", missing),
        limits=_limits(evidence),
        to_check=_to_check(evidence),
    )


def moment_of(verdict: Verdict, commands: Sequence[str]) -> Moment:
    """When it fails: the earliest moment of all needs for it."""
    if "deploy" not in commands:
        return "now"
    return min((_moment(need) for need in verdict.ask.needs), key=MOMENTS.index)


def _moment(need: Need) -> Moment:
    subject = need.cause.subject
    if subject.kind == "command":
        return "now" if subject.name == "deploy" else "rollback" if subject.name == "remove" else "later"
    if need.phases == {"delete"}:
        # what only the previous template holds is deleted by this very deploy
        return "now" if subject.previous or subject.kind != "resource" else "rollback"
    return "now" if need.phases & {"create", "read"} else "later"


def _lacking(kind: Literal["identity", "boundary"], missing: Iterable[Missing]) -> tuple[Statement, ...]:
    return merge(need for one in missing if kind in one.verdict.finding.lacks for need in one.verdict.ask.needs)


def _limits(evidence: Evidence) -> tuple[str, ...]:
    """What the evidence does not show."""
    if evidence.kind == "none":
        return ()
    found: list[str] = []
    if evidence.kind == "files":
        return (
            "only the given files were read: other policies, a permissions boundary and the organization may change the answer",
        )
    if evidence.kind in ("policies", "root"):
        found.append("service control policies of the organization")
    if evidence.kind == "simulation":
        found.append("conditions of service control policies on values that only the request has")
    if evidence.principal is not None and evidence.principal.session:
        found.append("a session policy, if the role was assumed with one")
    return tuple(found)


def _to_check(evidence: Evidence) -> tuple[tuple[Statement, ...], ...]:
    principal = evidence.principal
    if not evidence.unread or evidence.complete or principal is None or principal.kind not in ("user", "role"):
        return ()
    return ((simulate_statement(principal),), read_statements(principal))
