"""Asks and evidence → verdicts. Pure: what AWS had to say is in the evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sls_leastpriv.check.context_keys import is_relevant
from sls_leastpriv.check.evidence import Evidence, Simulated
from sls_leastpriv.check.judge_policies import Judge
from sls_leastpriv.check.trials import Ask, Trial, for_simulator, trials_of
from sls_leastpriv.check.verdict import ALLOWED, Finding, Lack, Verdict, depends_on, lacking, together
from sls_leastpriv.model import Stack


def verdicts_of(asks: Sequence[Ask], evidence: Evidence, stack: Stack) -> tuple[Verdict, ...]:
    """A verdict for each ask, in their order."""
    find = _finder(evidence)
    found: list[Verdict] = []
    for ask in asks:
        trials = trials_of(ask, stack, evidence.principal)
        found.append(Verdict(ask, together([find(trial) for trial in trials.trials], trials.doubtful)))
    return tuple(found)


def _finder(evidence: Evidence) -> Callable[[Trial], Finding]:
    if evidence.kind == "root":
        return lambda _: ALLOWED
    if evidence.kind == "none":
        return lambda _: Finding("unknown", evidence.reason or "nothing is known of the principal's policies")
    if evidence.kind == "simulation":
        return lambda trial: _simulated(trial, evidence.simulated.get(for_simulator(trial)))
    return Judge(evidence).find


def _simulated(trial: Trial, answer: Simulated | None) -> Finding:
    """The simulator's answer as a finding.

    It takes a key that it was not given for absent and then lists it, so an outcome can only be trusted where no such key matters.
    """
    if answer is None:
        return Finding("unknown", "the policy simulator takes no such request")
    keys = frozenset(key for key in answer.missing_keys if is_relevant(trial.action, key))
    if keys:
        return depends_on(keys)
    if answer.decision == "allowed":
        return ALLOWED
    if answer.decision == "explicitDeny":
        return lacking(frozenset({"deny"}))
    lacks: set[Lack] = set()
    if answer.organizations is False:
        lacks.add("organization")
    if answer.boundary is False:
        lacks.add("boundary")
    return lacking(frozenset(lacks or {"identity"}))
