"""Denials that the knowledge lacks → clauses of the project's overlay (docs/knowledge.md), each with its evidence."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sls_leastpriv.bind import BoundResource, BoundStack
from sls_leastpriv.knowledge.entry import Entry
from sls_leastpriv.knowledge.published import action_of
from sls_leastpriv.learn.generalise import clause_resource, first_arn
from sls_leastpriv.learn.judge import Verdict
from sls_leastpriv.model import PHASES, Phase, Project

_VERBS: Final[Mapping[str, Phase]] = {
    "Batch": "read", "Check": "read", "Describe": "read", "Get": "read", "Head": "read", "List": "read", "Lookup": "read",
    "Create": "create", "Delete": "delete", "Remove": "delete",
}  # fmt: skip
_ON_ROLES: Final = "iam:PassRole"


@dataclass(frozen=True, slots=True)
class Clause:
    """One `[[need]]` of an overlay: the entry that it belongs to, and its lines."""

    kind: str
    key: str
    text: str

    @property
    def file(self) -> str:
        """The overlay's file for this entry."""
        slug = re.sub(r"[^a-z0-9]+", "-", self.key.lower()).strip("-")
        return f"learned-{slug}.toml" if self.kind != "feature" else "learned-template.toml"

    @property
    def head(self) -> str:
        """The first lines of the entry."""
        return f"# Learned from what AWS denied, or was seen to be asked.\n{self.kind} = {json.dumps(self.key)}\n"


def clause_of(
    verdict: Verdict, project: Project, bound: BoundStack | None, evidence: str, *, said: str = "AWS denied it"
) -> Clause:
    """The clause for a verdict `learned`. `evidence` says where it is known from, `said` what happened.

    It belongs to the resource's type where the message says which resource it is about, else to the command.
    """
    denial = verdict.denial
    about = bound.resource(denial.place.logical_id) if bound is not None and denial.place is not None else None
    phase = denial.place.phase if denial.place is not None else None
    why = f"{said}{_when(phase)}{f' of `{about.logical_id}`' if about is not None else ''}"
    lines = _need(verdict.actions, phase, _on(verdict, project, about), why, evidence, about)
    if about is not None:
        return Clause("type", about.type, lines)
    principal = 'principal = "cloudformation"\n' if verdict.whose == "cloudformation" else ""
    if project.framework.name == "none" and project.template is not None:
        # nobody's commands are predicted then, but what any template asks for
        return Clause("feature", "learned", f"{lines}{principal}")
    command = "deploy" if "deploy" in project.commands or not project.commands else project.commands[0]
    return Clause("command", command, f"{lines}{principal}")


def overlay_files(clauses: Sequence[Clause], before: Mapping[str, str]) -> dict[str, str]:
    """File name → its text: what stands there before, and the clauses that it lacks."""
    files: dict[str, str] = {}
    for clause in clauses:
        text = files.get(clause.file) or before.get(clause.file) or clause.head
        files[clause.file] = text if clause.text in text else f"{text.rstrip()}\n\n{clause.text}"
    return files


def _on(verdict: Verdict, project: Project, about: BoundResource | None) -> str:
    resource = verdict.denial.resource
    if all((record := action_of(action)) is not None and not record["resources"] for action in verdict.actions):
        return "*"
    if resource is None:
        return (first_arn(about) if about is not None else None) or "*"
    return "*" if resource == "*" else clause_resource(resource, project.stack, about)


def _need(actions: Sequence[str], phase: Phase | None, on: str, why: str, evidence: str, about: BoundResource | None) -> str:
    lines = ["[[need]]"]
    phases: dict[Phase, list[str]] = {}
    for action in actions:
        phases.setdefault(phase or phase_of_action(action), []).append(action)
    lines += [f"{one:<6} = {json.dumps(phases[one])}" for one in PHASES if one in phases]
    lines.append(f"on     = {json.dumps(on)}")
    given = _given(about.entry if about is not None else None) if _ON_ROLES in actions else None
    if given is not None:
        lines.append(f"given  = {given}")
    elif _ON_ROLES in actions:
        lines.append('# narrow it: given = { StringEquals = { "iam:PassedToService" = "…" } }')
    lines += [f"why    = {json.dumps(why)}", f"source = {json.dumps(evidence)}"]
    return "\n".join(lines) + "\n"


def _given(entry: Entry | None) -> str | None:
    """The conditions under which our entry of the type passes roles."""
    for clause in entry.clauses if entry is not None else ():
        if clause.given and any(_ON_ROLES in actions for actions in clause.actions.values()):
            tests = ", ".join(f"{json.dumps(one.key)} = {json.dumps(one.values[0])}" for one in clause.given)
            return f"{{ {clause.given[0].operator} = {{ {tests} }} }}"
    return None


def phase_of_action(action: str) -> Phase:
    """The phase that the name of an action speaks of."""
    name = action.partition(":")[2]
    return next((phase for verb, phase in _VERBS.items() if name.startswith(verb)), "update")


def _when(phase: Phase | None) -> str:
    return "" if phase is None else f" in the {phase}"
