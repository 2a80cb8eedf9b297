"""Account → the steps back to how it was before a run. Pure, and as the plan made anew after an interruption."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sls_leastpriv.apply.plan import deletion
from sls_leastpriv.apply.state import ABSENT, TAG_BEFORE, TAG_BOUNDARY, TAG_RUN, Account, Document, Run, Stored
from sls_leastpriv.apply.steps import Attach, DeleteRole, Detach, Plan, SetBoundary, SetDefault, Step, Untag
from sls_leastpriv.errors import UsageError
from sls_leastpriv.policy.transition import QuotaExceeded, transition


def undo(account: Account, run: Run | None, earlier: dict[tuple[str, str], Document], *, created_role: bool) -> Plan:
    """The steps back from a run; none where it left no trace. `earlier` are documents by name and version.

    `created_role`: the role was created by that run, and goes when nothing else is attached to it.
    """
    touched = {name: one for name, one in account.stored.items() if run is not None and one.of(run)}
    if not touched:
        return Plan((DeleteRole(),) if created_role and not account.attached and not account.others else ())
    goal = dict(account.attached)
    changed: set[str] = set()
    warnings: list[str] = []
    for name, stored in touched.items():
        version, _, attached = stored.tags.get(TAG_BEFORE, stored.now).partition(" ")
        if version == ABSENT or attached == "detached":
            goal.pop(name, None)
            continue
        if version != stored.default and version not in stored.versions:
            warnings.append(f"`{name}` had version {version}, which is gone; it stays as it is")
            version = stored.default
        goal[name] = earlier.get((name, version), stored.document)
        if version != stored.default:
            changed.add(name)
    try:
        moves = transition(account.attached, goal, changed & set(account.attached), account.quota - account.others)
    except QuotaExceeded:
        raise UsageError("the quota of attached policies is too small to go back", help="detach others first") from None
    steps: list[Step] = list(_boundary(touched.values()))
    for move in moves:
        if move.change == "remove":
            steps.append(Detach(move.name))
            continue
        if move.name in changed:
            steps.append(SetDefault(move.name, touched[move.name].tags[TAG_BEFORE].partition(" ")[0]))
        if move.change == "add":
            steps.append(Attach(move.name))
    steps += (step for stored in touched.values() for step in _forget(stored, changed))
    if created_role and not account.others and not goal:
        steps.append(DeleteRole())
    return Plan(tuple(steps), tuple(warnings))


def _boundary(touched: Iterable[Stored]) -> Iterator[Step]:
    for stored in touched:
        before = stored.tags.get(TAG_BOUNDARY)
        if before is not None:
            yield SetBoundary(None if before == ABSENT else before)


def _forget(stored: Stored, changed: set[str]) -> Iterator[Step]:
    """The policy as if the run had not been: away, or without its marks."""
    version, _, attached = stored.tags.get(TAG_BEFORE, stored.now).partition(" ")
    if version == ABSENT:
        if stored.attachments - stored.attached == 0:
            yield from deletion(stored)
        return
    if attached == "detached" and version != stored.default and stored.name not in changed:
        yield SetDefault(stored.name, version)
    yield Untag(stored.name, (TAG_BEFORE, TAG_BOUNDARY, TAG_RUN))
