"""Generated names: the pattern must hold every name that CloudFormation can make, also a shortened one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sls_leastpriv.policy.patterns import covers
from sls_leastpriv.resolve.names import generated_name

FORM = "${StackName}-${LogicalId}-*"


def name(stack: str, logical_id: str, limit: int | None = 64, *, lower: bool = False, form: str = FORM) -> str:
    return generated_name(form, stack_name=stack, logical_id=logical_id, limit=limit, lower=lower)


def test_a_short_name_is_exact() -> None:
    assert name("orders-dev", "Jobs") == "orders-dev-Jobs-*"
    assert name("Orders-Dev", "Jobs", 63, lower=True) == "orders-dev-jobs-*"


@pytest.mark.parametrize(
    ("stack", "seen"),
    [
        # published names of deployment buckets
        ("lambda-info-http-endpoint-dev", "lambda-info-http-endpoin-serverlessdeploymentbuck-2u8uz2i7cap2"),
        ("foreign-currency-trade-data-dev", "foreign-currency-trade-d-serverlessdeploymentbuck-hqoo7u3wymd1"),
        ("fe-dev-matching-2021-03-dev", "fe-dev-matching-2021-03-serverlessdeploymentbuck-1ooef0cg8h3vq"),
        ("notification-service-dev", "notification-service-dev-serverlessdeploymentbuck-w65o70jxcvl5"),
    ],
)
def test_a_shortened_name_that_was_seen_is_held(stack: str, seen: str) -> None:
    assert covers(name(stack, "ServerlessDeploymentBucket", 63, lower=True), seen)


LABEL = st.text(alphabet="abcdef", min_size=1, max_size=60)


@given(stack=LABEL, logical_id=LABEL, limit=st.sampled_from([63, 64, 80, 128, 255]), left=st.integers(0, 60))
def test_any_shortening_that_keeps_half_of_the_room_is_held(stack: str, logical_id: str, limit: int, left: int) -> None:
    room = limit - 2 - 13
    if len(stack) + len(logical_id) <= room:
        made = f"{stack}-{logical_id}-1234567890abc"
    else:
        half = room // 2
        cut_stack = stack[: max(half, min(len(stack), left))]
        cut_id = logical_id[: max(half, min(len(logical_id), room - len(cut_stack)))]
        made = f"{cut_stack}-{cut_id}-1234567890abc"
        if len(stack) <= half:
            made = f"{stack}-{cut_id}-1234567890abc"
    assert covers(name(stack, logical_id, limit), made)


@given(stack=LABEL, logical_id=LABEL)
def test_another_stack_of_the_same_length_is_not_held(stack: str, logical_id: str) -> None:
    other = "x" + stack[1:]
    assert not covers(name(stack, logical_id), name(other, logical_id).replace("*", "1"))


def test_a_nested_stack_counts_its_random_part() -> None:
    nested = name("shop-production-eu", "OrdersNestedStack", 128)
    inner = name(nested, "ProcessPaymentFunction")
    assert covers(inner, "shop-production-eu-OrdersNes-ProcessPaymentFunction-A7NZMzdgpQjy") or inner.count("*") >= 2
