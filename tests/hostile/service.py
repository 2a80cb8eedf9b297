"""A service whose author is no friend: hostile texts wherever a name can stand, as the plugin would hand it over."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from tests.fixture import FIXTURES, fixture_names

HOSTILE = {
    "terminal": "\x1b]0;gone\x07\x1b[2K\x1b[1A",
    "eight-bit": "\x9b31m",
    "line": "x\nFORGED: 0 missing\n::error::FORGED\n##[error]FORGED",
    "carriage": "x\rFORGED",
    "direction": "\u202egnitirw",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "attribute": '" onmouseover="alert(1)" \'',
    "markdown": "`|](http://evil.example)![x](http://evil.example/x)\\",
    "hcl": '${file("/etc/passwd")}%{ for x in y }"',
    "yaml": "!!python/object: &a [*a, {",
    "path": "../../../../FORGED",
    "separator": "a\u2028b\u0000c",
    "number": "\ud83d\ude00 𝒳 " + "é" * 40,
}


def hostile_handoff(name: str, text: str) -> dict[str, Any]:
    """The fixture's hand-off with the text in every kind of name: logical ids, functions, plugins, resources, paths, tags."""
    document: dict[str, Any] = json.loads((FIXTURES / name / "handoff.json").read_text("utf-8"))
    document["serviceDir"] = str(FIXTURES / name)
    template, service = document["template"], document["service"]
    resources = template["Resources"]
    resources[f"Q{text}"] = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": f"q{text}"}}
    resources[f"T{text}"] = {
        "Type": f"Custom::{text}",
        "Properties": {"ServiceToken": f"arn:aws:lambda:eu-west-1:1:function:{text}"},
    }
    resources[f"U{text}"] = {"Type": f"AWS::{text}::Thing"}
    resources["Asks"] = {
        "Type": "AWS::SNS::Topic",
        "Properties": {
            "TopicName": {"Ref": f"N{text}"},
            "KmsMasterKeyId": {"Fn::GetAtt": [text, text]},
            "DisplayName": {text: text},
        },
    }
    resources["Bucket"] = {
        "Type": "AWS::S3::Bucket",
        "Properties": {"BucketName": {"Fn::Sub": f"{text}-${{{text}}}"}, "Tags": [{"Key": text, "Value": text}]},
    }
    service.setdefault("functions", {})[f"f{text}"] = {"handler": text, "name": f"n{text}", "role": f"arn:aws:iam::1:role/{text}"}
    service["plugins"] = [*service.get("plugins", []), text, f"p{text}"]
    service.setdefault("provider", {}).setdefault("stackTags", {})[text] = text
    service["provider"]["deploymentBucket"] = {"name": text}
    document["variables"] = [
        *document.get("variables", []),
        {"index": 90, "source": "ssm", "address": f"/{text}", "params": [text], "path": [text, text]},
        {"index": 91, "source": text, "address": text, "params": [], "path": [text]},
    ]
    return document


def each_leaf(change: Callable[[str], str]) -> list[dict[str, Any]]:
    """Every fixture's hand-off with each of its texts changed."""
    documents = [json.loads((FIXTURES / name / "handoff.json").read_text("utf-8")) for name in fixture_names()]
    return [_changed(copy.deepcopy(document), change) for document in documents]


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {key: _changed(inner, change) for key, inner in value.items()}
    if isinstance(value, list):
        return [_changed(inner, change) for inner in value]
    return change(value) if isinstance(value, str) else value
