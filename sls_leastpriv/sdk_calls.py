"""What a plugin that nobody knows may need: the calls of the AWS SDK in its source, as clauses that are assumed, and one gap.

That a call stands in the source does not say whether a deploy comes there, nor on which resource. So each is granted on the widest
resource of its kind, and says where it was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sls_leastpriv.knowledge.entry import Clause, Entry
from sls_leastpriv.knowledge.sdk import grants_of
from sls_leastpriv.model import CommandLine, Phase, ScannedPlugin, SdkCall

SOURCE: Final = "https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html"

_PHASES: Final[dict[str, Phase]] = {
    "Batch": "read", "Check": "read", "Describe": "read", "Get": "read", "List": "read", "Lookup": "read", "Query": "read",
    "Scan": "read", "Search": "read", "Select": "read", "View": "read",
    "Create": "create", "Delete": "delete", "Drop": "delete",
}  # fmt: skip
_MOST_NAMES: Final = 5


def entries_of_calls(plugin: ScannedPlugin) -> Iterator[tuple[str, Entry]]:
    """For each operation that the plugin calls: where it does first, as `file:line`, and what that needs."""
    for calls in _by_operation(plugin.calls):
        clauses = tuple(_clauses(calls))
        if clauses:
            yield _place(calls[0]), Entry(key=plugin.name, source=SOURCE, clauses=clauses)


def gap_of_calls(plugin: ScannedPlugin) -> str:
    """What the needs of these calls leave open."""
    return "; ".join(["nothing is known about this plugin", *_findings(plugin)])


def _by_operation(calls: Sequence[SdkCall]) -> list[list[SdkCall]]:
    groups: dict[tuple[str, str], list[SdkCall]] = {}
    for call in sorted(calls, key=lambda one: (one.file, one.line)):
        groups.setdefault((call.service, call.operation), []).append(call)
    return [groups[key] for key in sorted(groups)]


def _clauses(calls: Sequence[SdkCall]) -> Iterator[Clause]:
    call = calls[0]
    for grant in grants_of(call.service, call.operation):
        yield Clause(
            actions={_phase(grant.action): (grant.action,)},
            on=grant.resources,
            why=f"the plugin's source calls `{call.operation}` of `{call.service}`",
            source=SOURCE,
            assumed=_assumption(calls, scoped=grant.resources != ("*",)),
        )


def _phase(action: str) -> Phase:
    name = action.partition(":")[2]
    return next((phase for verb, phase in _PHASES.items() if name.startswith(verb)), "update")


def _assumption(calls: Sequence[SdkCall], *, scoped: bool) -> str:
    more = "" if len(calls) == 1 else f" and {_counted(len(calls) - 1, 'more place')}"
    found = f"found in the plugin's source at {_place(calls[0])}{more}"
    return f"{found}; on which resource is not known" if scoped else found


def _findings(plugin: ScannedPlugin) -> Iterator[str]:
    nameless = [call for call in plugin.calls if not grants_of(call.service, call.operation)]
    granted = len(plugin.calls) - len(nameless)
    if granted:
        found = f"{_counted(granted, 'call')} of the AWS SDK {_were(granted)} found in its source and {_are(granted)} granted"
        yield f"{found} on the widest resource of their kind"
    if plugin.unreadable:
        yield f"{plugin.unreadable} {'more cannot be read' if granted else 'that cannot be read were found in its source'}"
    if nameless:
        names = _listed([f"{call.service}.{call.operation}" for call in nameless])
        yield f"no IAM action is known for {names}"
    if plugin.command_lines:
        yield f"it runs {_listed([_run(one) for one in plugin.command_lines])}: what that needs is not in the policy"
    if plugin.packages:
        names = _listed([f"`{name}`" for name in plugin.packages])
        yield f"it uses {names}, built on the AWS SDK: what that calls is not in the policy"
    if plugin.unread_files:
        yield f"{_counted(plugin.unread_files, 'file')} of its source cannot be read"
    if granted:
        yield "roles that these calls pass, and what a stack that they deploy needs, are not in the policy"
    elif not (plugin.unreadable or plugin.command_lines or plugin.packages or plugin.unread_files or nameless):
        yield "no call of the AWS SDK was found in its source"


def _run(one: CommandLine) -> str:
    return f"`{one.command}` at {one.file}:{one.line}"


def _listed(names: Sequence[str]) -> str:
    """Some of them, each once: a source can hold thousands."""
    distinct = sorted(set(names))
    more = len(distinct) - _MOST_NAMES
    return ", ".join(distinct[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _place(call: SdkCall) -> str:
    return f"{call.file}:{call.line}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
