"""The condition language of entries: when does a clause apply?

    expression := conjunction ("or" conjunction)*
    conjunction := test ("and" test)*
    test  := "not" test | "(" expression ")" | "tags" | "changed" path | "removed" path | "has" TYPE
           | path ["=" literal | "!=" literal | "like" literal]
    path  := dotted names; `*` steps over every item of a list or every value of an object

A bare path is true when it is set: present, not null, not an empty list or object. It has three truths: None says that only the
deploy knows, and then the clause is granted and marked as assumed. `like` compares ARNs field by field, as IAM's `ArnLike` does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final

from sls_leastpriv.errors import KnowledgeError
from sls_leastpriv.policy.patterns import covers, intersects
from sls_leastpriv.resolve.conditions import Truth, conjunction, disjunction, negation
from sls_leastpriv.resolve.unknown import EXPECTED
from sls_leastpriv.resolve.values import Either, Text, Unresolved, Value, alternatives, literal_pattern, pattern

Expression = tuple[Any, ...]
"""A parsed expression: ("and", e, …) ("or", e, …) ("not", e) ("set", path) ("=", path, literal) ("tags",) ("has", type) …"""

Find = Callable[[tuple[str, ...]], Sequence[Value]]
"""A property path → every value that is set there."""

_TOKEN: Final = re.compile(r"\s*(?:(?P<text>'[^']*')|(?P<sign>!=|=|\(|\))|(?P<word>[\w$:.*@/-]+))")
_COMPARISONS: Final = ("=", "!=", "like")
_ARN_FIELDS: Final = 6
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html"""


def parse(text: str) -> Expression:
    """An expression as written in an entry → its tree. KnowledgeError for one that cannot be read."""
    parser = _Parser(_tokens(text), text)
    tree = parser.expression()
    parser.end()
    return tree


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    position = 0
    stripped = text.rstrip()
    while position < len(stripped):
        found = _TOKEN.match(stripped, position)
        if found is None:
            raise KnowledgeError(f"`when` cannot be read at `{stripped[position:]}`", help="see docs/knowledge.md")
        tokens.append(found.group().strip())
        position = found.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[str], text: str) -> None:
        self._tokens = tokens
        self._text = text
        self._position = 0

    def _peek(self) -> str | None:
        return self._tokens[self._position] if self._position < len(self._tokens) else None

    def _next(self) -> str:
        token = self._peek()
        if token is None:
            raise KnowledgeError(f"`when` ends too early: `{self._text}`", help="see docs/knowledge.md")
        self._position += 1
        return token

    def end(self) -> None:
        if self._peek() is not None:
            raise KnowledgeError(f"`when` goes on at `{self._peek()}`: `{self._text}`", help="see docs/knowledge.md")

    def expression(self) -> Expression:
        return self._chain("or", lambda: self._chain("and", self._test))

    def _chain(self, word: str, part: Callable[[], Expression]) -> Expression:
        parts = [part()]
        while self._peek() == word:
            self._next()
            parts.append(part())
        return parts[0] if len(parts) == 1 else (word, *parts)

    def _test(self) -> Expression:
        token = self._next()
        if token == "not":
            return ("not", self._test())
        if token == "(":
            inner = self.expression()
            if self._next() != ")":
                raise KnowledgeError(f"`when` lacks a closing parenthesis: `{self._text}`", help="see docs/knowledge.md")
            return inner
        if token == "tags":
            return ("tags",)
        if token == "has":
            return ("has", self._next())
        if token in ("changed", "removed"):
            return (token, _path(self._next()))
        if self._peek() in _COMPARISONS:
            return (self._next(), _path(token), _literal(self._next()))
        return ("set", _path(token))


def _path(token: str) -> tuple[str, ...]:
    return tuple(token.split("."))


def _literal(token: str) -> str:
    return token[1:-1] if token.startswith("'") else token


def paths_in(tree: Expression) -> list[tuple[str, ...]]:
    """Every property path that an expression looks at."""
    if tree[0] in ("and", "or", "not"):
        return [path for part in tree[1:] for path in paths_in(part)]
    return [] if tree[0] in ("tags", "has") else [tree[1]]


def wanted_paths(tree: Expression) -> list[tuple[str, ...]]:
    """The property paths that an expression wants to be set, or to have a value."""
    if tree[0] in ("and", "or"):
        return [path for part in tree[1:] for path in wanted_paths(part)]
    return [] if tree[0] in ("tags", "has", "not", "!=") else [tree[1]]


def evaluate(tree: Expression, find: Find, *, tags: Truth, types: frozenset[str]) -> Truth:
    """Whether the expression holds.

    `find` looks into the subject's properties; `tags` says whether any tag reaches the resource; `types` are the resource types
    of the template. `changed` and `removed` hold as soon as the property is set: a later deploy can change or drop what is set
    now, and the rollback of that deploy does the reverse.
    """
    operator = tree[0]
    if operator == "and":
        return conjunction(evaluate(part, find, tags=tags, types=types) for part in tree[1:])
    if operator == "or":
        return disjunction(evaluate(part, find, tags=tags, types=types) for part in tree[1:])
    if operator == "not":
        return negation(evaluate(tree[1], find, tags=tags, types=types))
    if operator == "tags":
        return tags
    if operator == "has":
        return any(fnmatchcase(one, tree[1]) for one in types)
    found = find(tree[1])
    if operator in ("set", "changed", "removed"):
        return disjunction(is_set(value) for value in found)
    truth = disjunction(_matches(value, tree[2], like=operator == "like") for value in found)
    return negation(truth) if operator == "!=" else truth


def is_set(value: Value) -> Truth:
    """Whether a found value counts as set: empty lists and objects do not, an unresolved value may or may not be."""
    if isinstance(value, Unresolved):
        # what a service, the account or another stack gives is there, whatever it is
        return True if value.stands_for is not None else None
    if isinstance(value, Either):
        truths = {is_set(option) for option in alternatives(value)}
        return truths.pop() if len(truths) == 1 else None
    if isinstance(value, Mapping) or (isinstance(value, Sequence) and not isinstance(value, str)):
        return len(value) > 0
    return value is not None


def _matches(value: Value, literal: str, *, like: bool) -> Truth:
    if isinstance(value, Either):
        truths = {_matches(option, literal, like=like) for option in alternatives(value)}
        return truths.pop() if len(truths) == 1 else None
    if isinstance(value, Unresolved):
        return None
    if isinstance(value, Text):
        if not like:
            return None if intersects(literal_pattern(literal), pattern(value)) else False
        return conjunction(_holds(one, field) for one, field in _fields(value, literal))
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, str | int | float):
        text = str(value)
    else:
        return False
    return all(fnmatchcase(field, one) for one, field in _fields(text, literal)) if like else text == literal


def _holds(one: str, field: str) -> Truth:
    if covers(one, field):
        return True
    return None if intersects(one, field) else False


def _fields(value: str | Text, literal: str) -> list[tuple[str, str]]:
    """The fields of an ARN, each of `literal` with the value's; one pair where these are no ARNs, or where what is not known
    of the value may hold a colon.
    """
    wanted = literal.split(":", _ARN_FIELDS - 1)
    parts = value.parts if isinstance(value, Text) else (value,)
    whole = (literal, pattern(value) if isinstance(value, Text) else value)
    if wanted[0] != "arn" or not isinstance(parts[0], str) or not parts[0].startswith("arn:"):
        return [whole]
    colons = 0
    for part in parts:
        if isinstance(part, str):
            colons += part.count(":")
        elif not isinstance(part, Unresolved) or part.stands_for not in EXPECTED:
            break
    if colons < len(wanted) - 1:
        return [whole]
    return list(zip(wanted, whole[1].split(":", len(wanted) - 1), strict=True))
