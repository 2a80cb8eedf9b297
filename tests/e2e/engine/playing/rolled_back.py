"""What CloudFormation does when a resource fails, and LocalStack does not: what was created is deleted again, and what was updated
gets its properties back, last first; the stack is what it was. A stack of which something could not be deleted is not deleted.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html

What a resource that failed has left behind itself is not deleted, as LocalStack forgets it.
"""

from __future__ import annotations

import threading
from typing import NamedTuple

event_of = threading.local()


class Done(NamedTuple):
    """A step that has succeeded: the properties that it found, and those that it made."""

    name: str
    type: str
    before: object
    after: object


def mend() -> None:
    from localstack.services.cloudformation.engine.v2.change_set_model_executor import ChangeSetModelExecutor
    from localstack.services.cloudformation.v2.entities import Stack

    act, execute = ChangeSetModelExecutor._execute_resource_action, ChangeSetModelExecutor.execute

    def noting(self, action, logical_resource_id, resource_type, before_properties, after_properties, **named):
        event = act(self, action, logical_resource_id, resource_type, before_properties, after_properties, **named)
        if event.status.name == "SUCCESS" and action.value in ("Add", "Modify"):
            _steps(self).append(Done(logical_resource_id, resource_type, before_properties, event.resource_model))
        return event

    def or_back(self):
        process = self.process

        def undone_on_failure():
            try:
                process()
            except Exception:
                if self._change_set.stack.status.value != "DELETE_IN_PROGRESS":
                    _roll_back(self, act)
                raise

        self.process = undone_on_failure
        result = execute(self)
        change = self._change_set
        if change.stack.status.value == "DELETE_IN_PROGRESS":
            if failed := _failed(result.resources):
                raise RuntimeError(f"could not be deleted: {failed}")
        elif not result.failure_message:
            # UpdateStack would leave the one before
            change.stack.processed_template = change.processed_template
        else:
            if _is_update(change):
                _is_what_it_was(change)
            if change.execution_status.value == "AVAILABLE":
                # CreateStack and UpdateStack, which have no change set, take what comes back for a success
                _keeps_its_status(change.stack)
                raise RuntimeError(result.failure_message)
        return result

    ChangeSetModelExecutor._process_event = _of_the_resource_alone(ChangeSetModelExecutor._process_event)
    Stack.set_stack_status = _unless_of_a_resource(Stack.set_stack_status)
    ChangeSetModelExecutor._execute_resource_action = noting
    ChangeSetModelExecutor.execute = or_back


def _keeps_its_status(stack) -> None:
    set_status = stack.set_stack_status

    def once(*_):
        stack.set_stack_status = set_status

    stack.set_stack_status = once


def _of_the_resource_alone(process_event):
    """A failure of a resource would be the end of its stack, with more to come."""

    def process(self, **event):
        event_of.resource = True
        try:
            process_event(self, **event)
        finally:
            event_of.resource = False

    return process


def _unless_of_a_resource(set_status):
    def unless_of_a_resource(self, *arguments, **named):
        if not getattr(event_of, "resource", False):
            set_status(self, *arguments, **named)

    return unless_of_a_resource


def _failed(resources) -> list[str]:
    return [name for name, resource in resources.items() if str(resource.get("ResourceStatus")).endswith("DELETE_FAILED")]


def _is_update(change) -> bool:
    return bool(change.stack.resolved_resources)


def _steps(executor) -> list[Done]:
    if not hasattr(executor, "_done"):
        executor._done = []
    return executor._done


def _roll_back(executor, act) -> None:
    from localstack.aws.api.cloudformation import ChangeAction, StackStatus
    from localstack.services.cloudformation.engine.v2.change_set_model_preproc import PreprocProperties

    change = executor._change_set
    whole = "UPDATE_ROLLBACK" if _is_update(change) else "ROLLBACK"
    change.stack.set_stack_status(StackStatus(f"{whole}_IN_PROGRESS"))
    # deletions are the last thing that a deploy does, and this one does not come to that
    executor._deferred_actions.clear()
    for step in reversed(_steps(executor)):
        after = PreprocProperties(properties=step.after)
        if step.before is None:
            act(executor, ChangeAction.Remove, step.name, step.type, after, None)
        else:
            act(executor, ChangeAction.Modify, step.name, step.type, after, step.before)
    executor.resources.clear()
    executor.resources.update(change.stack.resolved_resources)


def _is_what_it_was(change) -> None:
    """The provider goes on to take over the change set's template, and says ROLLBACK_COMPLETE, which is for new stacks."""
    from localstack.aws.api.cloudformation import StackStatus

    stack = change.stack
    change.template, change.processed_template = stack.template, stack.processed_template
    change.template_body, change.resolved_parameters = stack.template_body, stack.resolved_parameters
    stack.set_stack_status(StackStatus.UPDATE_ROLLBACK_COMPLETE)
