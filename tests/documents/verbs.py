"""Which verbs and options there are: the plugin's as it declares them to the Framework, the engine's as its parser has them."""

from __future__ import annotations

import argparse
import json
import subprocess
from functools import cache
from importlib import import_module
from typing import Any, Final

from sls_leastpriv.cli import VERBS
from tests.fixture import FIXTURES

_FRAMEWORK: Final = frozenset({"stage", "region", "aws-profile", "param", "config", "verbose", "debug", "package", "force"})
"""Options of the Framework itself: https://www.serverless.com/framework/docs/providers/aws/cli-reference/deploy"""

_DECLARED: Final = """
const { declareCommands } = require('./shim/commands');
const { declareCheck } = require('./shim/check/declare');
const { commands } = declareCommands(null, () => {}).commands.leastpriv;
const names = ([name, { options }]) => [name, Object.keys(options)];
console.log(JSON.stringify(Object.fromEntries(Object.entries(commands).map(names))));
"""


@cache
def plugin_options() -> dict[str, list[str]]:
    """The options of each verb of the plugin, and those that the Framework gives it."""
    finished = subprocess.run(
        ["node", "-e", _DECLARED], cwd=FIXTURES.parent, capture_output=True, text=True, timeout=60, check=True
    )
    return {verb: sorted({*options, *_FRAMEWORK}) for verb, options in json.loads(finished.stdout).items()}


def own_options(verb: str) -> frozenset[str]:
    """The options of `sls leastpriv VERB`; KeyError where there is no such verb."""
    return frozenset(plugin_options()[verb])


def framework_options() -> frozenset[str]:
    """The options of the Framework's own commands, and of Compose, with that of the check in front of them.

    https://www.serverless.com/framework/docs/guides/compose
    """
    return _FRAMEWORK | {"leastpriv-check", "function", "service"}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Any:
        raise ValueError(message)


@cache
def parser(verb: str) -> argparse.ArgumentParser:
    """The engine's own parser of a verb, which raises ValueError."""
    if verb not in VERBS:
        raise ValueError(f"`{verb}` is no verb")
    made = _Parser(prog=verb, allow_abbrev=False)
    import_module(f"sls_leastpriv.commands.{verb}").add_options(made)
    return made


def all_options() -> frozenset[str]:
    """The long options of all verbs, of the plugin and of the engine."""
    plugin = {option for options in plugin_options().values() for option in options}
    engine = {word.removeprefix("--") for verb in VERBS for word in parser(verb)._option_string_actions if word.startswith("--")}
    return frozenset(plugin | engine | framework_options())
