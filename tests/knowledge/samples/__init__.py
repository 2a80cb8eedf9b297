"""Sample stacks of each family of services, with what they need as it was reviewed.

`NAME.yml` is a template, `NAME.txt` what a deploy and a removal of it as the stack `orders-dev` need. A line per resource pattern
(and condition), below it the actions, each with its phases: create, read, update, delete; `?` marks what had to be assumed.
`python -m tests.knowledge.samples [NAME …]` writes the texts anew, for review.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sls_leastpriv.model import PHASES, Need
from sls_leastpriv.predict import predict
from sls_leastpriv.read.template import read_template
from tests.project import project

SAMPLES = Path(__file__).parent


def sample_names() -> list[str]:
    return sorted(path.stem for path in SAMPLES.glob("*.yml"))


def sample_text(name: str) -> str:
    """What the stack needs, resource by resource."""
    prediction = predict(project(template=read_template(SAMPLES / f"{name}.yml"), tags={"STAGE": "dev"}))
    subjects: dict[str, list[Need]] = {}
    for need in prediction.needs:
        if need.cause.subject.kind == "resource":
            subjects.setdefault(f"{need.cause.subject.name} {need.cause.subject.type}", []).append(need)
    gaps = sorted(f"gap of {gap.subject.name}: {gap.reason}" for gap in prediction.gaps if gap.subject.kind == "resource")
    lines = [line for subject, needs in sorted(subjects.items()) for line in (subject, *_places(needs))]
    return "\n".join(lines + gaps) + "\n"


def _places(needs: list[Need]) -> Iterator[str]:
    places: dict[str, dict[str, set[str]]] = {}
    for need in needs:
        tests = [f"{test.key} {'|'.join(test.values)}" for test in need.conditions]
        actions = places.setdefault(" if ".join([need.resource, *tests]), {})
        actions.setdefault(need.action + ("?" if need.cause.assumed else ""), set()).update(need.phases)
    for place, actions in sorted(places.items()):
        yield f"  {place}"
        grouped: dict[str, list[str]] = {}
        for action, phases in sorted(actions.items()):
            grouped.setdefault("".join(phase[0] if phase in phases else "-" for phase in PHASES), []).append(action)
        yield from (f"    {phases} {' '.join(found)}" for phases, found in sorted(grouped.items()))
