"""Reads a log: every denial that it words, and all that looks like one and says too little. Nothing is left out in silence."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, cast

from sls_leastpriv.knowledge.denials import Wording, wordings
from sls_leastpriv.learn.clean import Log
from sls_leastpriv.learn.context import place_before
from sls_leastpriv.learn.denial import Denial, Place, Reading, Unread
from sls_leastpriv.learn.excerpt import excerpt, line_round
from sls_leastpriv.learn.unwrap import readings
from sls_leastpriv.learn.words import NOT_NAMED, denial_of
from sls_leastpriv.model import Principal

_STACK_TRACE: Final = 25
"""Within how many lines the name of an error stands beside its sentence: a stack trace, or an object that a SDK prints."""

_OWNER: Final = 90
"""How far in front of a message the words stand that tell who was denied."""

_SAME_MESSAGE: Final = 40
"""Within how many characters the words of AWS follow those of a tool."""

_HELP: Final = "look for the full message in the stack's events (`learn --events`) or in CloudTrail (`observe`)"


@dataclass(frozen=True, slots=True)
class _Found:
    denial: Denial
    start: int
    end: int
    last_line: int
    weak: bool


def read_denials(text: str) -> Reading:
    """All denials of a log, in order, each once, and what could not be read."""
    plain, likely, possible = readings(text)
    found = _denials(plain)
    if likely.text != plain.text:
        found = _best(found, _denials(likely), _sense)
    if possible.text != likely.text:
        found = _best(found, _denials(possible), _completeness)
    unread = [*_incomplete(found), *_unexplained(plain, found)]
    return Reading(_once([one.denial for one in found if one.denial.actions or one.denial.encoded]), tuple(_first_of_each(unread)))


def read_message(message: str, place: Place | None) -> Reading:
    """One message of a resource of a stack, such as the reason of a stack event."""
    reading = read_denials(message)
    return Reading(tuple(replace(one, place=one.place or place) for one in reading.denials), reading.unread)


def _denials(log: Log) -> list[_Found]:
    """What the wordings match, the first wording first, without matches that overlap."""
    taken: list[tuple[int, int]] = []
    found: list[_Found] = []
    for wording in wordings().wordings:
        for match in wording.match.finditer(log.text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            found.append(_found(wording, match, log))
    found.sort(key=lambda one: one.start)
    kept = [one for one, after in pairwise([*found, None]) if one and not (one.weak and after and _follows(after, one))]
    ends = [0, *(one.end for one in kept)]
    return [
        replace(one, denial=replace(one.denial, place=place_before(log.text, one.start, since)))
        for one, since in zip(kept, ends[:-1], strict=True)
    ]


def _follows(after: _Found, one: _Found) -> bool:
    """Whether the words of AWS come right behind those of a tool."""
    return after.start - one.end <= _SAME_MESSAGE


def _found(wording: Wording, match: re.Match[str], log: Log) -> _Found:
    denial = denial_of(wording, match, log.text)
    before = log.text[max(match.start() - _OWNER, 0) : match.start()]
    owner = next((owner for pattern, owner in wordings().owners if pattern.search(before)), None)
    placed = replace(
        denial,
        whose=denial.whose or cast("Principal | None", owner),
        line=log.line_at(match.start()),
        text=excerpt(log.text, *match.span()),
    )
    return _Found(placed, match.start(), match.end(), log.line_at(match.end() - 1), wording.weak)


Measure = Callable[[Denial], tuple[object, ...]]
"""How much sense a reading makes: more is greater."""


def _best(found: list[_Found], others: list[_Found], measure: Measure) -> list[_Found]:
    """Of two readings of one place the one that makes more sense; the first where both make the same."""
    kept = list(found)
    for other in others:
        same = [one for one in kept if _overlap(one, other)]
        if not same:
            kept += [] if other.weak and any(one.denial.line - other.last_line in (0, 1) for one in kept) else [other]
        elif all(_is_part(one, other.denial) and measure(other.denial) > measure(one.denial) for one in same):
            kept = [one for one in kept if one not in same] + [other]
    return sorted(kept, key=lambda one: one.denial.line)


def _is_part(one: _Found, whole: Denial) -> bool:
    """Whether a reading can be a fragment of another one: it says nothing else for certain."""
    denial = one.denial
    if one.weak or denial.doubt is not None:
        return True
    less = denial.layer == "unknown" and whole.layer != "unknown" and denial.resource in (None, whole.resource)
    return less or all(any(other.startswith(action) for other in whole.actions) for action in denial.actions)


def _overlap(one: _Found, other: _Found) -> bool:
    return one.denial.line <= other.last_line and other.denial.line <= one.last_line


def _completeness(denial: Denial) -> tuple[object, ...]:
    """An action that exists, and the fields that are there."""
    fields = (denial.resource, denial.principal, denial.layer != "unknown")
    return bool(denial.actions) and denial.doubt is None, sum(map(bool, fields))


def _sense(denial: Denial) -> tuple[object, ...]:
    """The completeness, and how much of an ARN is there."""
    return *_completeness(denial), len(denial.resource or "")


def _incomplete(found: list[_Found]) -> list[Unread]:
    return [
        Unread(one.denial.line, one.denial.text, one.denial.doubt or NOT_NAMED, _HELP) for one in found if not one.denial.actions
    ]


def _unexplained(log: Log, found: list[_Found]) -> list[Unread]:
    """What looks like a denial outside of all that was read."""
    words = wordings()
    covered = {line for one in found for line in range(one.denial.line, one.last_line + 1)}
    unread: list[Unread] = []
    for pattern, near in ((words.strong, 0), (words.code, _STACK_TRACE)):
        for match in pattern.finditer(log.text):
            line, last = log.line_at(match.start()), log.line_at(match.end() - 1)
            if any(other in covered for other in range(line - near, last + near + 1)):
                continue
            text = excerpt(log.text, *line_round(log.text, match.start()))
            unread.append(Unread(line, text, "this looks like a denial, but does not say of what", _help(text)))
            covered.update(range(line, last + 1))
    # what only sums up says nothing new once something is known
    for rollup in words.rollups if not found else ():
        for match in rollup.match.finditer(log.text):
            line = log.line_at(match.start())
            if line not in covered:
                text = excerpt(log.text, *line_round(log.text, match.start()))
                unread.append(Unread(line, text, "this sums up what other messages say", rollup.help))
                covered.add(line)
    return unread


def _help(text: str) -> str:
    return next((one.help for one in wordings().rollups if one.match.search(text)), _HELP)


def _once(denials: list[Denial]) -> tuple[Denial, ...]:
    """Each denial once, with how often it was said."""
    kept: dict[tuple[object, ...], Denial] = {}
    for one in denials:
        key = (one.actions, one.resource, one.principal, one.layer, one.explicit, one.encoded)
        known = kept.get(key)
        kept[key] = one if known is None else replace(known, times=known.times + 1, place=known.place or one.place)
    return tuple(kept.values())


def _first_of_each(unread: list[Unread]) -> list[Unread]:
    kept: dict[tuple[str, str], Unread] = {}
    for one in sorted(unread, key=lambda each: each.line):
        kept.setdefault((re.sub(r"\d+", "0", one.text), one.reason), one)
    return list(kept.values())
