"""Variations of a policy."""

from __future__ import annotations

from tests.e2e.loop.judge import Policy


def without(policy: Policy, *actions: str) -> Policy:
    """The policy with these actions taken out of every statement; they must be written out in it, as ours are."""
    statements = []
    for statement in policy["Statement"]:
        written = statement["Action"]
        kept = [action for action in ([written] if isinstance(written, str) else written) if action not in actions]
        if kept:
            statements.append({**statement, "Action": kept})
    return {**policy, "Statement": statements}
