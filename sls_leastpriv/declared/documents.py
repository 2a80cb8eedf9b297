"""Resolved policy documents of a template → documents as IAM takes them.

Where only the deploy knows a part, the document says more rather than less: a part of a resource becomes `*`, a condition that
cannot be told is left out. A statement whose actions cannot be told is left out, and a doubt says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sls_leastpriv.declared.identity import Document
from sls_leastpriv.resolve.unknown import EXPECTED
from sls_leastpriv.resolve.values import NO_VALUE, Text, Unresolved, Value, Verbatim, alternatives, step

VERSION: Final = "2012-10-17"


def read_documents(value: Value) -> tuple[list[Document], list[str]]:
    """A policy document, as resolved → the documents that it may become, and what could not be read of it."""
    found: list[Document] = []
    doubts: list[str] = []
    for one in alternatives(value):
        if not isinstance(one, Mapping):
            doubts.append("a policy is only known at the deploy")
            continue
        statements = [read for _, raw in _items(one, "Statement") for read in _statement(raw, doubts)]
        if statements:
            version = one.get("Version")
            found.append({"Version": version if isinstance(version, str) else "2008-10-17", "Statement": statements})
    return found, doubts


def text_of(value: Value) -> str | None:
    """A text of a policy, with `*` for each part that is not known; None for what is no text."""
    if isinstance(value, Text):
        return "".join(_part(part) for part in value.parts)
    return value if isinstance(value, str) else None


def _part(part: str | Unresolved | Verbatim) -> str:
    return part if isinstance(part, str) else part.text if isinstance(part, Verbatim) else "*"


def _items(value: Value, key: str) -> list[tuple[str, Value]]:
    """What stands at a key: the items of a list, or the only one that there is; each alternative of it."""
    found: list[tuple[str, Value]] = []
    for name, child in step(value, key):
        for one in alternatives(child):
            found += step(one, "*") if isinstance(one, list) else [(name, one)]
    return [(name, each) for name, item in found for each in alternatives(item) if each is not NO_VALUE]


def _statement(raw: Value, doubts: list[str]) -> Iterator[dict[str, Any]]:
    if not isinstance(raw, Mapping):
        doubts.append("a statement is only known at the deploy")
        return
    statement: dict[str, Any] = {"Effect": raw.get("Effect")}
    for element in ("Action", "NotAction", "Resource", "NotResource"):
        if element in raw:
            values = [value for _, value in _items(raw, element)]
            if element in ("Action", "NotAction") and not all(isinstance(value, str) for value in values):
                doubts.append("the actions of a statement are only known at the deploy")
                return
            doubts.extend(
                f"a resource of a statement is not known, and taken as wide as it can be: {one}" for one in _unexpected(values)
            )
            statement[element] = [text for value in values if (text := _resource(value)) is not None]
    if isinstance(statement.get("NotResource"), list) and any("*" in _unknown(value) for _, value in _items(raw, "NotResource")):
        # what is left out is not known exactly: nothing is
        del statement["NotResource"]
        statement["Resource"] = ["*"]
    if statement["Effect"] not in ("Allow", "Deny") or not _complete(statement):
        doubts.append("a statement has a form that IAM would refuse")
        return
    conditions = _conditions(raw.get("Condition"), doubts)
    yield {**statement, "Condition": conditions} if conditions else statement


def _complete(statement: Mapping[str, Any]) -> bool:
    return all(any(statement.get(name) for name in names) for names in (("Action", "NotAction"), ("Resource", "NotResource")))


def _resource(value: Value) -> str | None:
    return "*" if isinstance(value, Unresolved) else text_of(value)


def _unknown(value: Value) -> str:
    return "*" if isinstance(value, Unresolved | Text) else ""


def _unexpected(values: list[Value]) -> list[str]:
    """Why parts of the texts are not known, but for what a service gives and what a gap says anyway."""
    parts = [part for value in values for part in (value.parts if isinstance(value, Text) else (value,))]
    return [part.reason for part in parts if isinstance(part, Unresolved) and part.stands_for not in EXPECTED]


def _conditions(raw: Value, doubts: list[str]) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for operator, keys in raw.items() if isinstance(raw, Mapping) else ():
        for key in keys if isinstance(keys, Mapping) else ():
            values = [value for _, value in _items(keys, key)]
            texts = [_plain(value) for value in values]
            if all(isinstance(value, str | bool | int | float) for value in values):
                found.setdefault(operator, {})[key] = [text for text in texts if text is not None]
            elif operator in ("StringEquals", "StringLike", "ArnEquals", "ArnLike") and all(texts):
                wild = operator.replace("StringEquals", "StringLike")
                found.setdefault(wild, {})[key] = [text for text in texts if text is not None]
            else:
                doubts.append(f"the condition on `{key}` is only known at the deploy, and left out")
    return found


def _plain(value: Value) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else text_of(value)
