"""Account and target → the steps between them. Pure: made anew after every interruption and every collision with another run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sls_leastpriv.apply.state import ABSENT, TAG_BEFORE, TAG_BOUNDARY, TAG_RUN, Account, Document, Run, Stored, Target
from sls_leastpriv.apply.steps import (
    Attach,
    Create,
    CreateRole,
    Delete,
    Detach,
    DropVersion,
    Plan,
    SetBoundary,
    Step,
    Tag,
    Untag,
    Update,
)
from sls_leastpriv.errors import UsageError
from sls_leastpriv.policy.compare import compare
from sls_leastpriv.policy.size import VERSIONS_PER_POLICY
from sls_leastpriv.policy.transition import QuotaExceeded, transition


def plan(account: Account, target: Target, run: Run) -> Plan:
    """The steps of a run that bring the account to the target; none where it is there.

    UsageError where the holder does not exist and cannot be made, or where the quota of attached policies is too small.
    """
    if not account.exists and target.trust is None:
        raise UsageError(
            f"the {target.holder.kind} `{target.holder.name}` does not exist",
            help="create it first; a role is created with `--trust`",
        )
    changed = {name for name in target.documents if name in account.stored and _differs(account.stored[name], target)}
    if _is_there(account, target, changed):
        # what an interruption of this very run left
        return Plan(tuple(_clean_up(account, target, run, set())) if account.last_run(target.holder) == run else ())
    try:
        moves = transition(account.attached, target.documents, changed & set(account.attached), account.quota - account.others)
    except QuotaExceeded:
        raise UsageError(
            f"{target.holder} holds {account.others} other managed policies, and may hold {account.quota}: "
            f"the {len(target.documents)} of this set do not fit beside them without a gap",
            help="detach others, have the quota raised, or write fewer policies with `--fit`",
        ) from None
    steps = list(_preparation(account, target, run))
    for move in moves:
        steps += _remove(account, move.name, run) if move.change == "remove" else _put(account, target, move.name, run, changed)
    steps += _clean_up(account, target, run, {move.name for move in moves})
    warnings = tuple(
        f"`{move.name}` loses grants that another policy of the set gets a moment later: let no deploy run meanwhile"
        for move in moves
        if not move.safe
    )
    return Plan(tuple(steps), warnings)


def same(before: Document, after: Document) -> bool:
    """Whether two documents grant the same."""
    return before == after or not compare([before], [after])


def _differs(stored: Stored, target: Target) -> bool:
    return not same(stored.document, target.documents[stored.name])


def _is_there(account: Account, target: Target, changed: set[str]) -> bool:
    return (
        account.exists
        and not changed
        and set(account.attached) == set(target.documents)
        and target.boundary in (None, account.boundary)
    )


def this_run(account: Account, target: Target) -> Run:
    """The interrupted run for the same target goes on; otherwise a new one begins."""
    last = account.last_run(target.holder)
    if last is not None and last.digest == target.digest:
        return last
    return Run(1 if last is None else last.number + 1, target.digest, str(target.holder))


def _preparation(account: Account, target: Target, run: Run) -> Iterator[Step]:
    if not account.exists and target.trust is not None:
        yield CreateRole(target.trust, {TAG_RUN: str(run)})
    if target.boundary is None or target.boundary == account.boundary:
        return
    # noted on the first policy of the set, so that `--undo` knows it; one that is not there yet is noted when it is created
    first = min(target.documents)
    note = {TAG_BOUNDARY: account.boundary or ABSENT}
    if first in account.stored:
        yield Tag(first, {**_marks(account.stored[first], run), **note})
    else:
        yield Create(first, target.documents[first], {TAG_RUN: str(run), TAG_BEFORE: ABSENT, **note})
    yield SetBoundary(target.boundary)


def _put(account: Account, target: Target, name: str, run: Run, changed: set[str]) -> Iterator[Step]:
    document = target.documents[name]
    stored = account.stored.get(name)
    if stored is None:
        if not (target.boundary not in (None, account.boundary) and name == min(target.documents)):
            yield Create(name, document, {TAG_RUN: str(run), TAG_BEFORE: ABSENT})
        yield Attach(name)
        return
    if stored.run != run:
        yield Tag(name, _marks(stored, run))
    if name in changed:
        if len(stored.versions) >= VERSIONS_PER_POLICY:
            yield DropVersion(name, _oldest_spare(stored, run))
        yield Update(name, document)
    if not stored.attached:
        yield Attach(name)


def _marks(stored: Stored, run: Run) -> Mapping[str, str]:
    """What is noted before a policy is changed; a run that goes on keeps what it noted first."""
    if stored.of(run):
        return {TAG_RUN: str(run), TAG_BEFORE: stored.tags.get(TAG_BEFORE, stored.now)}
    return {TAG_RUN: str(run), TAG_BEFORE: stored.now}


def _oldest_spare(stored: Stored, run: Run) -> str:
    """The oldest version that is neither in force nor what this run would go back to."""
    kept = {stored.default, _marks(stored, run)[TAG_BEFORE].partition(" ")[0]}
    return min((version for version in stored.versions if version not in kept), key=lambda version: int(version[1:]))


def _remove(account: Account, name: str, run: Run) -> Iterator[Step]:
    """Detached and kept: `--undo` attaches it again, and the next run deletes it."""
    stored = account.stored[name]
    if stored.run != run:
        yield Tag(name, _marks(stored, run))
    yield Detach(name)


def _clean_up(account: Account, target: Target, run: Run, moved: set[str]) -> Iterator[Step]:
    """What earlier runs kept for their undo: policies that they detached, and their marks. Only the last run can be undone."""
    for name, stored in sorted(account.stored.items()):
        idle = name not in target.documents and stored.attachments == 0
        if name in moved or (stored.of(run) and not (idle and stored.tags.get(TAG_BEFORE) == ABSENT)):
            continue
        if idle:
            yield from deletion(stored)
        elif stored.run is not None and stored.run.holder == run.holder:
            yield Untag(name, (TAG_BEFORE, TAG_BOUNDARY, TAG_RUN))


def deletion(stored: Stored) -> Iterator[Step]:
    """A policy goes with its versions."""
    yield from (DropVersion(stored.name, version) for version in stored.versions if version != stored.default)
    yield Delete(stored.name)
