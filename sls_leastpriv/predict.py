"""Project → needs and gaps: walks every subject of the service through the clauses of its entry.

A deploy is a transition: it needs all phases of what the current template holds (a failed create is cleaned up, an update rolls
back, a replacement creates and deletes) and read, update and delete of what the previous template held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import replace
from typing import Any, Final

from sls_leastpriv.bind import BoundResource, BoundStack, EntryOf, Inner
from sls_leastpriv.facts.lookup import Facts
from sls_leastpriv.facts.service import deployment_role, facts_of, plugin_names
from sls_leastpriv.knowledge import load
from sls_leastpriv.knowledge.entry import Clause, Entry
from sls_leastpriv.knowledge.overlay import Overlay, extended
from sls_leastpriv.knowledge.when import evaluate
from sls_leastpriv.model import PHASES, Gap, Need, Phase, Prediction, Principal, Project, Stack, Subject
from sls_leastpriv.nested import nesting, why_not
from sls_leastpriv.plain import plain
from sls_leastpriv.resolve.conditions import Truth
from sls_leastpriv.resolve.strings import read_text
from sls_leastpriv.resolve.values import Value
from sls_leastpriv.retention import retained
from sls_leastpriv.rounds import rounds
from sls_leastpriv.scope import Claim, needs_of
from sls_leastpriv.sdk_calls import entries_of_calls, gap_of_calls
from sls_leastpriv.variables import variable_facts, variable_text

UNKNOWN_PREVIOUS: Final = (
    "what is deployed now is not known: a resource that this deploy drops or renames is deleted by it, and that delete is not in "
    "the policy; give `--previous FILE`, or `--previous none` for a first deploy"
)
STACK_COMMANDS: Final = ("deploy", "remove", "rollback")

PhasesOf = Callable[[BoundResource, Clause], frozenset[Phase]]
"""A resource and a clause of its entry → the phases in which one deploy may make the calls."""

_ALL: Final[frozenset[Phase]] = frozenset(PHASES)
_WITHOUT_CREATE: Final[frozenset[Phase]] = frozenset({"read", "update", "delete"})
_REMOVAL: Final[frozenset[Phase]] = frozenset({"read", "delete"})


def predict(
    project: Project,
    *,
    where: Mapping[str, str] | None = None,
    overlay: Overlay | None = None,
    entry_of: EntryOf = load.resource_entry,
    phases_of: PhasesOf | None = None,
) -> Prediction:
    """All needs and gaps of a project.

    `where` maps logical ids, and the dotted paths of variables, to `file:line`. `overlay` adds the project's own knowledge;
    `entry_of` gives our entry of a resource type; `phases_of` leaves those phases that one deploy runs through.
    """
    return _Prophet(project, where or {}, overlay or Overlay(), entry_of, phases_of).prediction()


class _Prophet:
    """Collects needs and gaps of one project."""

    def __init__(
        self, project: Project, where: Mapping[str, str], overlay: Overlay, entry_of: EntryOf, phases_of: PhasesOf | None
    ) -> None:
        self._project = project
        self._phases_of = phases_of
        self._overlay = overlay
        self._entry_of: EntryOf = lambda type_name: extended(entry_of(type_name), overlay.types.get(type_name, ()))
        self._where = where
        self._read = read_text(project.variables, project.stack)
        self._needs: dict[tuple[Any, ...], Need] = {}
        self._gaps: dict[tuple[Subject, str], Gap] = {}
        self._resource_principal: Principal = "cloudformation" if deployment_role(project) else "deployer"

    def prediction(self) -> Prediction:
        project = self._project
        current = self._bind(project.template, project.stack) if project.template is not None else None
        previous = self._bind(project.previous, project.stack) if project.previous is not None else None
        if any(command in STACK_COMMANDS for command in project.commands):
            self._stacks(current, previous)
        if current is None:
            self._no_template()
        bound = current or previous
        facts = facts_of(project, bound or self._bind({"Resources": {}}, project.stack))
        types = bound.types if bound is not None else frozenset()
        for command in project.commands if project.framework.name != "none" else ():
            own = [entry for entry in self._overlay.commands if command in entry.commands]
            self._entries([*load.command_entries(command), *own], facts, types, Subject("command", command), {command})
        if any(command in STACK_COMMANDS for command in project.commands):
            features = (*load.template_entries(), *self._overlay.features)
            self._entries(features, facts, types, Subject("template", project.stack.name))
        self._plugins(facts, types)
        self._variables(types)
        self._unknown_identity()
        return plain(Prediction(tuple(self._needs.values()), tuple(self._gaps.values())))

    def _bind(self, template: Mapping[str, Any], stack: Stack) -> BoundStack:
        return self._bind_with(template, stack, {}, nesting(self._project.nested, self._bind_with))

    def _bind_with(self, template: Mapping[str, Any], stack: Stack, arguments: Mapping[str, Value], inner: Inner) -> BoundStack:
        return BoundStack(template, stack, entry_of=self._entry_of, read=self._read, arguments=arguments, inner=inner)

    # ------------------------------------------------------------------ resources

    def _stacks(self, current: BoundStack | None, previous: BoundStack | None) -> None:
        deploys = bool({"deploy", "rollback"} & set(self._project.commands))
        if current is not None:
            # what `remove` deletes is what is deployed, which is the current template where no other is known
            self._stack(current, _ALL if deploys else _REMOVAL)
        if previous is not None:
            self._stack(previous, _WITHOUT_CREATE if deploys else _REMOVAL, previous=True)
        self._previous_needs(_WITHOUT_CREATE if deploys else _REMOVAL)
        if "rollback" in self._project.commands:
            self._gap(
                Subject("command", "rollback"),
                "what the older deployment held is not known: a resource that only it held is created again, and that is not in "
                "the policy",
            )
        if not self._project.previous_known:
            self._gap(
                Subject("stack", self._project.stack.name),
                UNKNOWN_PREVIOUS,
            )

    def _no_template(self) -> None:
        """Without a template what the resources of the service need is known from what was deployed last, or not at all."""
        if "deploy" in self._project.commands:
            self._gap(
                Subject("stack", self._project.stack.name),
                "there is no compiled template yet: what its resources need is not known",
            )

    def _previous_needs(self, phases: frozenset[Phase]) -> None:
        """What a report says of the resources that were deployed last; what the Framework itself needs is predicted anew.

        What that report only knew from an earlier one stays, too: whether the deploy between them was made is not known.
        """
        granted = {(one.action, one.resource, one.conditions, one.principal) for one in self._needs.values()}
        for need in self._project.previous_needs:
            subject = need.cause.subject
            known = (need.action, need.resource, need.conditions, self._resource_principal) in granted
            if subject.kind == "resource" and not known and need.phases & phases:
                cause = replace(need.cause, subject=replace(subject, where=None, previous=True))
                self._need(replace(need, principal=self._resource_principal, phases=need.phases & phases, cause=cause))

    def _stack(self, bound: BoundStack, phases: frozenset[Phase], *, previous: bool = False) -> None:
        for resource in bound.resources:
            self._resource(resource, phases, previous=previous)
            if resource.type == "AWS::CloudFormation::Stack":
                self._nested(resource, phases, previous=previous)
        template = Subject("template", bound.stack.name)
        for name in bound.loops:
            self._gap(template, f"`{name}` becomes resources at the deploy; what they need is not known")
        for name in sorted(bound.circular):
            self._gap(template, f"`{name}` refers to itself through other resources, which CloudFormation refuses")
        for name in sorted(bound.intrinsics.unknown_functions):
            self._gap(template, f"`{name}` is a function that is not known; its value is not resolved")

    def _resource(self, resource: BoundResource, phases: frozenset[Phase], *, previous: bool) -> None:
        subject = self._subject(resource, previous=previous)
        entry = resource.entry
        if entry is None:
            self._gap(subject, load.why_unknown(resource.type))
            return
        for gap in entry.gaps:
            if gap.when is None or evaluate(gap.when, resource.find, tags=resource.tagged, types=resource.stack.types) is not False:
                self._gap(subject, gap.reason)
        phases = phases - retained(resource, self._project.commands)
        switched = None if resource.exists else "the resource is under a condition that cannot be decided before the deploy"
        for clause in entry.clauses:
            self._apply(
                clause,
                entry,
                subject,
                phases if self._phases_of is None else phases & self._phases_of(resource, clause),
                resource,
                tags=resource.tagged,
                types=resource.stack.types,
                principal=clause.principal or self._resource_principal,
                assumed=switched,
            )

    def _subject(self, resource: BoundResource, *, previous: bool) -> Subject:
        where = None if previous else self._where.get(resource.logical_id)
        return Subject("resource", resource.logical_id, resource.type, where, previous)

    def _nested(self, resource: BoundResource, phases: frozenset[Phase], *, previous: bool) -> None:
        if resource.inner is None:
            subject = self._subject(resource, previous=previous)
            self._gap(subject, f"{why_not(resource, self._project.nested)}: what its resources need is not known")
            return
        self._stack(resource.inner, phases, previous=previous)

    # ------------------------------------------------------------------ Framework, template, variables

    def _entries(
        self, entries: Iterable[Entry], facts: Facts, types: frozenset[str], subject: Subject, commands: Set[str] | None = None
    ) -> None:
        """What these entries say of the commands; of all that the deployer runs, where an entry is not a command's own."""
        framework = str(self._project.framework)
        chosen = commands or set(self._project.commands)
        for entry in entries:
            if entry.frameworks and framework not in entry.frameworks:
                continue
            for gap in entry.gaps:
                if gap.when is None or evaluate(gap.when, facts.find, tags=None, types=types) is not False:
                    self._gap(subject, gap.reason)
            for clause in entry.clauses:
                if clause.frameworks and framework not in clause.frameworks:
                    continue
                if clause.commands and not set(clause.commands) & chosen:
                    continue
                principal = clause.principal or "deployer"
                if principal == "cloudformation":
                    principal = self._resource_principal
                self._apply(
                    clause,
                    entry,
                    subject,
                    _ALL,
                    facts,
                    tags=bool(self._project.stack.tags),
                    types=types,
                    principal=principal,
                    assumed=None,
                )

    def _plugins(self, facts: Facts, types: frozenset[str]) -> None:
        if self._project.framework.name == "none":
            return
        for name in plugin_names(self._project.config):
            subject = Subject("plugin", name, None, self._where.get(f"plugins.{name}"))
            entry = extended(load.plugin_entry(name), self._overlay.plugins.get(name, ()))
            if entry is None:
                self._unknown_plugin(subject, facts, types)
                continue
            self._entries([entry], facts, types, subject)

    def _unknown_plugin(self, subject: Subject, facts: Facts, types: frozenset[str]) -> None:
        scanned = next((one for one in self._project.scanned if one.name == subject.name), None)
        if scanned is None:
            self._gap(subject, "nothing is known about this plugin: if it calls AWS itself, what it needs is not in the policy")
            return
        for where, entry in entries_of_calls(scanned):
            self._entries([entry], facts, types, replace(subject, where=where))
        self._gap(subject, gap_of_calls(scanned))

    def _variables(self, types: frozenset[str]) -> None:
        entries = {entry.key: entry for entry in load.variable_entries()}
        for variable in self._project.variables:
            subject = Subject("variable", variable_text(variable), None, self._where.get(".".join(variable.path)))
            entry = extended(entries.get(variable.source), self._overlay.variables.get(variable.source, ()))
            if entry is None:
                self._gap(subject, "what resolving this variable asks of AWS is not known")
                continue
            facts = variable_facts(variable, self._project.stack, self._read)
            self._entries([entry], facts, types, subject)

    def _unknown_identity(self) -> None:
        stack = self._project.stack
        if stack.account is None:
            self._gap(
                Subject("stack", stack.name),
                "the account is not known: ARNs hold `*` for it, and a condition keeps them inside the deployer's own account; "
                "give `--account ID`",
            )
        if stack.region is None:
            self._gap(Subject("stack", stack.name), "the region is not known: ARNs hold `*` for it; give `--region NAME`")

    # ------------------------------------------------------------------ one clause

    def _apply(
        self,
        clause: Clause,
        entry: Entry,
        subject: Subject,
        phases: frozenset[Phase],
        about: BoundResource | Facts,
        *,
        tags: Truth,
        types: frozenset[str],
        principal: Principal,
        assumed: str | None,
    ) -> None:
        for item in rounds(clause, about):
            truth: Truth = True
            if clause.when is not None:
                truth = evaluate(clause.when, item.find, tags=tags, types=types)
            if truth is False:
                continue
            undecided = "whether this applies depends on a value that only the deploy knows" if truth is None else assumed
            claim = Claim(clause, subject, principal, phases, item.lookup, entry.arns, undecided)
            for need in needs_of(claim):
                self._need(need)

    def _need(self, need: Need) -> None:
        """Keeps a need, once for each reason; what the previous template asks for too, only once."""
        subject = need.cause.subject
        key = (
            need.action,
            need.resource,
            need.conditions,
            need.principal,
            need.cause.why,
            subject.kind,
            subject.name,
            subject.type,
        )
        known = self._needs.get(key)
        if known is not None:
            need = replace(known, phases=need.phases | known.phases) if not need.phases <= known.phases else known
        self._needs[key] = need

    def _gap(self, subject: Subject, reason: str) -> None:
        self._gaps.setdefault((subject, reason), Gap(subject, reason))
