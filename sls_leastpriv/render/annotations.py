"""The answer as GitHub annotations: one for each place in the configuration.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions#setting-an-error-message
"""

from collections.abc import Sequence
from typing import Final, Literal

from sls_leastpriv.check.answer import Answer, Missing
from sls_leastpriv.render.summary import counted

Level = Literal["error", "warning"]

_MOST: Final = 10
"""GitHub shows ten annotations of a kind for each step."""


def github_annotations(answer: Answer, *, level: Level, folder: str) -> str:
    """Workflow commands. `folder` is where the service is, relative to the repository, with a slash at the end, or empty."""
    groups: dict[str | None, list[Missing]] = {}
    for one in answer.missing:
        places = [need.cause.subject.where for need in one.verdict.ask.needs]
        groups.setdefault(next((place for place in places if place), None), []).append(one)
    lines = [_command(level, f"{folder}{place}" if place else None, _title(found), _text(found)) for place, found in groups.items()]
    if len(lines) > _MOST:
        rest = f"{counted(len(lines) - _MOST + 1, 'more place')} with missing permissions; the log lists them"
        lines[_MOST - 1 :] = [_command(level, None, _title(answer.missing), rest)]
    if answer.unknown:
        lines.append(_command("warning", None, "leastpriv", f"{counted(len(answer.unknown), 'need')} cannot be known; see the log"))
    return "".join(f"{line}\n" for line in lines)


def _title(found: Sequence[Missing]) -> str:
    return f"leastpriv: {counted(len(found), 'permission')} missing"


def _text(found: list[Missing]) -> str:
    return "\n".join(f"{one.verdict.ask.action} on {one.verdict.ask.resource}: {one.verdict.finding.reason}" for one in found)


def _command(level: str, place: str | None, title: str, text: str) -> str:
    properties = [f"title={_property(title)}"]
    if place is not None:
        file, _, line = place.rpartition(":")
        properties = [f"file={_property(file)}", f"line={_property(line)}", *properties]
    return f"::{level} {','.join(properties)}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
