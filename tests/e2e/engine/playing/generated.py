"""Names that CloudFormation generates from the stack's and the resource's, and LocalStack otherwise.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
"""

from __future__ import annotations

import secrets

PROPERTIES = {"AWS::SNS::Topic": "TopicName"}


def mend() -> None:
    from localstack.services.cloudformation.engine.v2.change_set_model_executor import ChangeSetModelExecutor

    make = ChangeSetModelExecutor.create_resource_provider_payload

    def named(self, *args, **kwargs):
        payload = make(self, *args, **kwargs)
        request, name = payload["requestData"], PROPERTIES.get(payload["resourceType"])
        if payload["action"] == "Add" and name is not None:
            stack = self._change_set.stack.stack_name
            generated = {name: f"{stack}-{request['logicalResourceId']}-{secrets.token_hex(6).upper()}"}
            request["resourceProperties"] = generated | request["resourceProperties"]
        return payload

    ChangeSetModelExecutor.create_resource_provider_payload = named
