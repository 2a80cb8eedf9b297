"""Several services under one set of policies, and names that are generalised on request."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sls_leastpriv.policy.patterns import arn_covers
from tests.commands.run import Outcome, run
from tests.fixture import ACCOUNT, FIXTURES

NAMES = ("http-api", "rest-api", "queue-stream-schedule")
GIVEN = ("--framework", "osls@4", "--account", ACCOUNT, "--previous", "none")


@pytest.fixture
def packages(tmp_path: Path) -> dict[str, Path]:
    """The fixtures as folders that the Framework packaged into."""
    found = {}
    for name in NAMES:
        document = json.loads((FIXTURES / name / "handoff.json").read_text("utf-8"))
        folder = tmp_path / name
        folder.mkdir()
        (folder / "cloudformation-template-update-stack.json").write_text(json.dumps(document["template"]), "utf-8")
        (folder / "serverless-state.json").write_text(json.dumps({"service": document["service"]}), "utf-8")
        found[name] = folder
    return found


def generate(*arguments: str | Path) -> Outcome:
    return run("generate", *GIVEN, "--format", "report", *arguments)


def asked(report: Any) -> set[str]:
    return {json.dumps([need["action"], need["resource"], need["conditions"]]) for need in report["needs"]}


def test_the_set_is_the_union_and_says_whose_each_need_is(packages: dict[str, Path]) -> None:
    whole = generate(*(part for folder in packages.values() for part in ("--package", folder))).json()
    stacks = [service["stack"] for service in whole["services"]]
    assert stacks == ["catalogue-dev", "orders-dev", "billing-dev"]
    assert [service["region"] for service in whole["services"]] == ["us-east-1", "eu-west-1", "us-east-1"]
    alone = {folder: generate("--package", folder).json() for folder in packages.values()}
    assert asked(whole) == set().union(*map(asked, alone.values()))
    assert {need["subject"]["stack"] for need in whole["needs"]} == set(stacks)
    for stack, one in zip(stacks, alone.values(), strict=True):
        assert asked({"needs": [need for need in whole["needs"] if need["subject"]["stack"] == stack]}) == asked(one)
    assert all(policy["name"].startswith("catalogue-dev-orders-dev-billing-dev-deployer") for policy in whole["policies"])
    assert "widenings" not in whole


def test_explain_says_of_which_service(packages: dict[str, Path]) -> None:
    given = ("--package", packages["http-api"], "--package", packages["rest-api"])
    said = run("explain", "lambda:CreateFunction", *GIVEN, *given).out
    assert "BrowseLambdaFunction of catalogue-dev (AWS::Lambda::Function): create" in said
    assert "AuthorizeLambdaFunction of orders-dev (AWS::Lambda::Function): create" in said


@pytest.mark.parametrize("wide", [("--stage", "*"), ("--stack-name", "catalogue-*")])
def test_generalised_names_cover_the_exact_ones_and_what_they_add_is_said(wide: tuple[str, str], packages: dict[str, Path]) -> None:
    exact = generate("--package", packages["http-api"]).json()
    outcome = generate("--package", packages["http-api"], *wide)
    general = outcome.json()
    assert "arn:aws:cloudformation:us-east-1:123456789012:stack/catalogue-*/*" in outcome.out
    pairs = {(need["action"], need["resource"]) for need in general["needs"]}
    for need in exact["needs"]:
        assert any(action == need["action"] and arn_covers(resource, need["resource"]) for action, resource in pairs)
    listed = {(action, resource) for one in general["widenings"] for action in one["actions"] for resource in one["resources"]}
    assert listed == pairs - {(need["action"], need["resource"]) for need in exact["needs"]}
    assert outcome.err.count("widened: ") == len(general["widenings"])
    assert all("*" not in policy["name"] for policy in general["policies"])


def test_without_being_asked_nothing_is_generalised(packages: dict[str, Path]) -> None:
    assert "catalogue-*" not in generate("--package", packages["http-api"]).out


def test_what_is_about_one_service_is_refused_for_several(packages: dict[str, Path]) -> None:
    both = ("--package", packages["http-api"], "--package", packages["rest-api"])
    cases = {
        ("generate", "--stack-name", "x"): "`--stack-name` names one stack, and there are several packages",
        ("generate", "--split-role"): "each stack has a CloudFormation role of its own",
        ("check",): "only one service can be named here",
    }
    for (verb, *more), message in cases.items():
        outcome = run(verb, *GIVEN, *both, *more)
        assert (outcome.code, outcome.err.splitlines()[0]) == (2, f"error: {message}")


def with_settings(folder: Path, **settings: Any) -> Path:
    """A package whose configuration has these settings."""
    path = folder / "serverless-state.json"
    state = json.loads(path.read_text("utf-8"))
    state["service"].setdefault("custom", {})["leastpriv"] = settings
    path.write_text(json.dumps(state), "utf-8")
    return folder


def test_stages_and_regions_of_the_settings_are_in_the_same_set(packages: dict[str, Path]) -> None:
    alone = asked(generate("--package", packages["http-api"]).json())
    folder = with_settings(packages["http-api"], stages=["dev", "prod"], regions=["us-east-1", "eu-west-1"])
    outcome = generate("--package", folder)
    whole = outcome.json()
    places = [(one["stack"], one["stage"], one["region"]) for one in whole["services"]]
    assert places == [(f"catalogue-{s}", s, r) for s in ("dev", "prod") for r in ("us-east-1", "eu-west-1")]
    assert alone < asked(whole)
    assert "arn:aws:lambda:eu-west-1:123456789012:function:catalogue-prod-browse" in outcome.out
    assert "widenings" not in whole
    assert "gap: stack `catalogue-prod`: predicted from the configuration of `catalogue-dev`" in outcome.err


def test_a_general_stage_of_the_settings_is_that_of_the_option(packages: dict[str, Path]) -> None:
    option = generate("--package", packages["http-api"], "--stage", "*").json()
    setting = generate("--package", with_settings(packages["http-api"], stages="*")).json()
    assert setting == option


def test_the_baseline_of_several_stages_is_compared_by_its_own_part(packages: dict[str, Path], tmp_path: Path) -> None:
    folder = with_settings(packages["http-api"], stages=["dev", "prod"])
    assert run("generate", *GIVEN, "--package", folder, "--output", tmp_path / "base").code == 0
    outcome = run("diff", *GIVEN, "--package", folder, "--base", tmp_path / "base")
    assert (outcome.code, outcome.out.splitlines()[2:]) == (0, ["no change: both grant the same"])


def test_stages_that_are_no_names_say_nothing(packages: dict[str, Path]) -> None:
    alone = generate("--package", packages["http-api"]).json()
    assert generate("--package", with_settings(packages["http-api"], stages=5, regions=[None])).json() == alone


def test_a_boundary_that_is_not_in_the_set_is_said(packages: dict[str, Path]) -> None:
    folder = with_settings(packages["http-api"], stages=["dev", "prod"])
    assert (
        "gap: stack `catalogue-dev`: the boundary of its roles is not in a set" in generate("--package", folder, "--boundary").err
    )
