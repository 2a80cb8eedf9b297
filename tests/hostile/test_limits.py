"""Inputs that are made to cost: each ends soon, with one clear error, and within the memory of a small machine."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

STACK = ("--stack-name", "a", "--region", "us-east-1", "--account", "111111111111")
MEMORY = 1_500_000_000
SECONDS = 20


def deep(levels: int) -> str:
    return '{"Resources": {"A": {"Type": "AWS::SQS::Queue", "Properties": ' + '{"a": ' * levels + "1" + "}" * levels + "}}}"


def shared(levels: int) -> str:
    """The billion laughs of YAML."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join([*lines, "Resources: {Q: {Type: AWS::SQS::Queue}}"])


def substitutions(number: int) -> str:
    """Each condition doubles the number of what a value could be."""
    value = {"Fn::Join": ["-", [{"Fn::If": [f"C{n}", f"a{n}", f"b{n}"]} for n in range(number)]]}
    conditions = {f"C{n}": {"Fn::Equals": [{"Ref": "P"}, str(n)]} for n in range(number)}
    return json.dumps(
        {
            "Parameters": {"P": {"Type": "String"}},
            "Conditions": conditions,
            "Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": value}}},
        }
    )


def in_circles(number: int) -> str:
    names = {
        f"R{n}": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": f"R{(n + 1) % number}"}}} for n in range(number)
    }
    return json.dumps({"Resources": names})


def many_wildcards() -> str:
    name = "*a" * 400
    return json.dumps(
        {"Resources": {f"B{n}": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": f"{name}{n}"}} for n in range(40)}}
    )


INPUTS = {
    "deep JSON": deep(50_000),
    "deep YAML": "Resources: " + "[" * 50_000,
    "YAML aliases": shared(9),
    "YAML merge keys": "a: &a {b: c}\nd:\n" + "  <<: *a\n" * 20_000 + "Resources: {Q: {Type: AWS::SQS::Queue}}",
    "conditions": substitutions(30),
    "references in circles": in_circles(400),
    "wildcards": many_wildcards(),
    "one long text": json.dumps({"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "${A}" * 300_000}}}}),
    "a long Sub": json.dumps(
        {"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::Sub": "${AWS::Region}" * 100_000}}}}}
    ),
    "a large number": '{"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"A": ' + "9" * 100_000 + "}}}}",
    "half a character": '{"Resources": {"Q": {"Type": "\\ud800"}}}',
    "nothing but brackets": "[" * 1_000_000,
}


def limited(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs `generate` within the limits."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))

    return subprocess.run(
        [sys.executable, "-m", "sls_leastpriv", "generate", *words, *STACK],
        capture_output=True,
        text=True,
        timeout=10 * SECONDS,
        check=False,
        preexec_fn=limit,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of the system")
@pytest.mark.parametrize("kind", INPUTS)
def test_a_costly_input_ends_soon(kind: str, tmp_path: Path) -> None:
    template = tmp_path / "template"
    template.write_text(INPUTS[kind], "utf-8")
    started = time.monotonic()
    finished = limited("--template", template)
    assert finished.returncode in (0, 3), (kind, finished.returncode, finished.stderr[-500:], time.monotonic() - started)
    assert len(finished.stdout) + len(finished.stderr) < 5_000_000
    assert "Traceback" not in finished.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of the system")
@pytest.mark.parametrize("number", [1, 6])
def test_stacks_that_nest_themselves_end_soon(number: int, tmp_path: Path) -> None:
    name = "cloudformation-template-a-nested-stack.json"
    properties = {"TemplateURL": f"https://s3.amazonaws.com/bucket/{name}"}
    nested = {f"S{n}": {"Type": "AWS::CloudFormation::Stack", "Properties": properties} for n in range(number)}
    for file in (name, "cloudformation-template-update-stack.json"):
        (tmp_path / file).write_text(json.dumps({"Resources": nested}), "utf-8")
    finished = limited("--package", tmp_path, "--framework", "none")
    assert finished.returncode == 0, finished.stderr[-500:]
    assert "nested stacks are looked into" in finished.stderr
