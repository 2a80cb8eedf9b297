"""A stack's tags, which CloudFormation puts on every resource that takes tags, and LocalStack does not.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-console-add-tags.html
"""

from __future__ import annotations


def mend() -> None:
    from localstack.services.cloudformation.engine.v2.change_set_model_executor import ChangeSetModelExecutor

    make = ChangeSetModelExecutor.create_resource_provider_payload

    def tagged(self, *args, **named):
        payload = make(self, *args, **named)
        provider = self.resource_provider_executor.try_load_resource_provider(payload["resourceType"])
        if provider is not None and payload["action"] != "Remove":
            request = payload["requestData"]
            request["resourceProperties"] = _with_tags(request["resourceProperties"], self._change_set.stack.tags, provider.SCHEMA)
        return payload

    ChangeSetModelExecutor.create_resource_provider_payload = tagged


def _with_tags(properties, tags, schema):
    name = schema.get("tagging", {}).get("tagProperty", "/properties/Tags").split("/")[2]
    shape = schema.get("properties", {}).get(name)
    if shape is None or not tags:
        return properties
    own = properties.get(name) or []
    own = own if isinstance(own, dict) else {tag["Key"]: tag["Value"] for tag in own}
    both = {tag["Key"]: tag["Value"] for tag in tags} | own
    is_list = shape.get("type") == "array"
    return properties | {name: [{"Key": key, "Value": value} for key, value in both.items()] if is_list else both}
