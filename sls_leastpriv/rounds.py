"""The rounds of a clause: once, or once per item of its `for_each`."""

from __future__ import annotations

from collections.abc import Iterator

from sls_leastpriv.bind import BoundResource
from sls_leastpriv.facts.lookup import Facts
from sls_leastpriv.knowledge.entry import Clause
from sls_leastpriv.resolve.values import Value


class Item:
    """A subject with the item of one round of `for_each` bound to `item` and `key`."""

    def __init__(self, about: BoundResource | Facts, key: str, item: Value) -> None:
        self._about = about
        self._bound = Facts({"key": key, "item": item})

    def find(self, path: tuple[str, ...]) -> list[Value]:
        return self._bound.find(path) if path[0] in ("item", "key") else self._about.find(path)

    def lookup(self, name: str) -> Value:
        if name in ("item", "key") or name.startswith("item."):
            return self._bound.lookup(name)
        return self._about.lookup(name)


def rounds(clause: Clause, about: BoundResource | Facts) -> Iterator[BoundResource | Facts | Item]:
    """What the clause is asked about: the subject itself, or the subject once for each item that `for_each` finds."""
    if clause.for_each is None:
        yield about
        return
    for key, item in about.keyed(clause.for_each):
        if isinstance(item, list):
            yield from (Item(about, key, one) for one in item)
        else:
            yield Item(about, key, item)
