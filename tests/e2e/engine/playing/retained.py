"""`DeletionPolicy` and `UpdateReplacePolicy`, which LocalStack ignores: what is to be retained is not deleted.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
"""

from __future__ import annotations


def mend() -> None:
    from localstack.services.cloudformation.engine.v2.change_set_model_executor import ChangeSetModelExecutor
    from localstack.services.cloudformation.resource_provider import OperationStatus, ProgressEvent

    execute = ChangeSetModelExecutor._execute_resource_action

    def unless_retained(self, action, logical_resource_id, *rest, part_of_replacement=False, **named):
        attribute = "UpdateReplacePolicy" if part_of_replacement else "DeletionPolicy"
        if action.value == "Remove" and _policy(self, logical_resource_id, attribute) in _retaining(self):
            return ProgressEvent(OperationStatus.SUCCESS, resource_model={})
        return execute(self, action, logical_resource_id, *rest, part_of_replacement=part_of_replacement, **named)

    ChangeSetModelExecutor._execute_resource_action = unless_retained


def _retaining(executor):
    rolls_back = "ROLLBACK" in executor._change_set.stack.status.value
    return ("Retain",) if rolls_back else ("Retain", "RetainExceptOnCreate")


def _policy(executor, name, attribute):
    """As the deployed template has it, or, for a resource that is new, the one that is being deployed."""
    change = executor._change_set
    for template in (change.stack.processed_template, change.processed_template):
        resource = ((template or {}).get("Resources") or {}).get(name)
        if resource is not None:
            return resource.get(attribute)
    return None
