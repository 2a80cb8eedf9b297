"""The structure that the design draws: flow is one way, I/O stays at the edges, start-up stays light."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import sls_leastpriv

PACKAGE = Path(sls_leastpriv.__file__).parent

LAYERS = {
    # a module may import modules of lower numbers, and its own package
    "errors": 0,
    "model": 0,
    "plain": 1,
    "resources": 1,
    "resolve": 1,
    "knowledge": 2,
    "read": 2,
    "policy": 1,
    "refer": 3,
    "bind": 4,
    "scope": 4,
    "template_facts": 5,
    "sdk_calls": 5,
    "nested": 5,
    "retention": 5,
    "declared": 5,
    "facts": 6,
    "rounds": 7,
    "variables": 7,
    "escalation": 7,
    "boundary": 7,
    "coverage": 8,
    "predict": 8,
    "explain": 3,
    "require_tag": 3,
    "function_roles": 3,
    "retarget": 3,
    "generated_ids": 1,
    "anonymise": 3,
    "check": 8,
    "diff": 8,
    "session": 9,
    "apply": 9,
    "learn": 9,
    "observe": 10,
    "render": 11,
    "commands": 12,
    "cli": 13,
    "maintain": 14,
    "__main__": 15,
    "__init__": 0,
}

MAY_DO_IO = {"apply", "check", "learn", "observe", "read", "knowledge", "commands", "cli", "maintain", "__main__"}
IO_MODULES = {"os", "pathlib", "subprocess", "socket", "urllib", "tempfile", "shutil", "io", "boto3", "botocore"}


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).parts[0].removesuffix(".py"), path


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_no_module_imports_upwards() -> None:
    upward = []
    for part, path in modules():
        for name in imported(path):
            if name.startswith("sls_leastpriv."):
                other = name.split(".")[1]
                if other != part and LAYERS[other] >= LAYERS[part]:
                    upward.append(f"{path.relative_to(PACKAGE)} imports {name}")
    assert upward == []


def test_only_the_edges_do_io() -> None:
    inside = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for part, path in modules()
        if part not in MAY_DO_IO
        for name in imported(path)
        if name.split(".")[0] in IO_MODULES
    ]
    assert inside == []


def test_files_have_one_idea_and_no_drawer() -> None:
    names = {path.stem for _, path in modules()}
    assert names.isdisjoint({"utils", "util", "helpers", "helper", "manager", "common", "misc"})
    long = {str(path.relative_to(PACKAGE)): lines for _, path in modules() if (lines := len(path.read_text().splitlines())) > 320}
    assert long == {}


def test_predicting_a_template_imports_nothing_heavy(tmp_path: Path) -> None:
    template = tmp_path / "t.json"
    template.write_text('{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}')
    program = (
        "import sys\n"
        "from sls_leastpriv.cli import main\n"
        f"main(['generate', '--template', {str(template)!r}, '--stack-name', 'a', '--region', 'us-east-1'])\n"
        "heavy = {'boto3', 'botocore', 'yaml', 'jsonschema', 'cfn_flip', 'cfn_tools', 'tomllib', 'ssl', 'asyncio', 'subprocess'}\n"
        "sys.stderr.write('HEAVY ' + ','.join(sorted(heavy & set(sys.modules))) + '\\n')\n"
    )
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    assert finished.stderr.splitlines()[-1] == "HEAVY "
