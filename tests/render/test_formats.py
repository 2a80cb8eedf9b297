"""The formats, taken by what reads them: CloudFormation in an emulator, parsers of HCL and YAML, `terraform fmt` where it is."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import hcl2
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sls_leastpriv.errors import UsageError
from sls_leastpriv.policy.trust import parse_trust, trust_document
from sls_leastpriv.render.hcl import Call, block
from sls_leastpriv.render.yaml_text import yaml_text
from tests.commands.run import STACK, Outcome, run, write
from tests.fixture import ACCOUNT, fixture_names, handoff
from tests.moto_server import Moto, moto_server

GITHUB = ("--trust", "github:acme/orders@main")
SUBJECT = "token.actions.githubusercontent.com:sub"


def generate(name: str, folder: Path, *more: str) -> Outcome:
    outcome = run("generate", "--handoff", handoff(name, folder), "--account", ACCOUNT, *more)
    assert outcome.code == 0, outcome.err
    return outcome


def report_of(name: str, folder: Path, *more: str) -> Any:
    return generate(name, folder, "--format", "report", *more).json()


@pytest.fixture(scope="module")
def moto() -> Iterator[Moto]:
    with moto_server() as server:
        yield server


@pytest.mark.parametrize("name", fixture_names())
def test_yaml_is_the_policy(name: str, tmp_path: Path) -> None:
    assert yaml.safe_load(generate(name, tmp_path, "--format", "yaml").out) == generate(name, tmp_path).json()


@pytest.mark.parametrize("name", fixture_names())
def test_cloudformation_deploys_what_the_report_says(name: str, tmp_path: Path, moto: Moto) -> None:
    moto.reset()
    more = ("--split-role", *GITHUB)
    template = generate(name, tmp_path, "--format", "cloudformation", *more).out
    formation, iam = moto.client("cloudformation"), moto.client("iam")
    formation.create_stack(StackName="access", TemplateBody=template, Capabilities=["CAPABILITY_NAMED_IAM"])
    assert formation.describe_stacks(StackName="access")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"

    report = report_of(name, tmp_path, *more)
    documents = {policy["name"]: policy["document"] for policy in report["policies"]}
    for role in report["roles"]:
        attached = iam.list_attached_role_policies(RoleName=role["name"])["AttachedPolicies"]
        assert sorted(one["PolicyName"] for one in attached) == sorted(role["policies"])
        assert iam.get_role(RoleName=role["name"])["Role"]["AssumeRolePolicyDocument"]["Statement"][0]["Action"].startswith("sts:")
        for one in attached:
            version = iam.get_policy(PolicyArn=one["PolicyArn"])["Policy"]["DefaultVersionId"]
            found = iam.get_policy_version(PolicyArn=one["PolicyArn"], VersionId=version)["PolicyVersion"]["Document"]
            # moto does not encode a document in its answer, and botocore decodes it
            assert found == json.loads(unquote(json.dumps(documents[one["PolicyName"]])))


def terraform_documents(text: str) -> dict[str, Any]:
    """The policies of a configuration by name; what `jsonencode` is given is read as the object that it is."""
    text = re.sub(r"jsonencode\(\{", "{", text)
    text = re.sub(r"^(\s*)\}\)$", r"\1}", text, flags=re.MULTILINE)
    options = hcl2.SerializationOptions(strip_string_quotes=True, explicit_blocks=False, with_comments=False)
    resources = hcl2.loads(text, serialization_options=options)["resource"]
    bodies = [body for one in resources for body in one.get("aws_iam_policy", {}).values()]
    return {body["name"]: json.loads(json.dumps(body["policy"]).replace("$${", "${")) for body in bodies}


@pytest.mark.parametrize("name", fixture_names())
def test_terraform_is_hcl_with_every_policy(name: str, tmp_path: Path) -> None:
    text = generate(name, tmp_path, "--format", "terraform", "--split-role", *GITHUB).out
    report = report_of(name, tmp_path, "--split-role")
    assert terraform_documents(text) == {policy["name"]: policy["document"] for policy in report["policies"]}


@pytest.mark.skipif(shutil.which("terraform") is None, reason="needs terraform on the PATH")
@pytest.mark.parametrize("name", fixture_names())
def test_terraform_fmt_leaves_it_alone(name: str, tmp_path: Path) -> None:
    for more in ((), ("--split-role", *GITHUB)):
        text = generate(name, tmp_path, "--format", "terraform", *more).out
        formatted = subprocess.run(["terraform", "fmt", "-"], input=text, capture_output=True, text=True, check=True)
        assert formatted.stdout == text


def test_cdk_properties_name_the_role_of_each_policy(tmp_path: Path) -> None:
    document = generate("deployment-role", tmp_path, "--format", "cdk", *GITHUB).json()
    held = {policy["managedPolicyName"]: policy["roles"] for policy in document["managedPolicies"]}
    assert held == {"ledger-prod-deployer": ["ledger-prod-deployer"], "ledger-prod-cloudformation": ["cloudformation-ledger"]}
    assert [role["roleName"] for role in document["roles"]] == ["ledger-prod-deployer", "cloudformation-ledger"]
    assert all(policy["policyDocument"]["Version"] == "2012-10-17" for policy in document["managedPolicies"])


def test_a_folder_gets_the_policies_and_the_trust_policies(tmp_path: Path) -> None:
    generate("deployment-role", tmp_path, "--output", str(tmp_path / "out"), *GITHUB)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "cloudformation-ledger-trust.json",
        "ledger-prod-cloudformation.json",
        "ledger-prod-deployer-trust.json",
        "ledger-prod-deployer.json",
        "needs.json",
    ]
    generate("deployment-role", tmp_path, "--output", str(tmp_path / "tf"), "--format", "terraform")
    assert sorted(path.name for path in (tmp_path / "tf").iterdir()) == ["ledger-prod-deployer.tf", "needs.json"]
    generate("deployment-role", tmp_path, "--output", str(tmp_path / "deployer.yml"), "--format", "cloudformation")
    assert (tmp_path / "deployer.yml").read_text("utf-8").startswith("AWSTemplateFormatVersion: '2010-09-09'\n")


def test_a_trust_policy_is_not_left_out_where_the_account_is_not_known(tmp_path: Path) -> None:
    given = ("generate", "--handoff", handoff("http-api", tmp_path), "--output", tmp_path / "out", *GITHUB)
    outcome = run(*given)
    assert (outcome.code, outcome.err.splitlines()[-1]) == (2, "help: give `--account ID`")
    assert not (tmp_path / "out").exists()
    assert run(*given, "--account", ACCOUNT).code == 0


@pytest.mark.parametrize(
    ("ref", "subject", "operator"),
    [
        ("main", "repo:acme/orders:ref:refs/heads/main", "StringEquals"),
        ("release/*", "repo:acme/orders:ref:refs/heads/release/*", "StringLike"),
        ("refs/tags/v*", "repo:acme/orders:ref:refs/tags/v*", "StringLike"),
        ("environment:production", "repo:acme/orders:environment:production", "StringEquals"),
        ("pull_request", "repo:acme/orders:pull_request", "StringEquals"),
    ],
)
def test_github_trust_names_one_subject(ref: str, subject: str, operator: str) -> None:
    document = trust_document(parse_trust(f"github:acme/orders@{ref}"), account=ACCOUNT, partition="aws")
    (statement,) = document["Statement"]
    assert statement["Condition"][operator][SUBJECT] == subject
    assert statement["Condition"]["StringEquals"]["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"


@pytest.mark.parametrize(
    "text", ["github:acme/orders", "github:acme@main", "github:*/*@main", "gitlab:a/b@c", "12345", "*", "arn:x"]
)
def test_nobody_is_trusted_by_accident(text: str) -> None:
    with pytest.raises(UsageError):
        parse_trust(text)


def test_an_account_and_a_principal_are_trusted() -> None:
    for text, named in ((ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root"), (f"arn:aws:iam::{ACCOUNT}:user/ci",) * 2):
        assert trust_document(parse_trust(text), account="1", partition="aws")["Statement"][0]["Principal"] == {"AWS": named}


def test_a_format_that_is_not_known_is_refused(tmp_path: Path) -> None:
    template = write(tmp_path / "t.json", {"Resources": {}})
    assert run("generate", "--template", template, *STACK, "--format", "pulumi").code == 2


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=20)


@given(st.recursive(texts, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=8))
def test_yaml_comes_back(document: Any) -> None:
    assert yaml.safe_load(yaml_text(document)) == document


def test_hcl_doubles_what_would_be_a_template() -> None:
    text = block("resource", "aws_iam_policy", "x", body={"policy": Call("jsonencode", {"a": '${aws:PrincipalAccount}%{"'})})
    assert '"$${aws:PrincipalAccount}%%{\\""' in text
