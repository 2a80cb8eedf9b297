"""The command line, and the only exit."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

from sls_leastpriv.errors import LeastprivError, UsageError
from sls_leastpriv.plain import Harmless, one_line

VERBS: Final = {
    "generate": "write the least-privilege policy of the service's deployer",
    "explain": "say why each action is there",
    "diff": "say what this tree asks the deployer for that the baseline does not, and the reverse",
    "init": "set a service up: plugin line, settings, baseline, and the administrator's commands",
    "roles": "say which functions hold what they never declared",
    "apply": "create or update the policies in an account; a plan unless --yes",
    "check": "say what the current principal lacks, and has too much",
    "session": "write the needs of this change only, as a session policy; run a command under it",
    "learn": "say whose denials are, and write what the knowledge lacks into the overlay",
    "coverage": "say what is known, assumed and unknown about the service",
    "observe": "say which actions were used, by CloudTrail, and what the prediction lacks",
}

OUR_BUG: Final = 70


class _Parser(argparse.ArgumentParser):
    """argparse with our errors: one message, one help line, exit code 2."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise UsageError(message[:1].lower() + message[1:], help=f"`{self.prog} --help` lists the options")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one verb → the exit code of the command-line contract."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (Harmless(stream) for stream in streams)
    try:
        return _exit_code(given)
    finally:
        sys.stdout, sys.stderr = streams


def _exit_code(arguments: list[str]) -> int:
    try:
        return _run(arguments)
    except LeastprivError as error:
        sys.stderr.write(f"error: {one_line(error.message)}\nhelp: {one_line(error.help)}\n")
        return error.exit_code
    except BrokenPipeError:
        # the reader of stdout has gone, e.g. `| head`
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        return 130
    except RecursionError:
        sys.stderr.write("error: the service is nested too deeply\nhelp: flatten the template\n")
        return 3
    except Exception as error:
        # the message of a foreign error can hold a value of the configuration, and those can be secrets
        sys.stderr.write(
            f"error: {type(error).__name__} in {_place(error)}: this is a bug of sls-leastpriv\n"
            "help: please report it with the command line and, if you can share it, the template\n"
        )
        return OUR_BUG


def _run(arguments: list[str]) -> int:
    verb = arguments[0] if arguments else None
    if verb not in VERBS:
        return _general(arguments)
    module = import_module(f"sls_leastpriv.commands.{verb}")
    parser = _Parser(prog=f"sls-leastpriv {verb}", description=module.SUMMARY, allow_abbrev=False)
    module.add_options(parser)
    code: int = module.run(parser.parse_args(arguments[1:]))
    return code


def _general(arguments: list[str]) -> int:
    if arguments and arguments[0] in ("-h", "--help"):
        sys.stdout.write(_overview())
        return 0
    if arguments and arguments[0] == "--version":
        from sls_leastpriv import __version__

        sys.stdout.write(f"sls-leastpriv {__version__}\n")
        return 0
    message = f"`{arguments[0]}` is no verb that is known" if arguments else "a verb is missing"
    raise UsageError(message, help=f"one of {', '.join(VERBS)}; `sls-leastpriv --help` says what they do")


def _overview() -> str:
    width = max(map(len, VERBS))
    lines = [f"  {verb:<{width}}  {summary}" for verb, summary in VERBS.items()]
    return "usage: sls-leastpriv VERB [options]\n\n" + "\n".join(lines) + "\n\n`sls-leastpriv VERB --help` lists its options.\n"


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "?" if trace is None else f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
