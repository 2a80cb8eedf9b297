"""`sh` blocks, and commands in other files: each program is known, and our verbs and options exist. What is to be run is a
`console` block, or a script that one runs."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Final

from sybil import Example

from tests.documents.play import Play
from tests.documents.verbs import framework_options, own_options, parser
from tests.fixture import FIXTURES

ROOT: Final = FIXTURES.parent
OPERATORS: Final = {"&&", "||", ";", "|", "<", ">", ">>", "2>&1"}
PLAIN: Final = {"set", "git", "npm", "pip", "cat", "cd", "mkdir", "pipx", "uv"}
"""Programs of others, whose options are not ours to check."""


def check_shell(example: Example) -> str | None:
    """What is wrong with a block. A script goes into the scene, where a directive says so."""
    play: Play = example.namespace["play"]
    play.put(lambda _: example.parsed)
    return "; ".join(wrong_in(example.parsed)) or None


def wrong_in(text: str) -> Iterator[str]:
    """What is wrong with a script: its syntax by bash itself, then each command."""
    read = subprocess.run(["bash", "-n", "-c", text], capture_output=True, text=True, check=False)
    if read.returncode:
        yield read.stderr
        return
    for words in _commands(text):
        try:
            _check(words)
        except (AssertionError, KeyError, ValueError) as error:
            yield f"`{shlex.join(words)}`: {error}"


def _commands(text: str) -> Iterator[list[str]]:
    for line in text.replace("\\\n", " ").splitlines():
        current: list[str] = []
        lexer = shlex.shlex(line, posix=True, punctuation_chars="&|;<>")
        lexer.whitespace_split = True
        for word in lexer:
            if word in OPERATORS:
                if current:
                    yield current
                current = [] if word not in ("<", ">", ">>") else ["cat"]
            else:
                current.append(word)
        if current:
            yield current


def _check(words: list[str]) -> None:
    while re.fullmatch(r"[A-Z_]+=.*|exec|nice", words[0]):
        words = words[1:]
    program = words[0]
    if program == "npx":
        words = [word for word in words[1:] if word != "--no-install"]
        assert words[0] in ("osls", "serverless"), "npx runs the Framework"
        program = words[0]
    if program in ("sls", "osls", "serverless"):
        _framework(words[1:])
    elif program == "sls-leastpriv":
        parser(words[1]).parse_args(words[2:])
    elif program == "aws":
        _aws(words[1:])
    elif program in (".venv/bin/python", "python"):
        _module(words[1:])
    elif program.startswith(".ci/"):
        assert (ROOT / program).is_file(), "no such file"
    else:
        assert program in PLAIN, "a program that is not known here"


def _framework(words: list[str]) -> None:
    options = {word[2:] for word in words if word.startswith("--")}
    if words[0] == "leastpriv":
        strange = options - own_options(words[1])
    else:
        assert words[0] in ("deploy", "package", "remove", "rollback", "plugin"), "a command that is not known here"
        strange = options - framework_options()
    assert not strange, f"no option {', '.join(sorted(strange))}"


def _aws(words: list[str]) -> None:
    """By the models of the SDK, which the AWS command line is made from."""
    import botocore.session
    from botocore import xform_name

    model = botocore.session.get_session().get_service_model(words[0])
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    shape = model.operation_model(operations[words[1]]).input_shape
    known = {xform_name(name, "-") for name in (shape.members if shape else ())} | {"query", "output", "profile", "region"}
    strange = {word[2:] for word in words if word.startswith("--")} - known
    assert not strange, f"no option {', '.join(sorted(strange))}"


def _module(words: list[str]) -> None:
    assert words[0] == "-m", "python runs a module here"
    assert find_spec(words[1]) is not None, "no such module"
    missing = [word for word in words[2:] if word.startswith("tests/") and not (ROOT / word).exists()]
    assert not missing, f"no such file: {', '.join(missing)}"
