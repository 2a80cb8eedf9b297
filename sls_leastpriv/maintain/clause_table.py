"""Clauses as rows of a Markdown table, for the generated documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sls_leastpriv.knowledge.entry import Clause
from sls_leastpriv.knowledge.when import Expression
from sls_leastpriv.model import PHASES

HEADER = ("| actions | on | when | why |", "|---|---|---|---|")


def rows(clauses: Iterable[Clause]) -> Iterator[str]:
    """One row per clause: actions, resources, circumstances, and the reason with a link to its source."""
    for clause in clauses:
        actions = dict.fromkeys(action for phase in PHASES for action in clause.actions.get(phase, ()))
        cells = (
            ", ".join(f"`{action}`" for action in actions),
            ", ".join(f"`{place}`" for place in clause.on),
            _circumstances(clause),
            f"{clause.why} ([source]({clause.source}))",
        )
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _circumstances(clause: Clause) -> str:
    parts: list[str] = []
    if clause.commands:
        parts.append(f"in {', '.join(clause.commands)}")
    if clause.frameworks:
        parts.append(f"with {', '.join(clause.frameworks)}")
    if clause.for_each is not None:
        parts.append(f"for each `{'.'.join(clause.for_each)}`")
    if clause.when is not None:
        parts.append(f"`{expression_text(clause.when)}`")
    if clause.assumed is not None:
        parts.append(f"assumed: {clause.assumed}")
    return "; ".join(parts) or "always"


def expression_text(tree: Expression) -> str:
    """A parsed `when` as it would be written."""
    operator = tree[0]
    if operator in ("and", "or"):
        return f" {operator} ".join(_bracketed(part) for part in tree[1:])
    if operator == "not":
        return f"not {_bracketed(tree[1])}"
    if operator == "tags":
        return "tags"
    if operator == "has":
        return f"has {tree[1]}"
    path = ".".join(tree[1])
    if operator == "set":
        return path
    return f"{operator} {path}" if operator in ("changed", "removed") else f"{path} {operator} '{tree[2]}'"


def _bracketed(tree: Expression) -> str:
    text = expression_text(tree)
    return f"({text})" if tree[0] in ("and", "or") else text
