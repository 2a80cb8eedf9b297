"""What is deployed now, asked from CloudFormation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sls_leastpriv.check.aws import Aws
from sls_leastpriv.check.failures import Denied, Refused
from sls_leastpriv.errors import AwsError
from sls_leastpriv.read.template import check_template, load_template

_NAME = "the deployed template"


class Deployed(NamedTuple):
    """The template and the tags of a stack."""

    template: Mapping[str, Any]
    tags: Mapping[str, str]


def deployed(aws: Aws, stack_name: str) -> Deployed | None:
    """The deployed stack; None where there is none. AwsError when AWS cannot be asked, ServiceError for a template of no use.

    A stack that is not there is a `ValidationError`:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
    """
    try:
        stacks = aws.call("cloudformation", "describe_stacks", StackName=stack_name).get("Stacks", [])
        if not stacks or stacks[0].get("StackStatus") in ("REVIEW_IN_PROGRESS", "DELETE_COMPLETE"):
            return None
        body = aws.call("cloudformation", "get_template", StackName=stack_name, TemplateStage="Original").get("TemplateBody")
    except Refused:
        return None
    except Denied as error:
        raise AwsError(error.message, help=f"allow `{error.action}` on the stack, or give `--previous FILE`") from None
    template = check_template(dict(body), _NAME) if isinstance(body, Mapping) else load_template(str(body), _NAME)
    return Deployed(template, {tag["Key"]: tag["Value"] for tag in stacks[0].get("Tags", ())})
