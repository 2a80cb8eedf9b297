"""The project's own knowledge, once read: entries in the grammar of ours, which only add."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sls_leastpriv.knowledge.entry import Entry


@dataclass(frozen=True, slots=True)
class Overlay:
    """The entries of a project by what they are about: types, commands, plugins, variable sources; `features` of any template."""

    types: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    commands: tuple[Entry, ...] = ()
    plugins: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    variables: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    features: tuple[Entry, ...] = ()


def extended(entry: Entry | None, additions: tuple[Entry, ...]) -> Entry | None:
    """An entry with the clauses and gaps of others; the first of them where we have none."""
    for addition in additions:
        if entry is None:
            entry = addition
        else:
            entry = replace(entry, clauses=entry.clauses + addition.clauses, gaps=entry.gaps + addition.gaps)
    return entry
