"""What each fixture lives through here, and what it is granted for that."""

from __future__ import annotations

from dataclasses import replace

from tests.e2e.engine import plots as engine
from tests.e2e.loop.service import FIXTURES
from tests.e2e.plots import PLOTS
from tests.e2e.story import Plot
from tests.minimality.grants import Side

LIFE = ("deploy", "*edit", "deploy", "info", "rollback -t {version}", "remove")
COMMANDS = "deploy,info,rollback,remove"


def lives(side: Side) -> dict[str, tuple[Plot, ...]]:
    """By fixture; moto's CloudFormation does not fail, so only LocalStack's undoes deploys that are denied something."""
    if side == "CloudFormation":
        return {name: (plot, *_failing(name)) for name, plot in engine.PLOTS.items() if (FIXTURES / name).is_dir()}
    plain = [plot for plot in PLOTS.values() if (FIXTURES / plot.service).is_dir() and not plot.provider]
    return {plot.service: (replace(plot, commands=LIFE),) for plot in plain}


def _failing(name: str) -> tuple[Plot, ...]:
    plot = engine.FAILURES[name]
    # its table is retained, and in the way when the service is deployed for the first time once more
    return (replace(plot, commands=engine.ILL_FATED[:5]),) if name == "deployment-role" else (plot,)
