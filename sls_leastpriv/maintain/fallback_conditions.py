"""When a permission of another service is needed at all, by the schema's properties: the fallback's few conditions.

Only where its absence says something. A VPC configuration that is not given puts nothing into a VPC; subnets at the top of a type
are no such case, for a service may take those of the default VPC instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sls_leastpriv.knowledge.when import Expression

_NETWORK: Final = re.compile(
    r"ec2:(?:Describe(?:Subnets|SecurityGroups|Vpcs|VpcAttribute|NetworkInterfaces|DhcpOptions|RouteTables|AvailabilityZones)"
    r"|(?:Create|Delete|Modify|Attach|Detach|Describe)NetworkInterface\w*)"
)
_DELIVERY: Final = re.compile(r"logs:(?:\w*LogDelivery\w*|\w*LogDeliveries|\w*ResourcePolic\w+|DescribeLogGroups)")
_LOGGING: Final = re.compile(r"Log(?:s|ging|Delivery|Publishing|Config\w*|Status|Destination)")


def follows(action: str, record: Mapping[str, Any]) -> Expression | None:
    """The condition of an action of another service: one of the properties that it is for is set. None: always."""
    if _NETWORK.fullmatch(action):
        paths = [*record.get("subnets", ()), *record.get("securityGroups", ())]
        inside = {path.split(".")[0] for path in paths if "." in path.removesuffix(".*")}
        return _any_set(inside if len(inside) == len({path.split(".")[0] for path in paths}) else ())
    if _DELIVERY.fullmatch(action):
        return _any_set(name for name in record.get("properties", {}) if _LOGGING.search(name))
    if action in ("kms:ListAliases", "kms:ListKeys"):
        return _any_set(record.get("keys", ()))
    return None


def _any_set(paths: Iterable[str]) -> Expression | None:
    tests = tuple(("set", tuple(path.split("."))) for path in sorted(paths))
    return None if not tests else tests[0] if len(tests) == 1 else ("or", *tests)
