"""`init`: the first set-up of a service: the plugin's line and its settings, the baseline, and what an administrator runs once.

stdout gets the administrator's commands. Files are changed with `--yes` only; without it stderr shows what would change, and the
exit code is 1. Run by the engine alone beside a `serverless.yml` without the plugin, only the first of the three can be done.
"""

from __future__ import annotations

import argparse
import difflib
import shlex
import sys
from pathlib import Path

from sls_leastpriv.commands.options import add_policy_options, add_service_options, check_format, inputs_of, wanted_of
from sls_leastpriv.commands.output import write_output
from sls_leastpriv.commands.service import Predicted, predicted
from sls_leastpriv.commands.write_files import write_files
from sls_leastpriv.policy.trust import check_account
from sls_leastpriv.read.configuration_edit import with_plugin, with_settings
from sls_leastpriv.read.project import baseline_folder, read_source
from sls_leastpriv.read.source import Source
from sls_leastpriv.read.text_file import read_text
from sls_leastpriv.render.administrator import administrator_commands

SUMMARY = "set a service up: plugin line, settings, baseline, and the administrator's commands"
FORMATS = ("commands", "cloudformation", "terraform")

_KINDS = ("user", "role", "group")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the options of `init`."""
    add_service_options(parser)
    add_policy_options(parser)
    for kind in _KINDS:
        parser.add_argument(f"--{kind}", metavar="NAME", help=f"the {kind} that is to hold the deployer's policies")
    parser.add_argument("--format", default="commands", metavar="NAME", help=f"{', '.join(FORMATS)} (default: commands)")
    parser.add_argument("--yes", action="store_true", help="change the files")


def run(arguments: argparse.Namespace) -> int:
    """Shows or makes the changes, and prints the commands."""
    check_format(arguments.format, FORMATS)
    inputs = inputs_of(arguments)
    if inputs.handoff is None and inputs.package is None and inputs.template is None:
        changed = _configure(Path(arguments.config or "serverless.yml"), arguments)
        sys.stderr.write("next: install the plugin, then `serverless leastpriv init` writes the baseline and the commands\n")
        return 1 if changed and not arguments.yes else 0
    source = read_source(inputs)
    service = predicted(inputs, places=False, source=source, wanted=wanted_of(arguments))
    check_account((role.trust for role in service.roles), service.project.stack.account)
    configuration = _configuration(source)
    if configuration is not None:
        _configure(configuration, arguments)
    folder = baseline_folder(source.config)
    if arguments.yes:
        base = source.service_dir or Path()
        for name in write_output(str(base / folder), service, "policy" if arguments.format == "commands" else arguments.format):
            sys.stderr.write(f"wrote {name}\n")
    sys.stdout.write(_commands(arguments, service, folder))
    if not arguments.yes:
        sys.stderr.write(f"no file was changed: `--yes` changes them, and writes the policies into `{folder}`\n")
    return 0 if arguments.yes else 1


def _configuration(source: Source) -> Path | None:
    """The configuration, where it is YAML that can be edited."""
    if source.service_dir is None or not str(source.config_file).endswith((".yml", ".yaml")):
        return None
    return source.service_dir / str(source.config_file)


def _configure(path: Path, arguments: argparse.Namespace) -> bool:
    """Whether the configuration lacks something; with `--yes` it is written."""
    text = read_text(path, "the configuration")
    settings = {"check": "warn"}
    if arguments.account is not None:
        settings["account"] = f"'{arguments.account}'"
    after = with_settings(with_plugin(text), settings)
    if after == text:
        return False
    name = path.name
    sys.stderr.write("".join(difflib.unified_diff(text.splitlines(True), after.splitlines(True), f"a/{name}", f"b/{name}")))
    if arguments.yes:
        write_files({path: after}, str(path))
        sys.stderr.write(f"wrote {path}\n")
    return True


def _commands(arguments: argparse.Namespace, service: Predicted, folder: str) -> str:
    name = service.policies.whole[0].name
    if arguments.format == "cloudformation":
        words = ("--stack-name", name, "--template-file", f"{folder}/{name}.yaml", "--capabilities", "CAPABILITY_NAMED_IAM")
        return shlex.join(("aws", "cloudformation", "deploy", *words)) + "\n"
    if arguments.format == "terraform":
        return "".join(f"{shlex.join(('terraform', f'-chdir={folder}', verb))}\n" for verb in ("init", "apply"))
    named = [(kind, getattr(arguments, kind)) for kind in _KINDS if getattr(arguments, kind) is not None]
    if not named and not any(role.principal == "deployer" for role in service.roles):
        sys.stderr.write(
            "who holds the policies is not said, so nothing is attached: `--role NAME`, `--user NAME`, or `--trust WHO`\n"
        )
    policies = service.policies.fitting
    return administrator_commands(service.project.stack, policies, service.roles, folder, named[0] if named else None)
