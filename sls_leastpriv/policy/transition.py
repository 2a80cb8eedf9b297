"""In which order attached policies are changed, so that a principal never lacks what it had and is to keep.

Each step adds, replaces or removes one document. A step is safe when every grant that it takes away and that the goal has is
granted by another document too. New documents only add, so they come first, as far as the quota of attached policies allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sls_leastpriv.policy.compile import compile_policy
from sls_leastpriv.policy.compiled import CompiledPolicy
from sls_leastpriv.policy.evaluate import Request, evaluate_pattern

Document = Mapping[str, Any]
Change = Literal["add", "replace", "remove"]


@dataclass(frozen=True, slots=True)
class Move:
    """One change of one attached policy. `safe` is false where something is missing until a later move."""

    change: Change
    name: str
    safe: bool = True


class QuotaExceeded(Exception):
    """No order keeps within the quota: some policy would have to go before what replaces it is there."""


def transition(
    before: Mapping[str, Document], after: Mapping[str, Document], changed: Iterable[str], room: int
) -> tuple[Move, ...]:
    """The moves from the attached documents `before` to those `after`, by name.

    `changed` are the names on both sides whose document differs; `room` is how many policies may be attached. QuotaExceeded where
    there is not enough of it.
    """
    attached = dict(before)
    goal = [compile_policy(document, name) for name, document in after.items()]
    todo: dict[str, Change] = dict.fromkeys(sorted(set(after) - set(before)), "add")
    todo |= dict.fromkeys(sorted(set(changed)), "replace")
    todo |= dict.fromkeys(sorted(set(before) - set(after)), "remove")
    moves: list[Move] = []
    while todo:
        move = _next(todo, attached, after, goal, room)
        del todo[move.name]
        if move.change == "remove":
            del attached[move.name]
        else:
            attached[move.name] = after[move.name]
        moves.append(move)
    return tuple(moves)


def _next(
    todo: Mapping[str, Change],
    attached: Mapping[str, Document],
    after: Mapping[str, Document],
    goal: list[CompiledPolicy],
    room: int,
) -> Move:
    for name, change in todo.items():
        if change == "add":
            if len(attached) < room:
                return Move(change, name)
            continue
        rest = [document for other, document in attached.items() if other != name]
        if change == "replace":
            rest.append(after[name])
        if _keeps(attached[name], rest, goal):
            return Move(change, name)
    replaced = next((name for name, change in todo.items() if change == "replace"), None)
    if replaced is None:
        raise QuotaExceeded
    return Move("replace", replaced, safe=False)


def _keeps(gone: Document, rest: Iterable[Document], goal: list[CompiledPolicy]) -> bool:
    """Whether every grant of a document that the goal has is granted by the others."""
    remaining = [compile_policy(document) for document in rest]
    return all(_allowed(request, remaining) for request in _requests(gone) if _allowed(request, goal))


def _allowed(request: Request, policies: list[CompiledPolicy]) -> bool:
    return evaluate_pattern(request, identity=policies).outcome == "allowed"


def _requests(document: Document) -> Iterable[Request]:
    """A request for each grant of a document, which carries what the grant's condition asks for."""
    statements = document.get("Statement", ())
    for statement in [statements] if isinstance(statements, Mapping) else statements:
        if statement.get("Effect") != "Allow":
            continue
        context = {
            key: _texts(value)[:1]
            for operator, tests in statement.get("Condition", {}).items()
            for key, value in tests.items()
            if "Not" not in operator
        }
        for action in _texts(statement.get("Action", ())):
            for resource in _texts(statement.get("Resource", ())):
                yield Request(action, resource, context, complete=True)


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
