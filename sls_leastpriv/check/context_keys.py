"""Which context keys can be in the request of an action at all, by AWS's Service Authorization Reference.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html

A key of the action's own service that the reference lists for other actions, and not for this one, is not in its requests. Keys of
tags are taken for possible everywhere when policies are evaluated here: the reference leaves some of them out.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from sls_leastpriv.knowledge.published import action_of, published

_TAG_FAMILIES: Final = frozenset({"aws:requesttag", "aws:resourcetag"})


def takes_no_resource(action: str) -> bool:
    """Whether requests of the action are authorised on `*` only."""
    record = action_of(action)
    return record is not None and not record["resources"]


@cache
def is_absent(action: str, key: str) -> bool:
    """Whether requests of the action certainly lack a key: it is a key of another service, or of other actions."""
    record = action_of(action)
    key = key.lower()
    prefix, of = action.partition(":")[0], key.partition(":")[0]
    if record is None or _is_of_the_caller(key) or "tag/" in key:
        return False
    known = _service_keys(of) - (_keys(record, prefix) if of == prefix else frozenset())
    return not known.isdisjoint((key, f"{_family(key)}/*"))


def is_relevant(action: str, key: str) -> bool:
    """Whether a key that some policy tests can matter to the action; True where that is not known.

    The simulator lists the keys of all policies of a principal, for whatever action they are
    (https://github.com/boto/boto3/issues/3111).
    """
    record = action_of(action)
    if record is not None and (key.lower() == "aws:tagkeys" or _family(key) in _TAG_FAMILIES):
        return any(_family(own) == _family(key) for own in _keys(record, action.partition(":")[0]))
    return not is_absent(action, key)


def _is_of_the_caller(key: str) -> bool:
    """Whether a key says who calls or from where, so that it can be in the requests of every service."""
    return key.startswith("sts:") or ":source" in key or key == "ec2:roledelivery"


@cache
def _service_keys(prefix: str) -> frozenset[str]:
    """The service's own keys, of whatever action."""
    every = (_keys(record, prefix) for record in published(prefix)["actions"].values())
    return frozenset(key for keys in every for key in keys if key.startswith(f"{prefix}:"))


def _keys(record: Any, prefix: str) -> frozenset[str]:
    """The keys of an action and of the resources that it is authorised on, in lower case, families as `…/*`."""
    kinds = published(prefix)["resourceTypes"]
    found = [*record["keys"], *(key for kind, _ in record["resources"] for key in kinds.get(kind, {"keys": ()})["keys"])]
    return frozenset(_generic(key.lower()) for key in found)


def _generic(key: str) -> str:
    return f"{key.partition('/')[0]}/*" if "/${" in key else key


def _family(key: str) -> str:
    return key.lower().partition("/")[0]
