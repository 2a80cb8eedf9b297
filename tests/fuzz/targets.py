"""What is fuzzed: each target takes bytes and raises when something happened that must not."""

from __future__ import annotations

import functools
import json
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sls_leastpriv.errors import LeastprivError
from sls_leastpriv.plain import one_line
from tests.fixture import FIXTURES, fixture_names
from tests.fuzz.edits import edited
from tests.hostile.engine import Said, engine
from tests.learn.wordings import DENIALS, UNREAD
from tests.observe.events import DEPLOY

STACK = ("--stack-name", "orders-dev", "--region", "us-east-1", "--account", "111111111111")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def template(data: bytes) -> None:
    """A compiled template, as text or as an edited seed, predicted and printed in full."""
    text = data[1:].decode("utf-8", "replace") if data[:1] == b"\xff" else json.dumps(edited(data, _templates()))
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        _sound(engine("generate", "--template", file.name, *STACK, "--format", "report"))


def handoff(data: bytes) -> None:
    """The plugin's hand-off, which holds a whole resolved configuration."""
    _sound(engine("generate", "--handoff", "-", "--format", "report", stdin=edited(data, _handoffs())))


def serverless_yml(data: bytes) -> None:
    """The lines of a serverless.yml: whatever it is, places are found or not, and nothing is raised but our own errors."""
    from sls_leastpriv.read.serverless_yml import Locator
    from sls_leastpriv.read.yaml_lines import read_lines

    cut = data[:1] != b"\xff"
    text = _cut_together(data) if cut else data[1:].decode("utf-8", "replace")
    try:
        read_lines(text, "the configuration")
    except LeastprivError as error:
        _clean(one_line(error.message))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "serverless.yml"
        file.write_text(text, "utf-8")
        locator = Locator(folder, file.name, stage="dev", region="eu-west-1")
        for path in (("functions", "list"), ("resources", "Resources", "Jobs"), ("plugins", 0), ("provider", "iam")):
            locator.where(path)


def policy(data: bytes) -> None:
    """Policies are refused, or compiled; then the evaluator agrees with one that was written apart from it."""
    from sls_leastpriv.policy.compile import compile_policy
    from sls_leastpriv.policy.evaluate import evaluate, evaluate_pattern
    from sls_leastpriv.policy.request import Request

    document = edited(data, POLICIES)
    try:
        compiled = compile_policy(document)
    except LeastprivError:
        return
    for action, resource in REQUESTS:
        request = Request(action, resource, CONTEXT, complete=True)
        decision = evaluate(request, identity=[compiled]).outcome
        whole = evaluate_pattern(request, identity=[compiled]).outcome
        # what holds for each of what a pattern names holds for one of them
        assert whole != "allowed" or decision in ("allowed", "unknown"), (action, resource, document)


def denials(data: bytes) -> None:
    """A log with denials in it: whatever a build server wrote, each denial names published actions, and no text is invented."""
    from sls_leastpriv.learn.parse import read_denials

    text = _log_of(data) if data[:1] != b"\xff" else data[1:].decode("utf-8", "replace")
    reading = read_denials(text)
    for one in reading.denials:
        for action in one.actions:
            assert re.fullmatch(r"[A-Za-z0-9-]+:[A-Za-z0-9]+", action), action
    form = len(data)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "ci.log").write_text(text, "utf-8", errors="replace", newline="")
        _clean(engine("learn", "--format", FORMS[form % len(FORMS)], *_service(folder, form), folder / "ci.log").text)


def trail(data: bytes) -> None:
    """CloudTrail's events in a file, as text or with edits; alone, or held against the prediction for a service."""
    text = data[1:].decode("utf-8", "replace") if data[:1] == b"\xff" else json.dumps(edited(data, TRAILS))
    form = data[0] if data else 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "trail.json").write_text(text, "utf-8", errors="replace", newline="")
        _clean(engine("observe", "--format", FORMS[(form >> 2) % len(FORMS)], *_service(folder, form), folder / "trail.json").text)


def _service(folder: Path, form: int) -> Sequence[str | Path]:
    """The arguments that name a service, for half of the forms."""
    if not form & 2:
        return ()
    (folder / "template.json").write_text(json.dumps(SERVICE), "utf-8")
    return ("--template", folder / "template.json", *STACK)


def _log_of(data: bytes) -> str:
    """Pieces of denials, in an order that the bytes give."""
    return "".join(PIECES[byte % len(PIECES)] for byte in data)


def _cut_together(data: bytes) -> str:
    """Lines of the fixtures' files, in an order that the bytes give."""
    lines = _lines()
    return "\n".join(lines[(high << 8 | low) % len(lines)] for high, low in zip(data[::2], data[1::2], strict=False))


def _sound(said: Said) -> None:
    """The output is whole, and no reader is attacked by it."""
    _clean(said.err)
    _clean(said.out)
    if said.code in (0, 1):
        report = json.loads(said.out)
        for one in report["policies"]:
            for statement in one["document"]["Statement"]:
                actions = statement["Action"]
                assert not any(set("*?") & set(action) for action in ([actions] if isinstance(actions, str) else actions))
    else:
        assert said.out == "", "an error comes alone"


def _clean(text: str) -> None:
    found = CONTROL.search(text)
    assert found is None, f"a control character: {text[max(0, found.start() - 60) : found.end() + 20]!r}"
    assert not re.search(r"^(::|##\[)", text, re.MULTILINE), "a workflow command"


@functools.cache
def _handoffs() -> Sequence[Any]:
    return [json.loads((FIXTURES / name / "handoff.json").read_text("utf-8")) for name in fixture_names()]


@functools.cache
def _templates() -> Sequence[Any]:
    return [document["template"] for document in _handoffs()]


@functools.cache
def _lines() -> Sequence[str]:
    texts = [path.read_text("utf-8") for path in sorted(FIXTURES.glob("*/*.yml"))]
    extra = [
        "  a: &a",
        "  b: *a",
        "  <<: *a",
        "- - - -",
        "? x",
        ": y",
        "  'a",
        '  "\\x',
        "!Ref x",
        "--- |",
        "...",
        "${file(a.yml)}",
        "\t",
    ]
    return [*dict.fromkeys(line for text in texts for line in text.splitlines()), *extra]


TRAILS: Sequence[Any] = ({"Records": DEPLOY}, {"Records": DEPLOY[3:6]})
FORMS = ("report", "overlay", "policy")
SERVICE = {
    "Resources": {
        "Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "orders-dev-jobs"}},
        "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/aws/lambda/orders-dev-list"}},
    }
}

CONTEXT: Mapping[str, list[str]] = {
    "aws:PrincipalAccount": ["111111111111"],
    "aws:RequestTag/team": ["a*"],
    "iam:PassedToService": ["lambda.amazonaws.com"],
    "aws:SourceIp": ["10.0.0.1"],
    "aws:CurrentTime": ["2026-01-01T00:00:00Z"],
    "aws:TagKeys": ["a", "b"],
}
REQUESTS = (
    ("s3:GetObject", "arn:aws:s3:::bucket/key"),
    ("iam:PassRole", "arn:aws:iam::111111111111:role/a"),
    ("lambda:InvokeFunction", "*"),
    ("S3:getobject", "arn:aws:s3:::bucket"),
)
POLICIES: Sequence[Any] = (
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::*"}]},
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "A",
                "Effect": "Allow",
                "Action": ["s3:Get*", "iam:PassRole"],
                "NotResource": ["arn:aws:s3:::${aws:username}/*"],
            },
            {
                "Effect": "Deny",
                "NotAction": "s3:GetObject",
                "Resource": "*",
                "Condition": {
                    "StringNotLikeIfExists": {"iam:PassedToService": ["lambda.*", "x"]},
                    "ForAnyValue:StringLike": {"aws:TagKeys": "a*"},
                    "NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"},
                    "DateGreaterThan": {"aws:CurrentTime": "2025-01-01T00:00:00Z"},
                    "Null": {"aws:MultiFactorAuthAge": "true"},
                    "NumericLessThan": {"s3:max-keys": "10"},
                    "Bool": {"aws:SecureTransport": "false"},
                    "BinaryEquals": {"k": "QUJD"},
                    "ArnLike": {"aws:SourceArn": "arn:aws:*:*:111111111111:*"},
                },
            },
        ],
    },
)

PIECES = (
    *(
        "User: ",
        "arn:aws:iam::111111111111:user/x",
        " is not authorized to perform: ",
        "s3:GetObject",
        "iam:PassRole",
        " on resource: ",
    ),
    *(
        "arn:aws:s3:::bucket/key",
        " because no identity-based policy allows the ",
        " action",
        "\n",
        "\r",
        "\t",
        " ",
        '"',
        "'",
        "\\n",
        "&quot;",
    ),
    *(
        "AccessDenied",
        "AccessDeniedException",
        "UnauthorizedOperation",
        "Encoded authorization failure message: ",
        "eyJ",
        "(Service: Lambda, ",
    ),
    *(
        "Status Code: 403",
        "CREATE_FAILED",
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "CloudFormation - ",
        "AWS::S3::Bucket - ",
        "Bucket",
        "2026-01-01T00:00:00Z ",
    ),
    *(
        "with an explicit deny in a service control policy",
        "API: ",
        "\x1b[31m",
        "\u202e",
        "::error::",
        "You are not authorized",
        "\x00",
        "*",
        "é",
        "{",
        "}",
    ),
    *(
        '{"__type":"AccessDeniedException","Message":"',
        "arn:aws:sts::111111111111:assumed-role/a/b",
        "lambda:",
        "CreateFunction",
        ":",
        "a" * 200,
    ),
    *(str(row["text"]) for row in (*DENIALS, *UNREAD)),
)

TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "template": template,
    "handoff": handoff,
    "serverless-yml": serverless_yml,
    "policy": policy,
    "denials": denials,
    "trail": trail,
}
