"""The policy evaluator: may a principal do this? The one evaluator of the product; pure, no I/O.

Evaluates requests of a principal within its own account, as AWS does it:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html

1. A `Deny` that applies, in any policy, denies.
2. Every kind of policy that is given must allow: each level of service control policies (root, organizational units,
   account: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html), the
   permissions boundary, the session policies, and the identity policies. Several policies of a kind allow together what
   any of them allows. Resource policies are not evaluated: a deployer's needs are met by its own policies.

What depends on context keys that are not known is `unknown`, and never guessed: the caller decides what to make of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from sls_leastpriv.policy.compile import compile_policy
from sls_leastpriv.policy.compiled import CompiledPolicy, CompiledStatement
from sls_leastpriv.policy.request import Request
from sls_leastpriv.policy.truth import Truth, conjunction, disjunction, negation
from sls_leastpriv.policy.wildcards import Wildcard, parse

__all__ = ["CompiledPolicy", "Decision", "Request", "Source", "compile_policy", "evaluate", "evaluate_pattern"]

Outcome = Literal["allowed", "denied", "implicit", "unknown"]
Layer = Literal["scp", "boundary", "session", "identity"]

Policies = Sequence[CompiledPolicy]

About = Callable[[CompiledPolicy], Iterable[tuple[CompiledStatement, Truth]]]
"""A policy → its statements that may apply, and whether they do."""


class Source(NamedTuple):
    """The statement that decided: of which kind and name its policy is, and its position there, counted from 1."""

    layer: Layer
    policy: str
    position: int
    sid: str | None


class Decision(NamedTuple):
    """The outcome of an evaluation.

    `allowed` and `denied` (explicitly) are certain. `implicit`: certainly not allowed, because no policy of `layer` does.
    `unknown`: it depends on `unknown_keys`. `source` is the statement that allows or denies it. Where none does for
    certain, it is the first that may deny it for all that is known of `unknown_keys`, else the first that may allow it.
    """

    outcome: Outcome
    source: Source | None = None
    layer: Layer | None = None
    unknown_keys: frozenset[str] = frozenset()


def evaluate(
    request: Request,
    *,
    identity: Policies,
    boundary: Policies | None = None,
    session: Policies | None = None,
    scp: Sequence[Policies] | None = None,
) -> Decision:
    """What the policies of a principal say to a request.

    `boundary`, `session` and `scp` limit only where they are given; an empty list of policies allows nothing. `scp` has
    one list of policies for each level, from the root down to the account.
    """

    def about(policy: CompiledPolicy) -> Iterator[tuple[CompiledStatement, Truth]]:
        for statement in policy.about(request.action):
            named = statement.names_resource(request)
            if named is not False:
                yield statement, conjunction((named, statement.holds(request))) if statement.tests else named

    return _decide(_layers(identity, boundary, session, scp), about)


def evaluate_pattern(
    request: Request,
    *,
    identity: Policies,
    boundary: Policies | None = None,
    session: Policies | None = None,
    scp: Sequence[Policies] | None = None,
) -> Decision:
    """The same for a request whose `action` and `resource` are patterns.

    `allowed` only if each of the actions is allowed on each of the resources; `denied` if some are denied explicitly;
    `implicit` if some are not allowed by `layer`. `allowed` is never said wrongly, of ARNs without other ARNs inside of
    them; `implicit` may be, where only several statements together allow the whole pattern. `*` is every resource here;
    for an action that takes none, whose requests AWS evaluates with `*` for the resource, use `evaluate`.
    """
    action, resource = parse(request.action.lower(), "text"), parse(request.resource, "resource")

    def about(policy: CompiledPolicy) -> Iterator[tuple[CompiledStatement, Truth]]:
        whole = any(isinstance(token, Wildcard) for token in action)
        for statement in policy.statements if whole else policy.about(request.action):
            names = statement.names_every if statement.allow else statement.names_some
            named = names(action, resource, request)
            if named is not False:
                yield statement, conjunction((named, statement.holds(request)))

    return _decide(_layers(identity, boundary, session, scp), about)


def _layers(
    identity: Policies, boundary: Policies | None, session: Policies | None, scp: Sequence[Policies] | None
) -> Iterator[tuple[Layer, Policies]]:
    for level in scp or ():
        yield "scp", level
    if boundary is not None:
        yield "boundary", boundary
    if session is not None:
        yield "session", session
    yield "identity", identity


def _decide(layers: Iterable[tuple[Layer, Policies]], about: About) -> Decision:
    findings = [_find(layer, policies, about) for layer, policies in layers]
    denies = disjunction(finding.denies for finding in findings)
    if denies is True:
        denying = next(finding for finding in findings if finding.denies is True)
        return Decision("denied", denying.denied_by, denying.layer)
    may_deny = next((finding.denied_by for finding in findings if finding.denied_by), None)
    for finding in findings:
        if finding.allows is False:
            return Decision("implicit", may_deny, finding.layer, denies or frozenset())
    truth = conjunction((negation(denies), *(finding.allows for finding in findings)))
    if isinstance(truth, bool):
        return Decision("allowed", findings[-1].allowed_by, findings[-1].layer)
    source = may_deny or next(finding.allowed_by for finding in findings if finding.allows is not True)
    return Decision("unknown", source, source.layer if source else None, truth)


class _Finding(NamedTuple):
    """What the policies of one layer say, and the statements that say it: the first certain one, else the first."""

    layer: Layer
    denies: Truth
    denied_by: Source | None
    allows: Truth
    allowed_by: Source | None


def _find(layer: Layer, policies: Policies, about: About) -> _Finding:
    truths: dict[bool, Truth] = {True: False, False: False}
    sources: dict[bool, Source] = {}
    for policy in policies:
        for statement, applies in about(policy):
            effect = statement.allow
            if applies is False or truths[effect] is True:
                continue
            if applies is True or effect not in sources:
                sources[effect] = Source(layer, policy.name, statement.position, statement.sid)
            truths[effect] = disjunction((truths[effect], applies))
    return _Finding(layer, truths[False], sources.get(False), truths[True], sources.get(True))
