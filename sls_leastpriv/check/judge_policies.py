"""Evaluates trials on policy documents, with the product's one evaluator."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Final, NamedTuple

from sls_leastpriv.check.context_keys import is_absent, takes_no_resource
from sls_leastpriv.check.evidence import Document, Evidence
from sls_leastpriv.check.trials import ANY_ACCOUNT, Trial
from sls_leastpriv.check.verdict import ALLOWED, Finding, Lack, depends_on, lacking
from sls_leastpriv.policy.compiled import CompiledStatement
from sls_leastpriv.policy.evaluate import CompiledPolicy, Decision, Request, Source, compile_policy, evaluate, evaluate_pattern
from sls_leastpriv.policy.truth import Truth, conjunction
from sls_leastpriv.policy.wildcards import parse

_ACCOUNT_KEYS: Final = ("aws:PrincipalAccount", "aws:ResourceAccount")

_UNREAD: Final = Finding("unknown", "not all of the principal's policies can be read")


class Judge:
    """The policies of a principal, compiled once for many trials."""

    def __init__(self, evidence: Evidence) -> None:
        self._identity = _compiled(evidence.identity)
        self._boundary = None if evidence.boundary is None else _compiled(evidence.boundary)
        self._evidence = evidence
        policies = [*self._identity, *(self._boundary or ())]
        self._tested = {test.key for policy in policies for statement in policy.statements for test in statement.tests}

    def find(self, trial: Trial) -> Finding:
        """What the policies say to a trial."""
        finding = self._find(trial)
        context = dict(trial.context)
        if finding.state == "missing" and (ANY_ACCOUNT,) in context.values():
            # a policy may name the account, and only the account's own number says whether it does so rightly
            unknown = tuple(pair for pair in trial.context if pair[0] not in _ACCOUNT_KEYS or pair[1] != (ANY_ACCOUNT,))
            again = self._find(Trial(trial.action, trial.resource, unknown))
            return again if again.state == "unknown" else finding
        return finding

    def _find(self, trial: Trial) -> Finding:
        asked = _asked(trial, self._tested)
        decision = asked.decide(self._identity, self._boundary)
        if decision.outcome == "allowed":
            return ALLOWED if self._evidence.complete else _UNREAD
        if decision.outcome == "unknown":
            return depends_on(decision.unknown_keys, _where(decision.source))
        if asked.wild and not self._denied_everywhere(asked) and self._allowed_somewhere(asked):
            return Finding("unknown", "only some resources of this pattern are allowed")
        if decision.outcome == "denied":
            return Finding("missing", f"denied{_where(decision.source)}", frozenset({"deny"}))
        return self._lacking(asked)

    def _lacking(self, asked: _Asked) -> Finding:
        lacks: set[Lack] = set()
        if asked.decide(self._identity, None).outcome == "implicit":
            lacks.add("identity")
        if self._boundary is not None and asked.decide(self._boundary, None).outcome == "implicit":
            lacks.add("boundary")
        if "boundary" not in lacks and not self._evidence.identity_complete:
            return _UNREAD
        return lacking(frozenset(lacks))

    def _denied_everywhere(self, asked: _Asked) -> bool:
        return any(
            not statement.allow and asked.names(statement, every=True) is True
            for policy in (*self._identity, *(self._boundary or ()))
            for statement in policy.about(asked.request.action)
        )

    def _allowed_somewhere(self, asked: _Asked) -> bool:
        layers = [self._identity] if self._boundary is None else [self._identity, self._boundary]
        return all(
            any(
                statement.allow and asked.names(statement, every=False) is not False
                for policy in layer
                for statement in policy.about(asked.request.action)
            )
            for layer in layers
        )


class _Asked(NamedTuple):
    """A trial as the evaluator takes it. `wild` says that it stands for several resources."""

    request: Request
    wild: bool

    def decide(self, identity: Sequence[CompiledPolicy], boundary: Sequence[CompiledPolicy] | None) -> Decision:
        question = evaluate_pattern if self.wild else evaluate
        return question(self.request, identity=identity, boundary=boundary)

    def names(self, statement: CompiledStatement, *, every: bool) -> Truth:
        action, resource = parse(self.request.action.lower(), "text"), parse(self.request.resource, "resource")
        question = statement.names_every if every else statement.names_some
        return conjunction((question(action, resource, self.request), statement.holds(self.request)))


def _asked(trial: Trial, tested: Set[str]) -> _Asked:
    context = {key: list(values) for key, values in trial.context}
    known = {key.lower() for key in context}
    absent = [key for key in tested if key.lower() not in known and is_absent(trial.action, key)]
    request = Request(trial.action, trial.resource, context, absent=absent)
    wild = ("*" in trial.resource or "?" in trial.resource) and not (trial.resource == "*" and takes_no_resource(trial.action))
    return _Asked(request, wild)


def _compiled(documents: Sequence[Document]) -> list[CompiledPolicy]:
    return [compile_policy(one.document, one.name) for one in documents]


def _where(source: Source | None) -> str:
    if source is None:
        return ""
    named = f" (`{source.sid}`)" if source.sid else ""
    return f" by statement {source.position}{named} of {source.policy}"
