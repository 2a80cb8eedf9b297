"""The published methods of privilege escalation, read from the compiled knowledge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from sls_leastpriv.knowledge.load import shard

Does = Literal["write", "rewrite", "use", "lift", "join"]
Place = Literal["target", "workload"]


@dataclass(frozen=True, slots=True)
class MethodStep:
    """One call: any of these actions, on the target, on what runs as it, or on anything; with what the attacker chooses."""

    actions: tuple[str, ...]
    on: Place | None
    given: Mapping[str, str]
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """One way to more permissions. The head of `escalations.toml` says what the words mean."""

    name: str
    does: Does
    target: str
    why: str
    source: str
    steps: tuple[MethodStep, ...]
    to: str | None = None
    kind: str | None = None


@cache
def methods() -> tuple[Method, ...]:
    """All methods, in the order of the catalogue."""
    return tuple(_method(document) for document in sorted(shard("escalations").values(), key=lambda one: one["order"]))


def methods_that(does: Does, target: str | None = None) -> tuple[Method, ...]:
    """The methods that do this, to this kind of target."""
    return tuple(one for one in methods() if one.does == does and target in (None, one.target))


@cache
def escalating_actions() -> Mapping[str, str]:
    """The actions that are the point of some method, each with what the first such method does."""
    found: dict[str, str] = {}
    for method in methods():
        placed = [step for step in method.steps if step.on is not None]
        for action in placed[0].actions if len(placed) == 1 else ():
            found.setdefault(action, method.why)
    return found


def _method(document: Mapping[str, Any]) -> Method:
    to = document.get("to")
    return Method(
        name=document["name"],
        does=document["does"],
        target=document["target"],
        why=document["why"],
        source=document["source"],
        steps=tuple(_step(step, to) for step in document["step"]),
        to=to,
        kind=document.get("kind"),
    )


def _step(document: Mapping[str, Any], to: str | None) -> MethodStep:
    given = dict(document.get("given", {}))
    if "iam:PassRole" in document["any"] and to is not None:
        given["iam:PassedToService"] = to
    return MethodStep(tuple(document["any"]), document.get("on"), given, tuple(document.get("absent", ())))
