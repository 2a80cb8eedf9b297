"""What an entry of a command, of a plugin or of templates says cannot be known reaches the user."""

from __future__ import annotations

from typing import Any

import pytest

from tests.project import predicted

TRUST = "the deployment role must also trust lambda.amazonaws.com"
ENCRYPTION = "whether the deployment bucket encrypts what is uploaded with a key of its own is not known"
SCRIPTS = "`custom.scripts.hooks` runs shell commands of yours"


def reasons(config: dict[str, Any], resources: dict[str, Any] | None = None, **more: Any) -> list[tuple[str, str]]:
    prediction = predicted(resources, config=config, framework="osls@3", **more)
    return [(gap.subject.kind, gap.reason) for gap in prediction.gaps]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"provider": {"deploymentBucket": "artifacts"}}, True),
        ({"provider": {"deploymentBucket": {"name": "artifacts", "serverSideEncryption": "AES256"}}}, False),
        ({}, False),
    ],
)
def test_of_a_command(config: dict[str, Any], expected: bool) -> None:
    assert any(reason.startswith(ENCRYPTION) for kind, reason in reasons(config) if kind == "command") == expected


def test_of_a_command_that_is_not_run() -> None:
    assert not reasons({"provider": {"deploymentBucket": "artifacts"}}, commands=("info",))


@pytest.mark.parametrize("role", ["arn:aws:iam::111111111111:role/cloudformation", None])
def test_of_a_template(role: str | None) -> None:
    token = "arn:aws:lambda:us-east-1:111111111111:function:orders-dev-custom-resource-apigw-cw-role"
    resources = {"Account": {"Type": "Custom::ApiGatewayAccountRole", "Properties": {"ServiceToken": token}}}
    found = reasons({"provider": {"iam": {"deploymentRole": role}}}, resources)
    assert any(reason.startswith(TRUST) for kind, reason in found if kind == "template") == (role is not None)


def test_of_a_plugin() -> None:
    config = {"plugins": ["serverless-plugin-scripts"], "custom": {"scripts": {"hooks": {"deploy:deploy": "./notify.sh"}}}}
    assert any(reason.startswith(SCRIPTS) for kind, reason in reasons(config) if kind == "plugin")
