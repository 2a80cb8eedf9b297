"""What was observed, for people: how much, what it confirms, what it corrects, what could not be used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sls_leastpriv.model import Need
from sls_leastpriv.observe.files import Unusable
from sls_leastpriv.observe.reconcile import Reconciled, Unseen
from sls_leastpriv.observe.seen import Seen
from sls_leastpriv.observe.uses import Unmapped, Use
from sls_leastpriv.plain import one_line
from sls_leastpriv.render.summary import counted

_MOST: Final = 8
_UNSEEN: Final[dict[Unseen, str]] = {
    "delete": "only a removal asks for {number}, which was not exercised yet",
    "invisible": "CloudTrail does not record {number} (data events, roles that are passed, checks inside of a service)",
    "never": "{deploys}: {number}",
}


def observe_text(
    seen: Sequence[Seen],
    uses: Sequence[Use],
    unmapped: Sequence[Unmapped],
    unusable: Sequence[Unusable],
    reconciled: Reconciled | None,
) -> str:
    """The text for stderr."""
    lines = [_overview(seen)]
    lines += [f"not used: {one.file}: {one.reason}" for one in unusable]
    lines += [f"unknown: {one.name} of {one.source} ({counted(one.events, 'event')})" for one in unmapped[:_MOST]]
    if len(unmapped) > _MOST:
        lines.append(f"unknown: {len(unmapped) - _MOST} more; `--format report` lists them")
    lines += _others(uses)
    if reconciled is not None:
        lines += _classes(reconciled)
    lines.append(_last(uses, unusable, reconciled))
    return "\n".join(map(one_line, lines)) + "\n"


def _overview(seen: Sequence[Seen]) -> str:
    if not seen:
        return "observed: no events"
    principals = {one.key.principal for one in seen}
    # a record can be without a time, or have something else for it
    times = sorted(time for one in seen for time in (one.first, one.last) if isinstance(time, str))
    when = f", {times[0]} to {times[-1]}" if times else ""
    return f"observed: {sum(one.events for one in seen):,} events of {counted(len(principals), 'principal')}{when}"


def _others(uses: Sequence[Use]) -> list[str]:
    lines = []
    for result, words in (("denied", "denied, as `learn` would judge them"), ("failed", "that failed for another reason")):
        found = [use for use in uses if use.result == result]
        if found:
            actions = sorted({use.action for use in found})
            lines.append(f"apart: {sum(use.events for use in found):,} calls {words}: {_some(actions)}")
    return lines


def _classes(reconciled: Reconciled) -> list[str]:
    deploys = (
        f"never seen in {counted(reconciled.deploys, 'deploy')}"
        if reconciled.deploys
        else "no deploy of this stack was among the events"
    )
    lines = [f"confirmed: {counted(len(reconciled.confirmed), 'need')} of the prediction"]
    for why, words in _UNSEEN.items():
        needs = [need for need, reason in reconciled.unseen if reason == why]
        if needs:
            number = counted(len(needs), "need")
            lines.append(f"not seen: {words.format(number=number, deploys=deploys)}: {_some(_names(needs))}")
    lines += _not_predicted(reconciled.observed_only)
    if reconciled.elsewhere:
        lines.append(
            f"elsewhere: {counted(reconciled.elsewhere, 'use')} of other services' resources, or of no resource that is told"
        )
    return lines


def _not_predicted(uses: Sequence[Use]) -> list[str]:
    """One line for each action, the resources counted."""
    by_action: dict[str, list[Use]] = {}
    for use in uses:
        by_action.setdefault(use.action, []).append(use)
    lines = []
    for action, found in by_action.items():
        resources = sorted({resource for use in found for resource in use.resources})
        more = f" and {len(resources) - 1} more" if len(resources) > 1 else ""
        through = sorted({use.invoked_by for use in found if use.invoked_by})
        by = f", through {', '.join(through)}" if through else ""
        lines.append(f"not predicted: {action} on {resources[0]}{more} ({counted(sum(use.events for use in found), 'event')}{by})")
    return lines


def _names(needs: Sequence[Need]) -> list[str]:
    return sorted({need.action for need in needs})


def _some(names: Sequence[str]) -> str:
    more = len(names) - _MOST
    return ", ".join(names[:_MOST]) + (f" and {more} more" if more > 0 else "")


def _last(uses: Sequence[Use], unusable: Sequence[Unusable], reconciled: Reconciled | None) -> str:
    actions = {use.action for use in uses if use.result == "ok"}
    parts = [f"{counted(len(actions), 'action')} used"]
    if reconciled is not None:
        parts += [
            f"{len(reconciled.confirmed)} confirmed",
            f"{len(reconciled.observed_only)} not predicted",
            f"{len(reconciled.unseen)} not seen",
        ]
    if unusable:
        parts.append(f"{counted(len(unusable), 'file')} not used")
    return " · ".join(parts)
