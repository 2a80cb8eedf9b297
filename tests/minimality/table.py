"""Results as Markdown, for `docs/quality.md`, and as lines for who looks into one service."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from tests.minimality.measure import Left, Result
from tests.minimality.reasons import KINDS, Reason, known_reasons

HEAD = (
    "| service | calls of | actions, asked | grants, smallest | characters, smallest | explained | unneeded? |",
    "|---|---|---:|---:|---:|---:|---:|",
)


def table(results: Sequence[Result]) -> str:
    """The distances, and below them why what nothing asked is granted all the same."""
    parts = [[*HEAD, *(_row(one) for one in results)], [*_kinds(results)], [*_reasons(results)], [*_drops(results)]]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def _row(one: Result) -> str:
    ours, least = one.ours, one.smallest
    actions = f"{ours.actions} · {one.asked} ({_beyond(ours.actions, one.asked)})"
    grants = f"{ours.grants} · {least.grants} ({_beyond(ours.grants, least.grants)})"
    characters = f"{ours.characters:,} · {least.characters:,} ({_beyond(ours.characters, least.characters)})"
    explained, unneeded = len(one.left) - len(one.unneeded), len(one.unneeded)
    return f"| `{one.service}` | {one.side} | {actions} | {grants} | {characters} | {explained} | {unneeded} |"


def _beyond(ours: int, least: int) -> str:
    return f"+{ours - least:,}"


def _kinds(results: Sequence[Result]) -> Iterator[str]:
    count = Counter((left.reason.kind, one.side) for one in results for left in one.left if left.reason)
    yield "| reason | command line | CloudFormation |"
    yield "|---|---:|---:|"
    for kind, says in KINDS.items():
        line, resources = count[kind, "command line"], count[kind, "CloudFormation"]
        if line or resources:
            yield f"| {kind}: {says} | {line} | {resources} |"


def _reasons(results: Sequence[Result]) -> Iterator[str]:
    """What people explain and the registry does not."""
    found: dict[Reason, set[tuple[str, str]]] = {}
    for left in (left for one in results for left in one.left):
        if left.reason and left.reason in {reason for _, reason in known_reasons()}:
            found.setdefault(left.reason, set()).add((left.of, left.action))
    yield "| granted for | actions | why, though nothing here asks |"
    yield "|---|---|---|"
    for reason, pairs in found.items():
        of = ", ".join(f"`{name}`" for name in sorted({name for name, _ in pairs}))
        actions = ", ".join(f"`{name}`" for name in sorted({name for _, name in pairs}))
        yield f"| {of} | {actions} | {reason.kind}: [{reason.says}]({reason.source}) |"


def _drops(results: Sequence[Result]) -> Iterator[str]:
    for side in ("command line", "CloudFormation"):
        drops = [(one, drop) for one in results if one.side == side for drop in one.drops]
        if drops:
            denied = sum(bool(drop.denied) for _, drop in drops)
            tolerated = sorted({drop.action for _, drop in drops if drop.tolerated})
            surprises = sum(len(one.surprises) for one in results if one.side == side)
            names = ", ".join(f"`{action}`" for action in tolerated) or "none"
            yield f"{side}: {len(drops)} actions dropped for real, {denied} denied, {surprises} surprises; tolerated: {names}"


def details(one: Result) -> Iterator[str]:
    """What nothing asked, each with its reason, and what else is wrong."""
    yield f"{one.service} with {one.framework}, calls of {one.side}:"
    for left in one.left:
        yield f"  {_told(left)}"
    if one.confirmed is not None:
        yield f"  the smallest policy does not suffice: {one.confirmed}"
    for drop in one.surprises:
        yield f"  without {drop.action}, `{drop.command}`: {', '.join(drop.denied) or 'nothing'} denied, exit code {drop.exit_code}"


def _told(left: Left) -> str:
    reason = "unneeded?" if left.reason is None else f"{left.reason.kind}: {left.reason.says}"
    return f"{left.action} for {left.of} on {', '.join(left.resources)}: {reason}"
