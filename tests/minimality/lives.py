"""The life that each fixture lives here, and what it is granted for that."""

from __future__ import annotations

from dataclasses import replace

from tests.e2e.engine.test_closed_loop import PLOTS as ENGINE_PLOTS
from tests.e2e.loop.service import FIXTURES
from tests.e2e.plots import PLOTS
from tests.e2e.story import Plot
from tests.minimality.grants import Side

LIFE = ("deploy", "*edit", "deploy", "info", "rollback -t {version}", "remove")
COMMANDS = "deploy,info,rollback,remove"


def plots() -> dict[Side, dict[str, Plot]]:
    """By whose calls are looked at, the fixtures that can be: with LocalStack's CloudFormation some cannot."""
    plain = [plot for plot in PLOTS.values() if (FIXTURES / plot.service).is_dir() and not plot.provider]
    return {
        "command line": {plot.service: replace(plot, commands=LIFE) for plot in plain},
        "CloudFormation": {name: replace(plot, commands=LIFE) for name, plot in ENGINE_PLOTS.items()},
    }
