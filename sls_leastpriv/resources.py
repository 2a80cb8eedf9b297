"""What a template declares as resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def resources_of(template: Mapping[str, Any] | None) -> dict[str, Mapping[str, Any]]:
    """Logical id → body; none where there is no template.

    `Fn::ForEach::…` among them is left out: its body is a list, and what it becomes only CloudFormation knows
    (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html).
    """
    declared = (template or {}).get("Resources", {})
    return {logical_id: body for logical_id, body in declared.items() if not logical_id.startswith("Fn::")}
