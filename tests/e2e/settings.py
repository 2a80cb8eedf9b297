"""What services find in AWS, and on the machine, before they are deployed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.e2e.loop.running_moto import Moto

MANIFEST = {
    "schemaVersion": 2,
    "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
    "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "size": 1, "digest": f"sha256:{'a' * 64}"},
    "layers": [],
}

# refuses to push until it has logged in, as docker does
DOCKER = f"""#!/bin/sh
case "$1" in
  login) touch "$HOME/.logged-in";;
  push) [ -e "$HOME/.logged-in" ] || {{ echo 'no basic auth credentials' >&2; exit 1; }}
        echo 'latest: digest: sha256:{"b" * 64} size: 1';;
esac
"""


def nothing(_: Moto, __: Path) -> None:
    """An empty account."""


def artifacts_bucket(moto: Moto, _: Path) -> None:
    """A bucket that is named by `deploymentBucket`."""
    region = {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}
    moto.client("s3", "eu-west-1").create_bucket(Bucket="artifacts", **region)


def images(moto: Moto, service: Path) -> None:
    """An image in a repository of somebody else, and a docker that does as if."""
    ecr = moto.client("ecr", "us-east-1")
    ecr.create_repository(repositoryName="printers")
    ecr.put_image(repositoryName="printers", imageManifest=json.dumps(MANIFEST), imageTag="latest")
    docker = service.parent / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text(DOCKER, "utf-8")
    docker.chmod(0o755)


def rest_api(moto: Moto, service: Path) -> None:
    """A REST API of another stack, which the service names."""
    gateway = moto.client("apigateway", "us-east-1")
    api = gateway.create_rest_api(name="shared")["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    file = service / "serverless.yml"
    file.write_text(file.read_text("utf-8").replace("REST_API", api).replace("REST_ROOT", root), "utf-8")


def deployments_bucket(moto: Moto, _: Path) -> None:
    """The bucket and the key of `deployment-role`."""
    moto.client("s3", "us-east-1").create_bucket(Bucket="corporate-deployments")


def topic(moto: Moto, _: Path) -> None:
    """The topic of `notificationArns`."""
    moto.client("sns", "us-east-1").create_topic(Name="deployments")


def existing_bucket(moto: Moto, _: Path) -> None:
    """The bucket of `existing: true`, and the topic that another stack has."""
    moto.client("s3", "us-east-1").create_bucket(Bucket="corporate-archive")
    moto.client("sns", "us-east-1").create_topic(Name="corporate-news")


def variables(moto: Moto, service: Path) -> None:
    """What the variables of the fixture `variables` read, and the role that it names; its image is built."""
    images(moto, service)
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    moto.client("iam", "us-east-1").create_role(RoleName="mail-sender", AssumeRolePolicyDocument=json.dumps(trust))
    moto.client("ssm", "us-east-1").put_parameter(Name="/mail/dev/token", Value="none", Type="SecureString")
    moto.client("secretsmanager", "us-east-1").create_secret(Name="mail/dev/smtp", SecretString='{"user": "none"}')
    moto.client("ssm", "us-west-2").put_parameter(Name="/mail/dev/suffix", Value="mails", Type="SecureString")
    s3 = moto.client("s3", "us-east-1")
    s3.create_bucket(Bucket="corporate-settings")
    s3.put_object(Bucket="corporate-settings", Key="mail/owner.txt", Body=b"post")
    _stack(moto, "eu-west-1", "network-dev", {"SubnetA": {"Value": "subnet-1"}})
    _stack(moto, "us-east-1", "security", {"Group": {"Value": "sg-1", "Export": {"Name": "network-sg"}}})


def _stack(moto: Moto, region: str, name: str, outputs: dict[str, Any]) -> None:
    template = {"Resources": {"Any": {"Type": "AWS::SNS::Topic"}}, "Outputs": outputs}
    moto.client("cloudformation", region).create_stack(StackName=name, TemplateBody=json.dumps(template))
