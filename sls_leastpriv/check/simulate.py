"""Asks IAM's policy simulator what the policies of a principal say to each trial, its organization's policies included.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from typing import Any, Final, NamedTuple

from sls_leastpriv.check.aws import Aws
from sls_leastpriv.check.evidence import Evidence, Simulated
from sls_leastpriv.check.failures import NotThere, Refused
from sls_leastpriv.check.identity import Identity, parse_identity
from sls_leastpriv.check.progress import Progress
from sls_leastpriv.check.trials import Context, Trial

_MOST_RESULTS: Final = 100
"""Results of one request, which are its actions times its resources. IAM names no limit; this keeps an answer on one page."""


class _Batch(NamedTuple):
    """One request: the same actions on each of several resources with one context."""

    context: Context
    actions: tuple[str, ...]
    resources: tuple[str, ...]

    @property
    def trials(self) -> tuple[Trial, ...]:
        return tuple(Trial(action, resource, self.context) for action in self.actions for resource in self.resources)

    def halves(self) -> tuple[_Batch, ...]:
        """The same as two requests; none for a single trial."""
        if len(self.actions) > 1:
            middle = len(self.actions) // 2
            return (self._replace(actions=self.actions[:middle]), self._replace(actions=self.actions[middle:]))
        if len(self.resources) > 1:
            middle = len(self.resources) // 2
            return (self._replace(resources=self.resources[:middle]), self._replace(resources=self.resources[middle:]))
        return ()


def simulate(aws: Aws, principal: Identity, trials: Iterable[Trial], progress: Progress) -> Evidence:
    """The simulator's answers to trials that are made for it.

    `Denied` when the principal may not ask it, `NotThere` when its ARN cannot be found.
    """
    batches = list(_batches(trials))
    aws.client("iam")  # before threads share it
    first, arn = _first(aws, principal, batches[:1])
    answers = dict(first)
    pool = ThreadPoolExecutor(max_workers=aws.parallel)
    try:
        asked = [pool.submit(_ask, aws, arn, batch) for batch in batches[1:]]
        for done, future in enumerate(as_completed(asked), 2):
            answers.update(future.result())
            progress.of(done, len(batches))
    finally:
        pool.shutdown(cancel_futures=True)
    found = parse_identity(arn) or principal
    return Evidence(kind="simulation", principal=replace(principal, path=found.path), simulated=answers)


def _first(aws: Aws, principal: Identity, batches: Sequence[_Batch]) -> tuple[Mapping[Trial, Simulated], str]:
    """The first answer, which tells whether the simulator may be asked, and under which of its possible ARNs IAM knows a role."""
    for arn in principal.possible_arns:
        try:
            return (_ask(aws, arn, batches[0]) if batches else {}), arn
        except NotThere:
            continue
    raise NotThere


def _batches(trials: Iterable[Trial]) -> Iterator[_Batch]:
    """The fewest requests in which nothing is asked that is not to be known: IAM tries each action on each resource."""
    actions: dict[tuple[Context, str], set[str]] = {}
    for trial in trials:
        actions.setdefault((trial.context, trial.resource), set()).add(trial.action)
    resources: dict[tuple[Context, tuple[str, ...]], list[str]] = {}
    for (context, resource), names in sorted(actions.items(), key=lambda one: one[0]):
        for some in _cut(sorted(names), _MOST_RESULTS):
            resources.setdefault((context, some), []).append(resource)
    for (context, some), where in resources.items():
        for part in _cut(where, max(1, _MOST_RESULTS // len(some))):
            yield _Batch(context, some, part)


def _cut(names: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    for start in range(0, len(names), size):
        yield tuple(names[start : start + size])


def _ask(aws: Aws, arn: str, batch: _Batch) -> Mapping[Trial, Simulated]:
    """The answers to a batch. What IAM refuses in it is found by halves, and stays out."""
    try:
        results = aws.pages(
            "iam",
            "simulate_principal_policy",
            "EvaluationResults",
            PolicySourceArn=arn,
            ActionNames=list(batch.actions),
            ResourceArns=list(batch.resources),
            ContextEntries=[_entry(key, values) for key, values in batch.context],
            MaxItems=1000,
        )
    except Refused:
        return {trial: answer for half in batch.halves() for trial, answer in _ask(aws, arn, half).items()}
    answers = {(action.lower(), resource): answer for action, resource, answer in _answers(results)}
    return {trial: answers[key] for trial in batch.trials if (key := (trial.action.lower(), trial.resource)) in answers}


def _entry(key: str, values: tuple[str, ...]) -> dict[str, Any]:
    kind = "boolean" if values in (("true",), ("false",)) else "string" if len(values) == 1 else "stringList"
    return {"ContextKeyName": key, "ContextKeyValues": list(values), "ContextKeyType": kind}


def _answers(results: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str, Simulated]]:
    """Each result as action, resource and answer. What is said of the very resource counts more than what is said of all."""
    for result in results:
        specific: Sequence[Mapping[str, Any]] = result.get("ResourceSpecificResults") or ({},)
        for one in specific:
            boundary = one.get("PermissionsBoundaryDecisionDetail") or result.get("PermissionsBoundaryDecisionDetail") or {}
            answer = Simulated(
                decision=str(one.get("EvalResourceDecision") or result.get("EvalDecision")),
                organizations=result.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations"),
                boundary=boundary.get("AllowedByPermissionsBoundary"),
                missing_keys=tuple(sorted({*result.get("MissingContextValues", ()), *one.get("MissingContextValues", ())})),
            )
            resource = one.get("EvalResourceName") or result.get("EvalResourceName")
            yield str(result.get("EvalActionName")), str(resource), answer
