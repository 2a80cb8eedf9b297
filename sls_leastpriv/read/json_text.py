"""JSON text to values, with every fault one clear error that names a line, never what stands there."""

from __future__ import annotations

import json
from typing import Any

from sls_leastpriv.errors import ServiceError
from sls_leastpriv.read.bounds import check_bounds, too_deep


def parse_json(text: str, name: str, *, unique_keys: bool = False) -> Any:
    """Return the value of the JSON `text`, which is called `name` in messages.

    Raises ServiceError when it is not JSON, nested too deep, too large, not expressible in UTF-8, or, with
    `unique_keys`, when an object has a key twice.
    """
    hook = _unique(name) if unique_keys else None
    try:
        value = json.loads(text, object_pairs_hook=hook, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        # The parser's complaint holds nothing of the text.
        complaint = error.msg[:1].lower() + error.msg[1:]
        raise ServiceError(
            f"{name} is not valid JSON: line {error.lineno}, column {error.colno}: {complaint}",
            help="if the file is cut off, write it again; a trailing comma or a comment is not JSON either",
        ) from None
    except RecursionError:
        raise too_deep(name) from None
    except ValueError:
        # A number of more than 4,300 digits, or `NaN`. Python's message would repeat it.
        raise ServiceError(
            f"{name} is not valid JSON: it holds a number that cannot be read", help="check the numbers in the file"
        ) from None
    check_bounds(value, name)
    _refuse_lone_surrogates(text, value, name)
    return value


def _unique(name: str) -> Any:
    """Return a hook that builds objects and refuses one with a key twice."""

    def build(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        built = dict(pairs)
        if len(built) != len(pairs):
            raise duplicate_key(name, _first_twice([key for key, _ in pairs]))
        return built

    return build


def duplicate_key(name: str, key: str, where: str = "") -> ServiceError:
    """Return the error for an object that has `key` twice.

    CloudFormation takes the last one in silence
    (https://github.com/aws-cloudformation/cfn-language-discussion/issues/96), which is documented nowhere: a policy
    must not rest on it. cfn-lint refuses such a template too (E0000).
    """
    return ServiceError(
        f"{name} has the key `{key}` twice in one object{where}",
        help="keep one of the two; CloudFormation uses only one of them and does not say which",
    )


def _first_twice(keys: list[str]) -> str:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            return key
        seen.add(key)
    raise ValueError("no key stands twice")


def _refuse_constant(_constant: str) -> Any:
    raise ValueError


def _refuse_lone_surrogates(text: str, value: Any, name: str) -> None:
    """JSON can write half a character (`\\ud800`); such a name could be read, but never printed."""
    if "\\ud" not in text and "\\uD" not in text:
        return
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ServiceError(
            f"{name} holds an incomplete `\\u` character", help="write the character itself, or both halves of the pair"
        ) from None
