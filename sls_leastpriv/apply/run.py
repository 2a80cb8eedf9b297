"""Carries a plan out, one call at a time; makes it anew where another run came between, and looks whether it was reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sls_leastpriv.apply.iam import Iam
from sls_leastpriv.apply.plan import plan, this_run
from sls_leastpriv.apply.state import Account, Holder, Run, Target
from sls_leastpriv.apply.steps import Plan, Step
from sls_leastpriv.apply.undo import undo
from sls_leastpriv.check.failures import Collision, NotThere
from sls_leastpriv.errors import AwsError

_ATTEMPTS: Final = 8

Planner = Callable[[Account], Plan]


def carry_out(iam: Iam, planner: Planner, said: Callable[[Step], None]) -> None:
    """Takes the steps of a plan until none is left. AwsError where others keep changing the same policies."""
    for _ in range(_ATTEMPTS):
        found = planner(iam.read())
        if not found.steps:
            return
        try:
            for step in found.steps:
                iam.take(step)
                said(step)
        except (Collision, NotThere):
            continue
    raise AwsError("another run changes the same policies", help="wait until it has ended, then run the command again")


def apply_planner(target: Target) -> Planner:
    """The plans of one run. AwsError where a later one has begun: it goes on, and this one does not fight it."""
    chosen: list[Run] = []

    def planner(account: Account) -> Plan:
        if not chosen:
            chosen.append(this_run(account, target))
        newest = account.last_run(target.holder)
        if newest is not None and newest > chosen[0]:
            raise AwsError("another run for the same policies began meanwhile, and goes on", help="wait for it, then apply again")
        return plan(account, target, chosen[0])

    return planner


def undo_planner(iam: Iam, holder: Holder) -> Planner:
    """The plan of `--undo`: of the last run as it is when first asked, and of no other."""
    wanted: list[Run | None] = []

    def planner(account: Account) -> Plan:
        if not wanted:
            wanted.append(account.last_run(holder))
        run = wanted[0]
        created = iam.role_was_created_by()
        return undo(account, run, iam.earlier(account), created_role=created is not None and (run is None or created == str(run)))

    return planner
