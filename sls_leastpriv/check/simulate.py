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

_MOST_ACTIONS: Final = 50
"""Actions in one request. IAM names no limit; this keeps an answer on one page."""


class _Batch(NamedTuple):
    """One request: several actions on one resource with one context."""

    resource: str
    context: Context
    trials: tuple[Trial, ...]


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
    groups: dict[tuple[str, Context], dict[Trial, None]] = {}
    for trial in trials:
        groups.setdefault((trial.resource, trial.context), {})[trial] = None
    for (resource, context), group in sorted(groups.items()):
        members = sorted(group)
        for start in range(0, len(members), _MOST_ACTIONS):
            yield _Batch(resource, context, tuple(members[start : start + _MOST_ACTIONS]))


def _ask(aws: Aws, arn: str, batch: _Batch) -> Mapping[Trial, Simulated]:
    """The answers to a batch. What the simulator refuses is asked one by one, and left out when it is refused again."""
    try:
        results = aws.pages(
            "iam",
            "simulate_principal_policy",
            "EvaluationResults",
            PolicySourceArn=arn,
            ActionNames=[trial.action for trial in batch.trials],
            ResourceArns=[batch.resource],
            ContextEntries=[_entry(key, values) for key, values in batch.context],
            MaxItems=1000,
        )
    except Refused:
        if len(batch.trials) == 1:
            return {}
        single = (_ask(aws, arn, batch._replace(trials=(trial,))) for trial in batch.trials)
        return {trial: answer for answers in single for trial, answer in answers.items()}
    by_action = {str(result.get("EvalActionName")).lower(): result for result in results}
    return {
        trial: _simulated(by_action[trial.action.lower()], batch.resource)
        for trial in batch.trials
        if trial.action.lower() in by_action
    }


def _entry(key: str, values: tuple[str, ...]) -> dict[str, Any]:
    kind = "boolean" if values in (("true",), ("false",)) else "string" if len(values) == 1 else "stringList"
    return {"ContextKeyName": key, "ContextKeyValues": list(values), "ContextKeyType": kind}


def _simulated(result: Mapping[str, Any], resource: str) -> Simulated:
    """One result. What is said of the very resource counts more than what is said of the operation as a whole."""
    specific: Mapping[str, Any] = next(
        (one for one in result.get("ResourceSpecificResults", ()) if one.get("EvalResourceName") == resource), {}
    )
    boundary = specific.get("PermissionsBoundaryDecisionDetail") or result.get("PermissionsBoundaryDecisionDetail") or {}
    missing = {*result.get("MissingContextValues", ()), *specific.get("MissingContextValues", ())}
    return Simulated(
        decision=str(specific.get("EvalResourceDecision") or result.get("EvalDecision")),
        organizations=result.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations"),
        boundary=boundary.get("AllowedByPermissionsBoundary"),
        missing_keys=tuple(sorted(missing)),
    )
