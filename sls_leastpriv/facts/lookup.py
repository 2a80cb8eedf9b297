"""Looks up paths among what entries may ask about: the resolved configuration, and facts derived from it."""

from __future__ import annotations

from collections.abc import Mapping

from sls_leastpriv.bind import single
from sls_leastpriv.resolve.values import Value, walk


class Facts:
    """Looks up paths in the configuration and among the derived facts. Strings of the configuration are read lazily."""

    def __init__(self, root: Mapping[str, Value]) -> None:
        self._root = root

    def keyed(self, path: tuple[str, ...]) -> list[tuple[str, Value]]:
        """All values at a path, each with the key of its last step."""
        return walk(self._root, path)

    def find(self, path: tuple[str, ...]) -> list[Value]:
        """All values at a path."""
        return [value for _, value in self.keyed(path)]

    def lookup(self, name: str) -> Value:
        """The value of a `${…}` place."""
        return single(self.find(tuple(name.split("."))))

    def with_item(self, key: str, item: Value) -> Facts:
        """The same facts with `item` and `key` bound, for one round of a `for_each`."""
        return Facts({**self._root, "item": item, "key": key})
