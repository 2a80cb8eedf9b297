"""Which methods of the catalogue work, on what, for those whose permissions the attacker has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from sls_leastpriv.declared.identity import Document, Identity
from sls_leastpriv.escalation.holders import ANYTHING, BOUNDARY_KEY, Holder
from sls_leastpriv.escalation.landscape import Landscape, Workload
from sls_leastpriv.escalation.methods import Does, Method, MethodStep, methods_that
from sls_leastpriv.escalation.paths import Step
from sls_leastpriv.policy.patterns import arn_intersects

Steps = tuple[Step, ...]

Write = tuple[str | None, Steps]
"""The permissions boundary that a target keeps when its policies are written (None: none), and how."""

_NO_BOUNDARY: Final = (BOUNDARY_KEY,)


class Attack:
    """An attacker in a landscape. It holds what the deployer holds, and what everyone holds that it can act as."""

    def __init__(self, documents: Iterable[Document], landscape: Landscape, boundary: Iterable[Document] | None = None) -> None:
        self.landscape = landscape
        self.holders = [Holder("the deployer", documents, boundary)]
        self._grow()

    def _grow(self) -> None:
        """Adds those whom the attacker can act as, until there are no more: as declared, and as it can shape them."""
        seen: set[tuple[str, str | None]] = set()
        while (found := next(self._new(seen), None)) is not None:
            target, limit, shaped = found
            seen.add((target.arn, limit if shaped else "declared"))
            documents = (ANYTHING,) if shaped else self._declared(target)
            self.holders.append(Holder(f"{target.kind} {target.name}", documents, self._policy(limit)))

    def _new(self, seen: set[tuple[str, str | None]]) -> Iterator[tuple[Identity, str | None, bool]]:
        for target in self.landscape.targets:
            if target.kind == "group" or next(self.uses(target), None) is None:
                continue
            if (target.arn, "declared") not in seen:
                yield target, target.boundary, False
            for limit, _ in self.writes(target):
                # without a boundary it is anything at once, and nothing more can be won
                if limit is not None and limit in self.landscape.policies and (target.arn, limit) not in seen:
                    yield target, limit, True

    def _declared(self, target: Identity) -> list[Document]:
        return [*target.documents, *(self.landscape.policies[arn] for arn in target.managed if arn in self.landscape.policies)]

    def _policy(self, arn: str | None) -> tuple[Document, ...] | None:
        document = None if arn is None else self.landscape.policies.get(arn)
        return None if document is None else (document,)

    # ------------------------------------------------------------------------------------------------ known targets

    def uses(self, target: Identity) -> Iterator[Steps]:
        """The ways to act as a role or user, or to become a member of a group: one for each method."""
        for method in methods_that("join" if target.kind == "group" else "use", target.kind):
            if method.to is not None and target.trusts is not None and method.to not in target.trusts:
                continue
            places: Sequence[str] = [""] if method.kind is None else [one.arn for one in self.runs_as(target, method.kind)]
            ways = (self.steps(method, target.arn, place) for place in places)
            first = next((steps for steps in ways if steps is not None), None)
            if first is not None:
                yield first

    def runs_as(self, target: Identity, kind: str) -> Iterator[Workload]:
        """What runs as a target."""
        for one in self.landscape.workloads:
            if one.kind == kind and one.role is not None and arn_intersects(one.role, target.arn):
                yield one

    def writes(self, target: Identity) -> Iterator[Write]:
        """The ways to give a target permissions, each with the boundary that it is left with."""
        for carried, limit, before in self._states(target):
            given = {} if carried is None else {BOUNDARY_KEY: carried}
            absent = _NO_BOUNDARY if carried is None else ()
            for method in methods_that("write", target.kind):
                steps = self.steps(method, target.arn, given=given, absent=absent)
                if steps is not None:
                    yield limit, (*before, *steps)
            for policy in target.managed:
                for method in methods_that("rewrite"):
                    steps = self.steps(method, policy)
                    if steps is not None:
                        yield limit, (*before, *steps)

    def _states(self, target: Identity) -> Iterator[tuple[str | None, str | None, Steps]]:
        """The boundaries that a target can be brought to carry, what each then limits it to, and how: its own first."""
        own = target.boundary
        yield own, own, ()
        if target.kind == "group":
            return
        if own is not None:
            lifted = next(self._ways("lift", target, target.arn, own), None)
            if lifted is not None:
                yield None, None, lifted
            rewritten = next(self._ways("rewrite", target, own, own), None)
            if rewritten is not None:
                yield own, None, rewritten
            return
        for limit in sorted({limit for holder in self.holders for limit in holder.boundaries}):
            action = f"iam:Put{target.kind.title()}PermissionsBoundary"
            if any(holder.may(action, target.arn, {BOUNDARY_KEY: limit}, ()) is not False for holder in self.holders):
                yield limit, limit, ()

    def _ways(self, does: Does, target: Identity, place: str, boundary: str) -> Iterator[Steps]:
        kind = target.kind if does == "lift" else None
        for method in methods_that(does, kind):
            steps = self.steps(method, place, given={BOUNDARY_KEY: boundary})
            if steps is not None:
                yield steps

    # -------------------------------------------------------------------------------------------------- one method

    def steps(
        self,
        method: Method,
        target: str,
        workload: str = "",
        *,
        given: Mapping[str, str] | None = None,
        absent: Sequence[str] = (),
        by: Holder | None = None,
    ) -> Steps | None:
        """The calls of a method on a target, each by the first who may make it; None where one of them is allowed to nobody.

        `given` and `absent` are what is known of the target's boundary; what the method itself says goes before it. What is done to
        the target, `by` must do, where that is given.
        """
        places = {"target": target, "workload": workload, None: "*"}
        found: list[Step] = []
        for group in _groups(method):
            asks = [(step, places[step.on], *_context(step, given or {}, absent)) for step in group]
            holders = [by] if by is not None and any(step.on is not None for step in group) else self.holders
            calls = next((calls for holder in holders if (calls := _calls(holder, method, asks)) is not None), None)
            if calls is None:
                return None
            found += calls
        return tuple(found)


Ask = tuple[MethodStep, str, Mapping[str, str], Sequence[str]]
"""A step, on what, and what is in the request and what is not."""


def _groups(method: Method) -> list[list[MethodStep]]:
    """The steps, in groups that one principal must take: who passes a role also makes the thing that gets it, in one call."""
    groups: list[list[MethodStep]] = []
    for step in method.steps:
        if groups and "iam:PassRole" in groups[-1][-1].actions:
            groups[-1].append(step)
        else:
            groups.append([step])
    return groups


def _context(step: MethodStep, given: Mapping[str, str], absent: Sequence[str]) -> tuple[Mapping[str, str], Sequence[str]]:
    missing = [key for key in (*absent, *step.absent) if key not in step.given]
    return {key: value for key, value in {**given, **step.given}.items() if key not in missing}, missing


def _calls(holder: Holder, method: Method, asks: Sequence[Ask]) -> list[Step] | None:
    """The calls of one holder; None where it may not make one of them."""
    found: list[Step] = []
    for step, place, context, missing in asks:
        allowed = ((action, holder.may(action, place, context, missing)) for action in step.actions)
        call = next(((action, truth) for action, truth in allowed if truth is not False), None)
        if call is None:
            return None
        action, truth = call
        resource = place if step.on is not None else next(iter(holder.named(action)), "*")
        depends = () if truth is True else tuple(sorted(truth))
        found.append(Step(holder.name, action, resource, method.name, method.why, method.source, depends))
    return found
