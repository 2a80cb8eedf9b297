"""The condition operators: how one value of a request is compared with one value of a policy.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html

A comparison for which no rule is published, such as a number with what is none, is unknown, its key the reason.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sls_leastpriv.policy.request import Request
from sls_leastpriv.policy.truth import Truth, unknown
from sls_leastpriv.policy.variables import Expansion, expand, fixed, parse_template
from sls_leastpriv.policy.wildcards import Kind, Tokens, Wildcard, matches, tokens

Comparison = Callable[[str, Request], Truth]
"""A value of the request, and the request for the policy's variables → whether they match."""

Prepare = Callable[[str, str, bool], Comparison]
"""The context key, a value of the policy, whether the policy has variables → the comparison with that value."""


class Operator(NamedTuple):
    """A condition operator without its `ForAnyValue:`, `ForAllValues:` or `IfExists`.

    A `negated` one is true where the comparison is true for no value of the policy.
    """

    prepare: Prepare
    negated: bool = False


def _text(*, kind: Kind = "text", wild: bool = False, fold: bool = False) -> Prepare:
    """Compares texts: exactly, or as patterns where `wild`; without their case where `fold`."""

    def prepare(key: str, text: str, variables: bool) -> Comparison:
        template = parse_template(text, wild=wild) if variables else ((text, wild),)
        pieces = fixed(template)
        constant = Expansion(tokens(pieces, kind)) if pieces is not None else None

        def compare(value: str, request: Request) -> Truth:
            expansion = constant or expand(template, request, kind)
            if expansion is None:
                return False
            if fold:
                return _matches_without_case(expansion.pattern, value) and (expansion.unknown or True)
            if kind == "arn" and not expansion.unknown and _is_short(expansion.pattern):
                return unknown(key) if matches(_loose(expansion.pattern), value) else False
            return matches(expansion.pattern, value) and (expansion.unknown or True)

        return compare

    return prepare


def _matches_without_case(pattern: Tokens, value: str) -> bool:
    lower = tuple(token.lower() if isinstance(token, str) else token for token in pattern)
    return matches(lower, value.lower())


def _is_short(pattern: Tokens) -> bool:
    """Whether an ARN pattern has fewer than six components. No rule is published for those, such as `*`."""
    return sum(token.count(":") for token in pattern if isinstance(token, str)) < 5


def _loose(pattern: Tokens) -> Tokens:
    return tuple(token if isinstance(token, str) else Wildcard(token.many, over_colons=True) for token in pattern)


def _bool(key: str, text: str, variables: bool) -> Comparison:
    """Compares `true` and `false`, in any case. Unlike other operators that read their values, it knows variables."""
    template = parse_template(text, wild=False) if variables else ((text, False),)

    def compare(value: str, request: Request) -> Truth:
        expansion = expand(template, request, "text")
        if expansion is None:
            return False
        wanted, given = "".join(map(str, expansion.pattern)).lower(), value.lower()
        return expansion.unknown or (given == wanted if {given, wanted} <= {"true", "false"} else unknown(key))

    return compare


def _read(read: Callable[[str], Any], test: Callable[[Any, Any], bool]) -> Prepare:
    """Compares what the two texts say. `read` gives None for a text that it cannot read."""

    def prepare(key: str, text: str, _: bool) -> Comparison:
        def compare(value: str, _: Request) -> Truth:
            given, wanted = read(value), read(text)
            return unknown(key) if given is None or wanted is None else test(given, wanted)

        return compare

    return prepare


def number(text: str) -> tuple[int, int] | None:
    """A number → its digits as a whole number, and how many of them stand after the point."""
    found = re.fullmatch(r"([+-]?\d{1,40})(?:\.(\d{1,40}))?", text, re.ASCII)
    if found is None:
        return None
    decimals = found[2] or ""
    return int(found[1] + decimals), len(decimals)


_DATE: Final = r"(\d{4})-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:Z|([+-]\d\d):?(\d\d))?)?)?"
_EPOCH_ORDINAL: Final = 719163  # 1970-01-01


@lru_cache(maxsize=1024)
def epoch(text: str) -> tuple[int, int] | None:
    """A date → seconds since 1970, in the form of `number`. Takes the W3C's date formats, and seconds since 1970.

    A bare year cannot be told from seconds and is taken for seconds; a time without a zone is taken for UTC.
    """
    found = re.fullmatch(_DATE, text, re.ASCII)
    if found is None:
        return number(text)
    from datetime import date

    defaults = ("", "", "1", "0", "0", "0")
    year, month, day, hour, minute, second = (
        int(part or default) for part, default in zip(found.groups()[:6], defaults, strict=True)
    )
    try:
        days = date(year, month, day).toordinal() - _EPOCH_ORDINAL
    except ValueError:
        return None
    offset = int(found[8]) * 60 + int(found[8][0] + found[9]) if found[8] else 0
    if hour > 23 or minute > 59 or second > 59:
        return None
    seconds = days * 86400 + hour * 3600 + (minute - offset) * 60 + second
    decimals = found[7] or ""
    return seconds * 10 ** len(decimals) + int(decimals or 0), len(decimals)


def _by_size(test: Callable[[int, int], bool]) -> Callable[[tuple[int, int], tuple[int, int]], bool]:
    return lambda given, wanted: test(given[0] * 10 ** wanted[1], wanted[0] * 10 ** given[1])


@lru_cache(maxsize=1024)
def _network(text: str) -> Any:
    """An address or CIDR range → its network; an address alone is the range of itself."""
    from ipaddress import ip_network

    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _within(given: Any, wanted: Any) -> bool:
    return bool(given.version == wanted.version and given.subnet_of(wanted))


def _bytes(text: str) -> bytes | None:
    """Base-64 text → its bytes. The values of a request are base-64, too, as in IAM's policy simulator."""
    from binascii import Error, a2b_base64

    try:
        return a2b_base64(text.encode("ascii"), strict_mode=True)
    except (Error, UnicodeEncodeError):
        return None


def _operators() -> dict[str, Operator]:
    exact, like, arn = _text(), _text(wild=True), _text(kind="arn", wild=True)
    any_case, address = _text(fold=True), _read(_network, _within)
    found = {
        "StringEquals": Operator(exact),
        "StringNotEquals": Operator(exact, negated=True),
        "StringEqualsIgnoreCase": Operator(any_case),
        "StringNotEqualsIgnoreCase": Operator(any_case, negated=True),
        "StringLike": Operator(like),
        "StringNotLike": Operator(like, negated=True),
        "Bool": Operator(_bool),
        "BinaryEquals": Operator(_read(_bytes, operator.eq)),
        "IpAddress": Operator(address),
        "NotIpAddress": Operator(address, negated=True),
        "ArnEquals": Operator(arn),
        "ArnLike": Operator(arn),
        "ArnNotEquals": Operator(arn, negated=True),
        "ArnNotLike": Operator(arn, negated=True),
    }
    for family, read in (("Numeric", number), ("Date", epoch)):
        equals = _read(read, _by_size(operator.eq))
        found[f"{family}Equals"] = Operator(equals)
        found[f"{family}NotEquals"] = Operator(equals, negated=True)
        found[f"{family}LessThan"] = Operator(_read(read, _by_size(operator.lt)))
        found[f"{family}LessThanEquals"] = Operator(_read(read, _by_size(operator.le)))
        found[f"{family}GreaterThan"] = Operator(_read(read, _by_size(operator.gt)))
        found[f"{family}GreaterThanEquals"] = Operator(_read(read, _by_size(operator.ge)))
    return {name.lower(): one for name, one in found.items()}


OPERATORS: Final = _operators()
"""All operators but `Null`, by their names in lower case."""
