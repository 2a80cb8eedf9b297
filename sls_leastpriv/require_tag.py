"""`--require-tag Team=A`: the needs under tag conditions, where AWS supports them in that phase, else a gap for the action.

Which action takes which condition key is published, and so is which resource type has tags
(https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html):

- what creates a resource with its tags must set the tag (`aws:RequestTag`); what also updates it may set no other value;
- what tags or untags must neither change the tag nor take it away (`aws:RequestTag`, `aws:TagKeys`);
- what else changes a resource that was created with the tag asks for it (`aws:ResourceTag`).

Reads stay free: a handler also reads before the resource is there and after it is gone, where no tag can match.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from sls_leastpriv.knowledge.published import action_of, published, tag_exclusions
from sls_leastpriv.model import Condition, Gap, Need, Prediction, Stack, Subject, Tag
from sls_leastpriv.policy.patterns import arn_covers

_REQUEST: Final = "aws:RequestTag/${TagKey}"
_KEYS: Final = "aws:TagKeys"
_RESOURCE: Final = "aws:ResourceTag/${TagKey}"


def require_tag(prediction: Prediction, stack: Stack, tag: Tag) -> Prediction:
    """The prediction under conditions for a tag that the stack gives to its resources."""
    born = {need.resource for need in prediction.needs if need.resource != "*" and _creates(need)}
    needs: list[Need] = []
    gaps: dict[Gap, None] = dict.fromkeys(prediction.gaps)
    for need in prediction.needs:
        found = _condition(need, tag, born)
        if isinstance(found, Condition):
            needs.append(replace(need, conditions=tuple(sorted({*need.conditions, found}))))
        else:
            needs.append(need)
            gaps[Gap(Subject("action", need.action), f"cannot be held to the tag `{tag}`: {found}")] = None
    for reason in _of_the_service(stack, tag):
        gaps[Gap(Subject("stack", stack.name), reason)] = None
    return Prediction(tuple(needs), tuple(gaps))


def _of_the_service(stack: Stack, tag: Tag) -> Iterable[str]:
    if stack.tags.get(tag.key) != tag.value:
        yield (
            f"the service does not set the stack tag `{tag}`, and without it what it creates is denied; "
            f"add `{tag.key}` to `provider.stackTags`"
        )
    yield f"what is deployed without the tag `{tag}` must get it by a deploy before this policy is in force"


def _condition(need: Need, tag: Tag, born: set[str]) -> Condition | str:
    """The condition that a need can carry, or why it can carry none."""
    excluded = tag_exclusions()
    reason = excluded.get(need.action) or excluded.get(need.action.partition(":")[0])
    if reason is not None:
        return reason
    record = action_of(need.action)
    if record is None:
        return "AWS publishes no condition keys for it"
    if record["level"] in ("Read", "List"):
        return "it is also asked before the resource is there, and after it is gone"
    keys = record["keys"]
    if _REQUEST in keys:
        exact = _creates(need) and "update" not in need.phases
        return Condition("StringEquals" if exact else "StringEqualsIfExists", f"aws:RequestTag/{tag.key}", (tag.value,))
    if record["level"] == "Tagging" and _KEYS in keys:
        return Condition("ForAllValues:StringNotEquals", _KEYS, (tag.key,))
    if not _has_tags(need, record):
        return "AWS supports no tag condition for it"
    if not any(arn_covers(one, need.resource) for one in born):
        return "whether its resource carries the tag is not known: the service does not create it with tags"
    return Condition("StringEquals", f"aws:ResourceTag/{tag.key}", (tag.value,))


def _creates(need: Need) -> bool:
    record = action_of(need.action)
    return record is not None and record["level"] != "Tagging" and _REQUEST in record["keys"] and "create" in need.phases


def _has_tags(need: Need, record: Mapping[str, Any]) -> bool:
    types = published(need.action.partition(":")[0])["resourceTypes"]
    return any(_RESOURCE in types[name]["keys"] for name, _ in record["resources"] if name in types)
