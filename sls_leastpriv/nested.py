"""Nested stacks: the template of each among those at hand, and the stack that CloudFormation makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any, Final

from sls_leastpriv.bind import BoundResource, BoundStack, Inner
from sls_leastpriv.knowledge import load
from sls_leastpriv.model import Project, Stack
from sls_leastpriv.resolve.strings import read_text
from sls_leastpriv.resolve.values import Text, Unresolved, Value, pattern

Bind = Callable[[Mapping[str, Any], Stack, Mapping[str, Value], Inner], BoundStack]
"""A template, its stack, the values of its parameters, and the stacks nested in it → the bound stack."""

MAX_NESTING: Final = 8
MAX_STACKS: Final = 500
"""As many as a template has resources at most; few enough for an answer in seconds:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""


def nested_template(resource: BoundResource, nested: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The template that a nested stack's `TemplateURL` names, by the last part of its path."""
    url = resource.value_of("TemplateURL")
    last = url.parts[-1] if isinstance(url, Text) else url
    if isinstance(last, Unresolved) or not isinstance(last, str):
        return None
    return nested.get(last.rsplit("/", 1)[-1])


def nesting(nested: Mapping[str, Mapping[str, Any]], bind: Bind) -> Inner:
    """The stacks of the templates at hand, by their resources; none deeper than `MAX_NESTING`, and `MAX_STACKS` in all."""
    return _level(nested, bind, 0, count())


def _level(nested: Mapping[str, Mapping[str, Any]], bind: Bind, depth: int, stacks: Iterator[int]) -> Inner:
    def inner(resource: BoundResource) -> BoundStack | None:
        template = nested_template(resource, nested) if depth < MAX_NESTING else None
        if template is None or next(stacks) >= MAX_STACKS:
            return None
        parent = resource.stack.stack
        stack = Stack(
            name=pattern(resource.name),
            region=parent.region,
            account=parent.account,
            partition=parent.partition,
            tags=parent.tags,
        )
        arguments = resource.value_of("Parameters")
        return bind(template, stack, arguments if isinstance(arguments, Mapping) else {}, _level(nested, bind, depth + 1, stacks))

    return inner


def why_not(resource: BoundResource, nested: Mapping[str, Mapping[str, Any]]) -> str:
    """Why a nested stack is not looked into."""
    if nested_template(resource, nested) is None:
        return "the template of this nested stack is not at hand"
    return f"no more than {MAX_STACKS:,} nested stacks are looked into, and {MAX_NESTING} levels"


def bound_stacks(project: Project, template: Mapping[str, Any]) -> Iterator[BoundStack]:
    """The stack of a template of the project, and the stacks nested in it whose templates are at hand."""
    read = read_text(project.variables, project.stack)

    def bind(template: Mapping[str, Any], stack: Stack, arguments: Mapping[str, Value], inner: Inner) -> BoundStack:
        return BoundStack(template, stack, entry_of=load.resource_entry, read=read, arguments=arguments, inner=inner)

    def walk(bound: BoundStack) -> Iterator[BoundStack]:
        yield bound
        for resource in bound.resources:
            if resource.inner is not None:
                yield from walk(resource.inner)

    return walk(bind(template, project.stack, {}, nesting(project.nested, bind)))
