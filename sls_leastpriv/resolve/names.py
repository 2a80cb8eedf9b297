"""Names that CloudFormation generates: `<stack>-<logical id>-<random>`, shortened to what the type allows.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html. How a name is shortened is not
documented; published names show both parts cut to about half of what the limit leaves (bucket names such as
`lambda-info-http-endpoin-serverlessdeploymentbuck-2u8uz2i7cap2`: 24 and 24 characters), so the pattern keeps what every
observed name keeps.
"""

from __future__ import annotations

from typing import Final

RANDOM_LENGTH: Final = 13  # 12 or 13 characters are seen

LOGICAL_ID_KEPT: Final = 24
"""A logical id is never seen cut below this length, and some engines cut there though there is room."""


def generated_name(form: str, *, stack_name: str, logical_id: str, limit: int | None, lower: bool) -> str:
    """The pattern of a generated name.

    `form` holds `${StackName}`, `${LogicalId}` and `*` for the random part, e.g. `${StackName}-${LogicalId}-*`. `stack_name` may
    itself be a pattern (a nested stack's). `limit` is the longest name that the type allows, in characters.
    """
    stack, logical = stack_name, _cut(logical_id, LOGICAL_ID_KEPT) if limit is not None else logical_id
    if limit is not None and "${StackName}" in form and "${LogicalId}" in form:
        literal = form.replace("${StackName}", "").replace("${LogicalId}", "").replace("*", "")
        stack, logical = _shortened(stack, logical_id, limit - RANDOM_LENGTH * form.count("*") - len(literal))
    elif limit is not None and "${LogicalId}" in form:
        literal = form.replace("${LogicalId}", "").replace("${StackName}", stack).replace("*", "")
        room = limit - RANDOM_LENGTH * form.count("*") - len(literal)
        logical = _cut(logical_id, LOGICAL_ID_KEPT if len(logical_id) <= room else min(LOGICAL_ID_KEPT, room // 2))
    name = form.replace("${StackName}", stack).replace("${LogicalId}", logical)
    while "**" in name:
        name = name.replace("**", "*")
    return name.lower() if lower else name


def _shortened(stack: str, logical_id: str, room: int) -> tuple[str, str]:
    """Both parts as patterns, when together they may take `room` characters."""
    length = len(stack) + (RANDOM_LENGTH - 1) * stack.count("*")
    if length + len(logical_id) <= room:
        return stack, _cut(logical_id, LOGICAL_ID_KEPT)
    half = room // 2
    if length > half:
        # a cut that ends on a hyphen loses it: `fe-dev-matching-2021-03-` + `serverlessdeploymentbuck`
        stack = stack[:half].rstrip("-") + "*"
    return stack, _cut(logical_id, min(LOGICAL_ID_KEPT, half))


def _cut(logical_id: str, kept: int) -> str:
    return logical_id if len(logical_id) <= kept else logical_id[:kept] + "*"
