"""Bytes → a document: a seed with some of its values replaced, so that a fuzzer spends its time behind the parser."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

HOSTILE: Sequence[Any] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1e300,
        "",
        " ",
        "*",
        "?",
        "${}",
        "${",
        "${AWS::StackName}",
        "${A.B}",
        "${!x}",
        [],
        {},
        [[]],
        [None],
    ),
    *(
        "\x1b[31m",
        "\n::error::x",
        "<script>",
        "\u202e",
        "\ud83d\ude00",
        "a" * 300,
        "arn:aws:s3:::x",
        "arn:",
        ":::::",
        "../../x",
        "\x00",
    ),
    *({"Ref": "A"}, {"Ref": 1}, {"Ref": "AWS::NoValue"}, {"Ref": "AWS::Region"}, {"Fn::GetAtt": "A"}, {"Fn::GetAtt": ["A"]}),
    *({"Fn::GetAtt": ["A", "Arn"]}, {"Fn::Sub": "${A.Arn}-${B}"}, {"Fn::Sub": ["${X}", {"X": {"Ref": "A"}}]}, {"Fn::Sub": []}),
    *({"Fn::If": ["C", 1, {"Ref": "AWS::NoValue"}]}, {"Fn::If": []}, {"Fn::Join": ["", ["a", {"Ref": "A"}]]}, {"Fn::Join": "x"}),
    *({"Fn::Select": [9, ["a"]]}, {"Fn::Select": ["x", []]}, {"Fn::Split": ["", "a"]}, {"Fn::FindInMap": ["M", "a", "b"]}),
    *({"Fn::ImportValue": "x"}, {"Fn::GetAZs": ""}, {"Fn::Transform": {}}, {"Fn::ForEach::L": []}, {"Condition": "C"}),
    *(
        "{{resolve:ssm:/x}}",
        "{{resolve:secretsmanager:}}",
        "{{resolve:",
        "AWS::S3::Bucket",
        "AWS::Nothing::Known",
        "Custom::X",
        "AWS::",
    ),
    *(
        "AWS::CloudFormation::Stack",
        "AWS::Lambda::Function",
        "AWS::IAM::Role",
        "Retain",
        "2012-10-17",
        "Allow",
        "Deny",
        "iam:PassRole",
    ),
    *("xleastprivvar0x", "aws:PrincipalAccount", "StringLike", "ForAllValues:StringEquals", "IpAddress", "DateLessThan", "Null"),
)
"""Values that are wrong in one place and right in another."""


class Bytes:
    """Reads the fuzzer's bytes from the front; nothing is left of them in the end, and then everything is 0."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def byte(self) -> int:
        """The next one."""
        self._at += 1
        return self._data[self._at - 1] if self._at <= len(self._data) else 0

    def below(self, bound: int) -> int:
        """A number below `bound`, which is at least 1."""
        return ((self.byte() << 8) | self.byte()) % bound

    @property
    def left(self) -> bool:
        """Whether there is more."""
        return self._at < len(self._data)

    def rest(self) -> bytes:
        """All that is left."""
        return self._data[self._at :]


def edited(data: bytes, seeds: Sequence[Any]) -> Any:
    """One of the seeds, with an edit for every five bytes."""
    bytes_ = Bytes(data)
    root = {"": copy.deepcopy(seeds[bytes_.byte() % len(seeds)])}
    for _ in range(40):
        if not bytes_.left:
            break
        _edit(root, bytes_)
    return root[""]


def _edit(root: dict[str, Any], bytes_: Bytes) -> None:
    places = list(_places(root))
    container, key = places[bytes_.below(len(places))]
    kind = bytes_.byte() % 6
    if kind == 0 and len(places) > 1 and key != "":
        del container[key]
    elif kind == 1 and isinstance(container, dict) and key != "":
        container[f"{_word(bytes_)}"] = container.pop(key)
    elif kind == 2:
        other, where = places[bytes_.below(len(places))]
        # a copy: a document that holds itself is no JSON; what is too deep to be copied stays as it is
        with suppress(RecursionError):
            container[key] = copy.deepcopy(other[where])
    elif kind == 3 and isinstance(container[key], str):
        container[key] = f"{container[key]}{_word(bytes_)}"
    else:
        container[key] = copy.deepcopy(HOSTILE[bytes_.byte() % len(HOSTILE)])


def _word(bytes_: Bytes) -> str:
    word = HOSTILE[bytes_.byte() % len(HOSTILE)]
    return word if isinstance(word, str) else json.dumps(word)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    pending = [value]
    while pending:
        container = pending.pop()
        for key, inner in container.items() if isinstance(container, dict) else enumerate(container):
            yield container, key
            if isinstance(inner, dict | list):
                pending.append(inner)
