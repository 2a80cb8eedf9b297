"""The escalation paths as JSON, and each as a sentence for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sls_leastpriv.escalation.paths import Path, Step

_MOST: Final = 5


def escalation_report(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """The paths as the report holds them, the widest first."""
    return [
        {
            "reach": path.reach,
            "target": path.target,
            **({"within": path.within} if path.within is not None else {}),
            "exceeds": path.exceeds,
            "methods": list(path.methods),
            "summary": path_text(path),
            "steps": [_step(step) for step in path.steps],
        }
        for path in paths
    ]


def escalation_text(paths: Sequence[Path]) -> str:
    """The paths that lead beyond what is known, for people: the first few, and how many more there are."""
    beyond = [path for path in paths if path.exceeds]
    lines = [f"path: {path_text(path)}" for path in beyond[:_MOST]]
    if len(beyond) > _MOST:
        lines.append(f"path: and {len(beyond) - _MOST} more; `--format report` has them all, with their sources")
    return "".join(f"{line}\n" for line in lines)


def path_text(path: Path) -> str:
    """A path in one sentence: who does what, and what that gives."""
    clauses: list[str] = []
    before = ""
    for by, why in dict.fromkeys((step.by, step.why) for step in path.steps):
        clauses.append(why if by == before else f"{by} {why}")
        before = by
    return f"{path.target}: {', and '.join(clauses)}: {_gain(path)}"


def _gain(path: Path) -> str:
    if path.reach == "anything":
        return "any permission in the account"
    if path.reach == "boundary":
        return f"no more than the permissions boundary {path.within or ''} allows".replace("  ", " ")
    return "what it holds, which is not known here" if path.reach == "unknown" else "what the service declares for it"


def _step(step: Step) -> dict[str, Any]:
    document = {
        "by": step.by,
        "action": step.action,
        "resource": step.resource,
        "method": step.method,
        "why": step.why,
        "source": step.source,
    }
    return {**document, "depends": list(step.depends)} if step.depends else document
