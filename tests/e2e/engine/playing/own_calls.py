"""What CloudFormation calls goes to the proxy, and says for which resource it is."""

from __future__ import annotations

import re
import threading
from urllib.parse import unquote

HEADER = "x-leastpriv-resource"
EMULATOR = "emulator"
"""Said of calls that are LocalStack's own idea."""

# By the permissions in the registry schemas CloudFormation's handlers read by other actions, and do not switch a key to what it is.
# The targets of a rule they do list, but LocalStack does not name the rule's bus.
OWN_IDEAS = {
    ("AWS::KMS::Key", "DisableKeyRotation"),
    ("AWS::KMS::Key", "EnableKey"),
    ("AWS::Kinesis::Stream", "DescribeStream"),
    ("AWS::SSM::Parameter", "GetParameter"),
    ("AWS::Events::Rule", "ListTargetsByRule"),
}
BUCKET_URL = re.compile(
    r"https://(?:s3[.-]?[a-z0-9-]*\.amazonaws\.com/(?P<path>[^/]+)|(?P<host>[^/]+?)\.s3[.-]?[a-z0-9-]*\.amazonaws\.com)/(?P<key>.+)"
)
current = threading.local()


def mend(proxy: str, account: str) -> None:
    """Before LocalStack's own services are loaded."""
    _one_account(account)
    _calls_go_to(proxy)
    _calls_say_for_what()
    _templates_come_from_buckets()


def _one_account(account: str) -> None:
    import localstack.constants as constants

    constants.DEFAULT_AWS_ACCOUNT_ID = account
    import localstack.aws.accounts as accounts

    accounts.DEFAULT_AWS_ACCOUNT_ID = account
    accounts.get_account_id_from_access_key_id = lambda _key: account


def _calls_go_to(proxy: str) -> None:
    import localstack.aws.connect as connect

    connect.get_service_endpoint = lambda: proxy
    # buckets are named in the path then
    connect.get_s3_hostname = lambda: "127.0.0.1"


def _calls_say_for_what() -> None:
    import localstack.aws.connect as connect
    import localstack.services.cloudformation.resource_provider as providers

    executor = providers.ResourceProviderExecutor
    execute = executor.execute_action

    def named(self, provider, payload):
        request = payload["requestData"]
        current.resource = f"{payload['resourceType']} {request['logicalResourceId']} {payload['action']}"
        try:
            return execute(self, provider, payload)
        finally:
            current.resource = None

    executor.execute_action = named

    def say(params, model, **_):
        resource = getattr(current, "resource", None) or "engine"
        params["headers"][HEADER] = EMULATOR if (resource.split()[0], model.name) in OWN_IDEAS else resource

    for factory in (connect.InternalClientFactory, providers.ConvertingInternalClientFactory):
        factory._get_client_post_hook = _then(factory._get_client_post_hook, say)


def _then(hook, say):
    def both(self, client):
        client = hook(self, client)
        client.meta.events.register("before-call.*.*", say)
        return client

    return both


def _templates_come_from_buckets() -> None:
    """LocalStack looks for them in an S3 of its own."""
    import localstack.aws.connect as connect
    import localstack.services.cloudformation.api_utils as api
    import localstack.services.cloudformation.provider as first
    import localstack.services.cloudformation.v2.provider as second

    def body(request):
        if request.get("TemplateBody"):
            return request["TemplateBody"]
        found = BUCKET_URL.match(request.get("TemplateURL") or "")
        if found is None:
            raise ValueError("the template is neither given nor in a bucket")
        bucket, key = found["path"] or found["host"], unquote(found["key"])
        current.resource = "template"
        try:
            s3 = connect.connect_to(region_name="us-east-1").s3
            return s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
        finally:
            current.resource = None

    for module in (api, first.api_utils, second):
        module.get_template_body = body
