"""Reads the methods of privilege escalation as people write them (`escalations.toml`), strictly."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any, Final

from sls_leastpriv.errors import KnowledgeError
from sls_leastpriv.knowledge.load import DATA
from sls_leastpriv.knowledge.published import action_of

_KEYS: Final = frozenset({"name", "does", "target", "to", "kind", "source", "why", "step"})
_REQUIRED: Final = ("name", "does", "target", "source", "why", "step")
_STEP_KEYS: Final = frozenset({"any", "on", "given", "absent"})
_DOES: Final = ("write", "rewrite", "use", "lift", "join")
_TARGETS: Final = ("role", "user", "group", "policy")
_PLACES: Final = ("target", "workload")


def escalation_shard() -> dict[str, Any]:
    """The methods by name, in the order of the file. KnowledgeError for one that says too little or what is not published."""
    methods: dict[str, Any] = {}
    for method in tomllib.loads((DATA / "escalations.toml").read_text("utf-8"))["method"]:
        _check(method)
        if method["name"] in methods:
            raise _wrong(method, "its name is taken")
        methods[method["name"]] = {**method, "order": len(methods)}
    return methods


def _check(method: Mapping[str, Any]) -> None:
    if not method.keys() <= _KEYS or not all(method.get(key) for key in _REQUIRED):
        raise _wrong(method, f"it must have {', '.join(_REQUIRED)}, and nothing else but to and kind")
    if method["does"] not in _DOES or method["target"] not in _TARGETS:
        raise _wrong(method, f"`does` is one of {', '.join(_DOES)}, `target` one of {', '.join(_TARGETS)}")
    for step in method["step"]:
        if not step.keys() <= _STEP_KEYS or not step.get("any") or step.get("on", "target") not in _PLACES:
            raise _wrong(method, f"a step has {', '.join(sorted(_STEP_KEYS))}; `on` is one of {', '.join(_PLACES)}")
        for action in step["any"]:
            if action_of(action) is None:
                raise _wrong(method, f"`{action}` is no published action")
    if method["does"] == "use" and any(step.get("on") == "workload" for step in method["step"]) != ("kind" in method):
        raise _wrong(method, "`kind` says what runs with the role, where a step is on it")


def _wrong(method: Mapping[str, Any], reason: str) -> KnowledgeError:
    return KnowledgeError(f"`escalations.toml`: `{method.get('name')}`: {reason}", help="see the head of the file")
