"""Two snapshots of a template → the lines that say what changed."""

from __future__ import annotations

from collections.abc import Iterator

from tests.crater.snapshot import Snapshot


def changes(before: Snapshot, after: Snapshot) -> Iterator[str]:
    """Nothing where nothing changed; `-` is gone, `+` is new."""
    if (before.exit_code, before.error) != (after.exit_code, after.error):
        yield f"exit code {before.exit_code} {before.error} → {after.exit_code} {after.error}".replace("  ", " ")
    for action in sorted({*before.actions, *after.actions}):
        old, new = set(before.actions.get(action, ())), set(after.actions.get(action, ()))
        yield from (f"- {action} on {resource}" for resource in sorted(old - new))
        yield from (f"+ {action} on {resource}" for resource in sorted(new - old))
    yield from (f"- gap: {gap}" for gap in sorted(set(before.gaps) - set(after.gaps)))
    yield from (f"+ gap: {gap}" for gap in sorted(set(after.gaps) - set(before.gaps)))
    for name in ("assumed", "size"):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield f"{name} {old} → {new}"
