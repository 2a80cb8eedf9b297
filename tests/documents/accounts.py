"""The AWS accounts that the pages ask, on loopback: `<!-- aws: NAME -->`."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any, Final

from tests.documents.recorded import STACK, a_failing_deploy, a_trail
from tests.documents.scene import Scene
from tests.fixture import FIXTURES
from tests.moto_server import ACCOUNT, moto_server
from tests.stub_aws import stub_aws

USER: Final = "deployer"
LACKS: Final = {"s3:PutObject"}

# a line for each request, which tells nothing
logging.getLogger("werkzeug").setLevel(logging.ERROR)


@contextmanager
def empty(_: Scene) -> Iterator[Mapping[str, str]]:
    """An account in which nothing is, asked by an administrator."""
    with moto_server() as moto:
        yield moto.environment


@contextmanager
def one_action_short(scene: Scene) -> Iterator[Mapping[str, str]]:
    """A user `deployer` holds what the service needs, but for one action, and may read its own policies."""
    with moto_server() as moto:
        iam = moto.client("iam")
        iam.create_user(UserName=USER)
        arn = f"arn:aws:iam::{ACCOUNT}:user/{USER}"
        ended = replace(scene, through_osls=False).run(
            f"sls leastpriv generate --format report --with-check --principal {arn} 2>&-"
        )
        for policy in json.loads(ended.output)["policies"]:
            document = _without(policy["document"], LACKS)
            made = iam.create_policy(PolicyName=policy["name"], PolicyDocument=json.dumps(document))
            iam.attach_user_policy(UserName=USER, PolicyArn=made["Policy"]["Arn"])
        key = iam.create_access_key(UserName=USER)["AccessKey"]
        own = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
        yield {**moto.environment, **own}


@contextmanager
def deployed(scene: Scene) -> Iterator[Mapping[str, str]]:
    """The service's stack is there, as the fixture was packaged."""
    document = json.loads((FIXTURES / scene.fixture / "handoff.json").read_text("utf-8"))
    tags = [{"Key": "STAGE", "Value": "dev"}]
    described = {"StackId": STACK, "StackName": "orders-dev", "StackStatus": "UPDATE_COMPLETE", "Tags": tags}
    template = {"TemplateBody": json.dumps(document["template"]), "StagesAvailable": ["Original", "Processed"]}
    operations: dict[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {
        "DescribeStacks": lambda _: {"Stacks": [described]},
        "GetTemplate": lambda _: template,
    }
    with stub_aws(operations) as stub:
        yield stub.environment


@contextmanager
def by_role(scene: Scene) -> Iterator[Mapping[str, str]]:
    """The service is deployed, and an administrator may assume the role that did it."""
    with moto_server() as moto:
        iam = moto.client("iam")
        trust = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
        iam.create_role(RoleName="deployer", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
        anything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [anything]})
        iam.put_role_policy(RoleName="deployer", PolicyName="anything", PolicyDocument=document)
        ended = replace(scene, aws=moto.environment).run("sls deploy --leastpriv-check off")
        assert ended.code == 0, ended.output
        yield moto.environment


def _without(document: Mapping[str, Any], actions: set[str]) -> dict[str, Any]:
    statements = []
    for statement in document["Statement"]:
        held = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        rest = [action for action in held if action not in actions]
        statements += [{**statement, "Action": rest}] if rest else []
    return {**document, "Statement": statements}


ACCOUNTS: Final[dict[str, Callable[[Scene], AbstractContextManager[Mapping[str, str]]]]] = {
    "empty": empty,
    "a deployer that lacks s3:PutObject": one_action_short,
    "the stack is deployed": deployed,
    "a role `deployer` has deployed": by_role,
    "a deploy that fails": a_failing_deploy,
    "a trail": a_trail,
}
