"""Values of a context key that stand for all of them: no two conditions can be told apart but by one of these.

Comparing policies asks for a request that meets some conditions and fails others. What the values do to a condition is left to
the evaluator; here are only the values that are worth trying: for each way in which the texts in the policies can match a value,
one value, and a value that none of them matches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Final, NamedTuple

from sls_leastpriv.policy.cells import MOST, cell_texts
from sls_leastpriv.policy.operators import epoch, number
from sls_leastpriv.policy.variables import Variable, parse_template
from sls_leastpriv.policy.wildcards import Kind, Tokens, tokens

Values = tuple[str, ...]
"""The values that a key has in a request; () where it is not in the request."""


class Use(NamedTuple):
    """An operator and its texts; `expands` says whether `${…}` is a policy variable in them."""

    operator: str
    texts: tuple[str, ...]
    expands: bool


_SET_SIZE: Final = 3


def representatives(uses: Iterable[Use]) -> tuple[Values, ...]:
    """The operators that test one key → values of the key to try. The first is the absent key."""
    texts: dict[str, None] = {}
    patterns: dict[Tokens, None] = {}
    sets = False
    for operator, wanted, expands in uses:
        quantifier, colon, name = operator.lower().rpartition(":")
        sets = sets or bool(colon and quantifier)
        name = name.removesuffix("ifexists")
        if name.startswith(("string", "arn")):
            kind: Kind = "arn" if name.startswith("arn") else "text"
            wild = kind == "arn" or name.endswith("like")
            patterns |= {_tokens(text, kind, wild, expands): None for text in wanted}
            if name.endswith("ignorecase"):
                texts |= {text.swapcase(): None for text in wanted}
        else:
            texts |= dict.fromkeys(value for text in wanted for value in _near(name, text))
    single = list(dict.fromkeys([*texts, *cell_texts(tuple(patterns))]))[:MOST]
    found: list[Values] = [(), *((value,) for value in single if value)]
    if sets:
        few = [value for value in single if value][: MOST // 10]
        found += [chosen for size in range(2, _SET_SIZE + 1) for chosen in combinations(few, size)]
    return tuple(found)


def symbol(key: str) -> str:
    """What stands for the value of a policy variable: a text that nobody writes into a policy."""
    return f"⟨{key.lower()}⟩"


def _tokens(text: str, kind: Kind, wild: bool, expands: bool) -> Tokens:
    parts = parse_template(text, wild=wild) if expands else ((text, wild),)
    return tokens(tuple((symbol(part.key), False) if isinstance(part, Variable) else part for part in parts), kind)


def _near(name: str, text: str) -> Iterator[str]:
    """The values around what a text of the policy says, for operators that read it."""
    yield text
    if name == "bool":
        yield from ("true", "false")
    elif name.endswith("ipaddress"):
        yield from _addresses(text)
    elif name.startswith(("numeric", "date")):
        read = number(text) if name.startswith("numeric") else epoch(text)
        if read is not None:
            digits, decimals = read
            yield from (_decimal(digits * 10 + step, decimals + 1) for step in (-10, -1, 0, 1, 10))


def _decimal(digits: int, decimals: int) -> str:
    text = f"{abs(digits):0{decimals + 1}d}"
    return f"{'-' if digits < 0 else ''}{text[:-decimals]}.{text[-decimals:]}"


def _addresses(text: str) -> Iterator[str]:
    """The first and last address of a range, and those beside it."""
    from ipaddress import ip_network

    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return
    first, last = network.network_address, network.broadcast_address
    kind = type(first)
    for address in (int(first) - 1, int(first), int(last), int(last) + 1):
        if 0 <= address < 1 << network.max_prefixlen:
            yield str(kind(address))
