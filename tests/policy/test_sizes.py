"""Merging, factoring, splitting and widening: what is written stays what was asked for, fits, and hardly moves."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sls_leastpriv.model import Cause, Condition, Need, Subject
from sls_leastpriv.policy.document import policy_document
from sls_leastpriv.policy.factor import factor
from sls_leastpriv.policy.merge import merge
from sls_leastpriv.policy.size import MANAGED_POLICY, characters
from sls_leastpriv.policy.split import NAME_LIMIT, policy_name, split
from sls_leastpriv.policy.widen import widen, widenings
from tests.commands.run import STACK, run, write
from tests.fixture import ACCOUNT, handoff

ARN = "arn:aws:{}:us-east-1:111111111111:{}"


def need(action: str, resource: str, *conditions: Condition) -> Need:
    cause = Cause(Subject("resource", "Example"), "a reason", "https://example.com")
    return Need(action, resource, "deployer", frozenset({"create"}), cause, conditions)


def cells(rectangles: object) -> list[tuple[str, str]]:
    return sorted(cell for actions, resources in rectangles for cell in product(actions, resources))  # type: ignore[attr-defined]


names = st.sampled_from([f"{'x' * size}{size}" for size in range(3, 60, 7)])
grids = st.lists(st.tuples(st.frozensets(names, min_size=1), st.frozensets(names, min_size=1)), max_size=8)


@given(grids)
def test_factoring_keeps_every_cell(rectangles: list[tuple[frozenset[str], frozenset[str]]]) -> None:
    assert set(cells(factor(rectangles))) == set(cells(rectangles))


def test_what_two_statements_share_is_named_once() -> None:
    shared = [ARN.format("lambda", f"function:orders-dev-{number}") for number in range(9)]
    needs = [need("lambda:GetFunction", one) for one in shared] + [need("lambda:GetPolicy", one) for one in [*shared, "other"]]
    statements = merge(needs)
    assert [(one.actions, one.resources) for one in statements] == [
        (("lambda:GetFunction", "lambda:GetPolicy"), tuple(shared)),
        (("lambda:GetPolicy",), ("other",)),
    ]


def needs_of(services: dict[str, int], actions: int = 3) -> list[Need]:
    return [
        need(f"{service}:Act{action}", ARN.format(service, f"thing/orders-dev-{number:04d}"))
        for service, count in services.items()
        for number in range(count)
        for action in range(actions)
    ]


sizes = st.dictionaries(
    st.sampled_from(["lambda", "s3", "iam", "logs", "apigateway", "sqs", "ec2"]), st.integers(1, 90), min_size=1, max_size=5
)


@settings(deadline=None, max_examples=40)
@given(sizes)
def test_every_part_fits_and_they_grant_what_the_whole_grants(services: dict[str, int]) -> None:
    statements = merge(needs_of(services))
    parts = split("orders-dev-deployer", "deployer", statements)
    assert all(characters(policy_document(part.statements)) <= MANAGED_POLICY for part in parts)
    assert len({part.name for part in parts}) == len(parts)
    whole = cells((one.actions, one.resources) for one in statements)
    assert set(cells((one.actions, one.resources) for part in parts for one in part.statements)) == set(whole)


def documents(services: dict[str, int]) -> dict[str, str]:
    parts = split("orders-dev-deployer", "deployer", merge(needs_of(services)))
    return {part.name: json.dumps(policy_document(part.statements)) for part in parts}


def test_a_small_change_changes_one_policy_only() -> None:
    services = {"lambda": 40, "s3": 30, "iam": 20, "sqs": 60, "logs": 30, "apigateway": 30}
    before = documents(services)
    assert len(before) > 3
    for service in services:
        after = documents({**services, service: services[service] + 1})
        assert len({name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}) == 1, service


def test_a_branch_that_outgrows_its_policy_leaves_the_others_alone() -> None:
    before, after = (documents({"lambda": count, "s3": 20, "iam": 20, "logs": 20}) for count in (60, 240))
    assert "orders-dev-deployer-lambda-00" in after
    assert {name for name in before if name in after and before[name] == after[name]} == {"orders-dev-deployer-base"}


def test_more_policies_than_may_be_attached_are_packed_tightly() -> None:
    services = dict.fromkeys(("lambda", "events", "scheduler", "pipes", "states", "iam", "kms", "s3", "ecr", "sqs", "sns"), 56)
    parts = documents(services)
    assert len(parts) <= 10
    assert list(parts) == [f"orders-dev-deployer-{number}" for number in range(1, len(parts) + 1)]


def test_a_condition_that_is_too_large_is_cut_by_its_values() -> None:
    functions = [ARN.format("lambda", f"function:orders-dev-{number:04d}") for number in range(300)]
    mapping = ARN.format("lambda", "event-source-mapping:*")
    needs = [need("lambda:CreateEvent", mapping, Condition("StringEquals", "lambda:FunctionArn", (one,))) for one in functions]
    parts = split("orders-dev-deployer", "deployer", merge(needs))
    assert all(characters(policy_document(part.statements)) <= MANAGED_POLICY for part in parts)
    written = [value for part in parts for one in part.statements for condition in one.conditions for value in condition.values]
    assert sorted(written) == functions
    assert sorted(one.conditions for part in parts for statement in part.statements for one in statement.needs) == sorted(
        one.conditions for one in needs
    )


def test_a_name_that_is_too_long_is_shortened_and_stays_its_own() -> None:
    names = [policy_name(f"{'n' * 140}{tail}-deployer", suffix) for tail in ("a", "b") for suffix in ("", "base")]
    assert [len(name) for name in names] == [NAME_LIMIT] * 4
    assert len(set(names)) == 4


def test_widening_only_where_it_must_and_all_of_it_is_said() -> None:
    needs = needs_of({"lambda": 40}, actions=2)
    exact = widen(needs, ("orders-dev",), lambda _: True)
    assert widenings(exact, needs) == ()
    wide = widen(needs, ("orders-dev",), lambda statements: characters(policy_document(statements)) < 400)
    (said,) = widenings(wide, needs)
    assert said.resources == (ARN.format("lambda", "thing/orders-dev-*"),)
    assert said.actions == ("lambda:Act0", "lambda:Act1")
    assert len(said.instead_of) == 40


def test_iam_foreign_names_and_conditions_are_never_widened() -> None:
    foreign = [need("lambda:GetLayerVersion", ARN.format("lambda", f"layer:theirs-{number}:1")) for number in range(9)]
    needs = [*needs_of({"iam": 40}), *foreign, need("sqs:SendMessage", "*")]
    assert widen(needs, ("orders-dev",), lambda _: False) == merge(needs)


@pytest.mark.parametrize("fit", [(), ("1",), ("user",)])
def test_fit_lists_each_widening_or_says_that_it_cannot(fit: tuple[str, ...], tmp_path: Path) -> None:
    given = ("generate", "--handoff", handoff("rest-api", tmp_path), "--account", ACCOUNT, "--format", "report")
    outcome = run(*given, "--fit", *fit)
    report = outcome.json()
    assert report["widenings"]
    assert outcome.err.count("\nwidened: ") == len(report["widenings"])
    assert all("iam:" not in action for one in report["widenings"] for action in one["actions"])
    if fit == ("user",):
        assert outcome.code == 1
        assert "\norders-dev-deployer: does not fit inline into a user, and nothing is left that may be widened\n" in outcome.err
    else:
        assert outcome.code == 0
        assert len(report["policies"]) == 1
        assert "fits one managed policy" in outcome.err


def test_fit_refuses_what_is_no_place(tmp_path: Path) -> None:
    template = write(tmp_path / "t.json", {"Resources": {}})
    outcome = run("generate", "--template", template, *STACK, "--fit", "11")
    assert (outcome.code, outcome.err) == (2, "error: `11` is nothing that a policy can fit\nhelp: 1 to 10, user, group or role\n")
