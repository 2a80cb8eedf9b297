"""The same policy for another place: names, account, region and partition of one stage's resources become those of another's.

What is replaced are whole words of a name: `dev` in `orders-dev-list`, never in `devices`. A place may hold `*`, which generalises.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sls_leastpriv.model import Condition, Need
from sls_leastpriv.resolve.arns import partition_of

_FIXED: Final = re.compile(r"(log-group:)?/aws/[^/]+/|event-source-mapping:|restapis/")
"""What names of the services themselves begin with, and no stage is in."""

_SERVICE_NAME: Final = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a service is deployed. An account or a region that is None is not known, and left as it is."""

    stack: str
    stage: str
    region: str | None
    account: str | None

    @property
    def partition(self) -> str:
        """The partition of the region."""
        return partition_of(None if self.region == "*" else self.region)


class Retarget:
    """Turns texts of policies for one place into those for another, and remembers which it changed."""

    def __init__(self, old: Place, new: Place) -> None:
        self._old, self._new = old, new
        self.replaced: dict[str, str] = {}
        words = {old.stack: new.stack, old.stack.lower(): new.stack.lower()}
        words |= {old.stage: new.stage}
        words |= {a: b for a, b in ((old.region, new.region), (old.account, new.account)) if a and b and a != "*"}
        self._words = {word: new_word for word, new_word in words.items() if word != new_word}
        longest_first = sorted(map(re.escape, self._words), key=len, reverse=True)
        self._pattern = re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(longest_first)})(?![A-Za-z0-9])") if self._words else None

    def need(self, need: Need) -> Need:
        """A need in the other place."""
        conditions = tuple(sorted({self._condition(one) for one in need.conditions}))
        return replace(need, resource=self.text(need.resource), conditions=conditions)

    def document(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """A policy document in the other place."""
        statements = document.get("Statement", ())
        listed = [statements] if isinstance(statements, Mapping) else statements
        return {**document, "Statement": [self._statement(one) for one in listed]}

    def trust(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """A trust policy in the other place: its principals."""

        def named(value: Any) -> Any:
            return self.text(value) if isinstance(value, str) else [self.text(one) for one in value]

        statements = [
            {**one, "Principal": {kind: named(value) for kind, value in one["Principal"].items()}} for one in document["Statement"]
        ]
        return {**document, "Statement": statements}

    def text(self, text: str) -> str:
        """A resource, or a value of a condition."""
        parts = text.split(":", 5)
        if len(parts) == 6 and parts[0] == "arn":
            found = self._arn(parts)
        else:
            found = text if _SERVICE_NAME.fullmatch(text) else self._name(text)
        if found != text:
            self.replaced[text] = found
        return found

    def _arn(self, parts: list[str]) -> str:
        _, partition, service, region, account, resource = parts
        if self._new.region not in (None, "*") and partition != "*":
            partition = self._new.partition
        if region == self._old.region and self._new.region is not None:
            region = self._new.region
        if account == self._old.account and self._new.account is not None:
            account = self._new.account
        fixed = _FIXED.match(resource)
        head = fixed.group() if fixed is not None else ""
        return ":".join(("arn", partition, service, region, account, head + self._name(resource[len(head) :])))

    def _name(self, text: str) -> str:
        return text if self._pattern is None else self._pattern.sub(lambda found: self._words[found.group()], text)

    def _condition(self, condition: Condition) -> Condition:
        values = tuple(dict.fromkeys(map(self.text, condition.values)))
        return Condition(_operator(condition.operator, values), condition.key, values)

    def _statement(self, statement: Mapping[str, Any]) -> dict[str, Any]:
        found = dict(statement)
        for element in ("Resource", "NotResource"):
            if element in found:
                value = found[element]
                found[element] = self.text(value) if isinstance(value, str) else sorted(set(map(self.text, value)))
        if "Condition" in found:
            found["Condition"] = self._tests(found["Condition"])
        return found

    def _tests(self, block: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        tests: dict[str, dict[str, Any]] = {}
        for operator, keys in block.items():
            for key, value in keys.items():
                values = tuple(map(self.text, [value] if isinstance(value, str) else value))
                tests.setdefault(_operator(operator, values), {})[key] = values[0] if isinstance(value, str) else list(values)
        return tests


def _operator(operator: str, values: tuple[str, ...]) -> str:
    """Only `StringLike` reads a wildcard."""
    return operator.replace("StringEquals", "StringLike") if any("*" in value for value in values) else operator


def other_place(old: Place, *, stack: str | None, stage: str | None, region: str | None, account: str | None) -> Place:
    """The place that the options name. The stack is called after the stage, unless it is named, or was not so before."""
    stage = stage or old.stage
    named = stack or re.sub(rf"(?<![A-Za-z0-9]){re.escape(old.stage)}(?![A-Za-z0-9])", lambda _: stage, old.stack)
    return Place(named, stage, region or old.region, account or old.account)
