"""What in the service, or around it, made a permission come or go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sls_leastpriv.diff.side import Side
from sls_leastpriv.model import Need
from sls_leastpriv.policy.grants import Grant
from sls_leastpriv.policy.patterns import arn_covers


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence, and `file:line` of what it is about. `indirect`: about what only follows from another change."""

    text: str
    where: str | None = None
    indirect: bool = field(default=False, compare=False)


class Causes:
    """Explains what `this` side has and the `other` lacks. `came`: `this` is the later side."""

    def __init__(self, this: Side, other: Side, *, came: bool) -> None:
        self._this = this
        self._other = other
        self._came = came
        self._by_action: dict[str, list[Need]] = {}
        for need in this.needs:
            self._by_action.setdefault(need.action.lower(), []).append(need)
        self._subjects = {_subject(need) for need in other.needs}
        self._asked = {(_subject(need), need.cause.properties) for need in other.needs}
        self._whys = {(_subject(need), need.cause.why) for need in other.needs}
        self._actions = {(_subject(need), need.cause.why, need.action) for need in other.needs}
        self._exact = {(_subject(need), need.cause.why, need.action, need.resource, need.conditions) for need in other.needs}

    def needs_of(self, grant: Grant, principal: str) -> tuple[Need, ...]:
        """The needs that a grant is written for, those first that the other side does not have."""
        found = [
            need
            for need in self._by_action.get(grant.action.lower(), ())
            if need.principal == principal and arn_covers(grant.resource, need.resource) and _conditions_meet(grant, need)
        ]
        new = [need for need in found if (*_key(need), need.action, need.resource, need.conditions) not in self._exact]
        return tuple(new or found)

    def reasons_of(self, needs: Iterable[Need]) -> tuple[Reason, ...]:
        """The distinct reasons, the direct ones first; one where nothing is known about the grant."""
        found = dict.fromkeys(self._reason(need) for need in needs)
        if found:
            return tuple(sorted(found, key=lambda one: one.indirect))
        return (Reason("granted, and no need explains it" if self._this.has_needs else "a policy document gives no reasons"),)

    def _reason(self, need: Need) -> Reason:
        subject, circumstance = need.cause.subject, self._circumstance(need)
        if circumstance is not None:
            return Reason(circumstance, subject.where)
        if subject.kind == "resource":
            return self._about_resource(need)
        if _subject(need) not in self._subjects:
            verb = "added" if self._came else "removed"
            kinds = {"plugin": "plugin", "variable": "variable", "command": "command"}
            if subject.kind in kinds:
                return Reason(f"{kinds[subject.kind]} `{subject.name}` {verb}", subject.where)
        return Reason(self._same_subject(need), subject.where, indirect=True)

    def _about_resource(self, need: Need) -> Reason:
        subject, properties = need.cause.subject, need.cause.properties
        if _subject(need) not in self._subjects:
            return Reason(f"resource `{subject.name}` ({subject.type}) {'added' if self._came else 'removed'}", subject.where)
        if properties and (_subject(need), properties) not in self._asked:
            named = ", ".join(f"`{one}`" for one in properties)
            verb = "set" if self._came else "no longer set"
            return Reason(f"{named} of `{subject.name}` ({subject.type}) {verb}", subject.where)
        return Reason(self._same_subject(need), subject.where, indirect=True)

    def _same_subject(self, need: Need) -> str:
        """The subject is on both sides: a clause applies now, names something else, or asks for more."""
        subject, why = _subject(need), need.cause.why
        name = f"`{need.cause.subject.name}`"
        if (subject, why) not in self._whys:
            return f"{name}: {why}" if self._came else f"{name}: no longer, that {why}"
        if (subject, why, need.action) in self._actions:
            return f"{name}: its name, or that of something it refers to, changed"
        return self._knowledge() or f"{name}: another value of a property asks for {'this' if self._came else 'it no more'}"

    def _knowledge(self) -> str | None:
        ours, theirs = self._this.circumstances.written_by, self._other.circumstances.written_by
        if ours is None or theirs is None or ours == theirs:
            return None
        before, after = (theirs, ours) if self._came else (ours, theirs)
        return f"knowledge updated: {before} → {after}"

    def _circumstance(self, need: Need) -> str | None:
        """What changed around the service, where that explains a need."""
        ours, theirs = self._this.circumstances, self._other.circumstances
        before, after = (theirs, ours) if self._came else (ours, theirs)
        kind, name = need.cause.subject.kind, need.cause.subject.name
        if kind in ("command", "template") and ours.framework != theirs.framework and _key(need) not in self._whys:
            return f"Framework {before.framework} → {after.framework}"
        if kind == "command" and ours.commands and theirs.commands and name in ours.commands and name not in theirs.commands:
            return f"command `{name}` {'added' if self._came else 'removed'}"
        if (*_key(need), need.action) not in self._actions:
            return None
        for what in ("account", "region", "stack"):
            old, new = getattr(before, what), getattr(after, what)
            if old != new:
                return f"the {what} {'is' if old is None else f'was {old}, and is'} {new or 'not known'} now"
        return None


def _subject(need: Need) -> tuple[str, str]:
    return need.cause.subject.kind, need.cause.subject.name


def _key(need: Need) -> tuple[tuple[str, str], str]:
    return _subject(need), need.cause.why


def _conditions_meet(grant: Grant, need: Need) -> bool:
    """Whether the grant can be the one for this need: each of its conditions has a value that the need asks for, too."""
    return all(
        any(
            (one.operator, one.key) == (asked.operator, asked.key) and set(one.values) & set(asked.values)
            for asked in need.conditions
        )
        for one in grant.conditions
    )
