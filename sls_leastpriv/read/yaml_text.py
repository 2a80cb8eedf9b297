"""What every reader of YAML here shares: the parser's events with a bound on their nesting, and errors without content.

Imports PyYAML, which takes some 30 ms: import this module only where YAML is at hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml.reader import Reader

from sls_leastpriv.errors import ServiceError

# The C parser is some ten times faster; wheels without it exist.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def events(text: str, name: str) -> Iterator[yaml.Event]:
    """Yield the parser's events of the YAML `text`; raise ServiceError, which calls it `name`, where it is not YAML.

    Parsing to events needs no recursion. Composing nodes does: without the caller's own bound on the nesting, a file
    of 100,000 `- ` in a row ends the whole process (a stack overflow inside the C extension).
    """
    try:
        yield from yaml.parse(text, Loader=LOADER)
    except yaml.YAMLError as error:
        raise yaml_error(error, text, name) from None


def yaml_error(error: yaml.YAMLError, text: str, name: str) -> ServiceError:
    """Return the parser's error as ours: with its line and its complaint, without anything that stands in the file."""
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        complaint = f": {_without_content(error.problem)}" if error.problem else ""
        return _not_yaml(name, f"{at(mark)}{complaint}" if mark else complaint.removeprefix(": "))
    unprintable = Reader.NON_PRINTABLE.search(text)
    if unprintable is None:
        return _not_yaml(name, "")
    line = text.count("\n", 0, unprintable.start()) + 1
    return _not_yaml(name, f"line {line}: a control character (code {ord(unprintable.group()):#04x})")


def at(mark: Any) -> str:
    """Return the parser's mark as people count: `line 3, column 5`."""
    return f"line {mark.line + 1}, column {mark.column + 1}"


def _not_yaml(name: str, detail: str) -> ServiceError:
    return ServiceError(
        f"{name} is not valid YAML{': ' if detail else ''}{detail}",
        help="indent with spaces, not tabs; quote a value that begins with `*`, `&`, `%`, `@` or a back-tick",
    )


def _without_content(problem: str) -> str:
    """Take the quoted words out of a complaint, but for single characters and the grammar's own (`'<block end>'`).

    An unquoted password that begins with `*` reads as an alias, and PyYAML's own parser would repeat it.
    """
    return re.sub(r" ?(['\"])(?!<)(?:(?!\1).){2,}\1", "", problem)
