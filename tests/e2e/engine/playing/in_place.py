"""A resource is replaced when one of its fixed properties changes; LocalStack replaces it too when what such a property refers to
is updated.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
"""

from __future__ import annotations


def mend() -> None:
    from localstack.services.cloudformation.engine.v2.change_set_model_executor import ChangeSetModelExecutor

    change = ChangeSetModelExecutor._execute_resource_change

    def unless_fixed_ones_change(self, name, before, after):
        if getattr(before, "properties", None) and getattr(after, "requires_replacement", False):
            provider = self.resource_provider_executor.try_load_resource_provider(after.resource_type)
            fixed = {path.split("/")[2] for path in provider.SCHEMA.get("createOnlyProperties", ())}
            after.requires_replacement = any(_of(before, one) != _of(after, one) for one in fixed)
        return change(self, name, before, after)

    ChangeSetModelExecutor._execute_resource_change = unless_fixed_ones_change


def _of(resource, name):
    return resource.properties.properties.get(name)
