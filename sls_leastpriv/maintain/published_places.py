"""Fills the published ARN formats of a service with the properties of a type: `cluster/${ClusterName}` with `Cluster`.

A variable and a property mean the same when they have the same name, or the same stem: `InstanceId`, `InstanceArn` and
`InstanceIdentifier` all say which instance. A property that may hold a whole ARN is cut to the id in it, which is safe where the
ARN of that resource has one variable only, at its end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from sls_leastpriv.knowledge.published import formats_of, published

VARIABLE: Final = re.compile(r"\$\{([^}]*)\}")
ALWAYS_KNOWN: Final = frozenset({"Partition", "Region", "Account"})
_SUFFIXES: Final = ("identifier", "id", "arn", "name")


class Places:
    """The properties of one type, as what fills ARN formats. `own` is the published format of the type itself."""

    def __init__(self, record: Mapping[str, Any], prefix: str, own: str | None) -> None:
        read_only = set(record.get("readOnly", ()))
        self._kinds: Mapping[str, str] = record.get("properties", {})
        self.settable: dict[str, str] = {name.lower(): name for name in self._kinds if name not in read_only}
        self._prefix = prefix
        self._own = None if own is None else _with_account(own)

    def filled(self, arn: str, prefix: str) -> str:
        """A format of the service `prefix` with the type's properties in its variables, `*` in the others."""
        arn = _with_account(arn) if prefix == self._prefix else arn
        variables = [name for name in VARIABLE.findall(arn) if name not in ALWAYS_KNOWN]

        def place(found: re.Match[str]) -> str:
            name = found.group(1)
            if name in ALWAYS_KNOWN:
                return found.group()
            if prefix != self._prefix:
                return self._of_another(name, prefix)
            if arn == self._own and name == variables[-1]:
                return self._of_itself(name, alone=len(variables) == 1)
            return self._same(name) or self._stem(name, prefix) or "*"

        return VARIABLE.sub(place, arn)

    def _of_itself(self, name: str, *, alone: bool) -> str:
        same = self._same(name)
        if same is None and alone and name.lower().endswith("name") and "name" in self.settable:
            return "${Name|*}"
        # An id is given by the service; a name that the type calls an identifier is not.
        return same or (self._stem(name, self._prefix, whole=False) if name.lower().endswith("name") else None) or "*"

    def _of_another(self, name: str, prefix: str) -> str:
        """A variable of another service: only a word that the type's own service does not use for something else."""
        stem = _stem(name)
        if not stem or stem in {_stem(one) for one in _variables(self._prefix)}:
            return "*"
        return self._stem(name, prefix) or "*"

    def _same(self, name: str) -> str | None:
        settable = self.settable.get(name.lower())
        return "${" + settable + "|*}" if settable is not None and not settable.endswith("Arn") else None

    def _stem(self, name: str, prefix: str, *, whole: bool = True) -> str | None:
        """A property of the same stem; `whole` when a property may also be called by the stem alone."""
        stem = _stem(name)
        if not stem or name not in _variables_alone(prefix):
            return None
        for suffix in ("identifier", "id", "arn", *([""] if whole else [])):
            settable = self.settable.get(stem + suffix)
            if settable is None or "string" not in self._kinds[settable].split("|"):
                continue
            if suffix == "id" and name.lower().endswith("name"):
                continue
            return "${" + settable + " as id-in-reference|*}"
        return None


def _with_account(arn: str) -> str:
    """A format with `Account` in the field of the account, which some services call `AccountId`."""
    fields = arn.split(":", 5)
    return ":".join((*fields[:4], "${Account}", *fields[5:])) if len(fields) == 6 and fields[4] == "${AccountId}" else arn


def _stem(name: str) -> str:
    lowered = name.lower()
    return next((lowered.removesuffix(suffix) for suffix in _SUFFIXES if lowered.endswith(suffix)), lowered)


@cache
def _formats(prefix: str) -> tuple[str, ...]:
    return tuple(arn for kind in published(prefix)["resourceTypes"].values() for arn in formats_of(kind))


@cache
def _variables(prefix: str) -> frozenset[str]:
    return frozenset(name for arn in _formats(prefix) for name in VARIABLE.findall(arn)) - ALWAYS_KNOWN


@cache
def _variables_alone(prefix: str) -> frozenset[str]:
    """Variables that are the only one of an ARN, at its end: the last part of that ARN is their value."""
    found = set()
    for arn in _formats(prefix):
        variables = [name for name in VARIABLE.findall(arn) if name not in ALWAYS_KNOWN]
        if len(variables) == 1 and arn.endswith(("/${" + variables[0] + "}", ":${" + variables[0] + "}")):
            found.add(variables[0])
    return frozenset(found)
