"""Where things stand: from a path in the resolved configuration to a line of `serverless.yml` or of a file it includes.

Serves explanations only, so nothing here is an error: a place that cannot be told is None. Includes are found as the
Framework finds them (lib/configuration/variables/sources/file.js): relative to the service's folder, also from an
included file, and wherever they lead.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from sls_leastpriv.errors import ServiceError
from sls_leastpriv.read.presence import is_file
from sls_leastpriv.read.resource_places import ResourcePlaces
from sls_leastpriv.read.text_file import read_text
from sls_leastpriv.read.variable_text import Source, fill, whole_variable
from sls_leastpriv.read.yaml_lines import Entry, Items, Keys, Scalar, read_lines

ConfigPath = Sequence[str | int]

_WITH_LINES: Final = (".yml", ".yaml", ".json")
_MAX_FILE_BYTES: Final = 10_000_000

# Includes and `self:` references that may lead to each other in circles: how many one after another are followed.
_MAX_HOPS: Final = 20

# Values that one question may look at. A service with 500 resource files needs some 2,000.
_MAX_VISITS: Final = 20_000


@dataclass(frozen=True, slots=True)
class _Spot:
    """A value in a file, and how many variables were followed to come there."""

    file: Path
    entry: Entry
    hops: int = 0


class Locator:
    """Answers where a path of the configuration stands. Reads nothing before the first question, and each file once."""

    def __init__(
        self, service_dir: str | Path, file_name: str | None, *, stage: str | None = None, region: str | None = None
    ) -> None:
        """`file_name` is the configuration's, relative to `service_dir`; None, or a program (`.ts`), has no lines.

        `stage` and `region` fill in includes such as `${file(./${sls:stage}.yml)}`.
        """
        self._dir = Path(service_dir)
        self._file = self._dir / file_name if file_name is not None else None
        self._known = {"stage": stage, "region": region}
        self._roots: dict[Path, Entry | None] = {}
        # By the identity of a value, which lives as long as its file's root.
        self._followed_to: dict[int, _Spot | None] = {}
        self._visits = 0

    def where(self, path: ConfigPath | None) -> str | None:
        """Return `serverless.yml:12` for a path such as `("functions", "hello", "events", 0)`.

        The line is that of the key or of the list's item. Of a path that goes further than the files (a default, or
        something computed), it is that of the nearest part which does stand there; None when not even its first part
        does.
        """
        self._visits = 0
        root = self._root(self._file, 0) if path else None
        if root is None or not path:
            return None
        depth, spot = self._deepest(root, path)
        return self._shown(spot) if depth else None

    def _shown(self, spot: _Spot) -> str:
        try:
            shown = Path(os.path.relpath(spot.file, self._dir)).as_posix()
        except ValueError:
            # Another drive on Windows.
            shown = spot.file.name
        return f"{shown}:{spot.entry.line}"

    def _deepest(self, spot: _Spot, path: ConfigPath) -> tuple[int, _Spot]:
        """Return how many parts of the path could be followed, and where that led."""
        best = (0, spot)
        if path:
            for child in self._children(spot, path[0]):
                depth, found = self._deepest(child, path[1:])
                if depth + 1 > best[0]:
                    best = (depth + 1, found)
                if best[0] == len(path):
                    break
        return best

    def _children(self, spot: _Spot, part: str | int) -> Iterator[_Spot]:
        """Yield where `part` can be: several places when the members of a list are merged, as for `resources`."""
        for target in self._followed(spot):
            node = target.entry.node
            if isinstance(node, Keys):
                yield from self._of_key(target, str(part))
            elif isinstance(node, Items) and isinstance(part, int):
                if 0 <= part < len(node.items):
                    yield replace(target, entry=node.items[part])
            elif isinstance(node, Items):
                # The Framework merges lists under `resources` and `functions` (lib/classes/service.js, mergeArrays).
                for item in node.items:
                    for member in self._followed(replace(target, entry=item)):
                        yield from self._of_key(member, str(part))

    def _of_key(self, spot: _Spot, key: str) -> Iterator[_Spot]:
        """Yield the mapping's own value of `key`, else those that `<<` brings in."""
        seen: set[int] = set()
        pending = [spot.entry.node]
        while pending and self._visits < _MAX_VISITS:
            node = pending.pop()
            self._visits += 1
            if not isinstance(node, Keys) or id(node) in seen:
                continue
            seen.add(id(node))
            if key in node.entries:
                yield replace(spot, entry=node.entries[key])
            else:
                pending += reversed(node.merged)

    def _followed(self, spot: _Spot) -> Iterator[_Spot]:
        """Yield the value itself, or what the first source of the variable that it is leads to."""
        node = spot.entry.node
        self._visits += 1
        if not isinstance(node, Scalar) or "${" not in node.text:
            yield spot
            return
        # Only from here is what a variable leads to independent of how the question came to it.
        known = spot.hops == 0 and id(node) in self._followed_to
        target = self._followed_to[id(node)] if known else self._follow(spot, node.text)
        if spot.hops == 0 and self._visits < _MAX_VISITS:
            self._followed_to[id(node)] = target
        if target is not None:
            yield target

    def _follow(self, spot: _Spot, text: str) -> _Spot | None:
        sources = whole_variable(text)
        if sources is None:
            return spot
        if self._visits >= _MAX_VISITS:
            return None
        targets = (self._target(source, spot.hops) for source in sources)
        target = next((one for one in targets if one is not None), None)
        return None if target is None else next(self._followed(target), None)

    def _target(self, source: Source, hops: int) -> _Spot | None:
        """Return what `file(…):address` or `self:address` leads to."""
        self._visits += 1
        if source.kind not in ("file", "self") or self._visits >= _MAX_VISITS:
            return None
        address = self._filled(source.address or "", hops)
        name = self._filled(source.param or "", hops)
        if address is None or hops >= _MAX_HOPS:
            return None
        if source.kind == "file" and name:
            root = self._root(self._dir / name, hops + 1)
        else:
            root = self._root(self._file, hops + 1) if source.kind == "self" else None
        if root is None:
            return None
        steps = [int(step) if step.isdecimal() else step for step in address.split(".")] if address else []
        depth, spot = self._deepest(root, steps)
        return spot if depth == len(steps) else None

    def _filled(self, text: str, hops: int) -> str | None:
        """Return the text with its variables replaced, None when one of them cannot be told."""
        return fill(text, lambda sources: self._value(sources, hops))

    def _value(self, sources: tuple[Source, ...], hops: int) -> str | None:
        values = (self._value_of(source, hops) for source in sources)
        return next((value for value in values if value is not None), None)

    def _value_of(self, source: Source, hops: int) -> str | None:
        if source.kind == "literal":
            return source.address
        known = self._known.get(_STAGE_AND_REGION.get(f"{source.kind}:{source.address}", ""))
        if known is not None:
            return known
        target = self._target(source, hops)
        if target is None or not isinstance(target.entry.node, Scalar):
            return None
        return self._filled(target.entry.node.text, target.hops)

    def _root(self, file: Path | None, hops: int) -> _Spot | None:
        if file is None:
            return None
        # `resolve` would follow links, and show where they lead.
        key = Path(os.path.abspath(file))  # noqa: PTH100
        if key not in self._roots:
            self._roots[key] = _read(key)
        entry = self._roots[key]
        return None if entry is None else _Spot(key, entry, hops)


_STAGE_AND_REGION: Final = {
    "sls:stage": "stage",
    "opt:stage": "stage",
    "self:provider.stage": "stage",
    "opt:region": "region",
    "aws:region": "region",
    "self:provider.region": "region",
}


def _read(file: Path) -> Entry | None:
    what = "the configuration"
    try:
        # a pipe would be waited for
        if file.suffix not in _WITH_LINES or not is_file(file, what):
            return None
        return read_lines(read_text(file, what, limit=_MAX_FILE_BYTES), what)
    except ServiceError:
        return None


__all__ = ["ConfigPath", "Locator", "ResourcePlaces"]
