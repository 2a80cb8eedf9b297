"""The Framework's variables as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sls_leastpriv.read.variable_text import Source, fill, whole_variable


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("${file(./a.yml)}", [Source("file", "./a.yml", None)]),
        (" ${ file(./a.yml):b.c } ", [Source("file", "./a.yml", "b.c")]),
        ("${file('./a, b.yml', x):b}", [Source("file", "./a, b.yml", "b")]),
        ("${self:custom.a}", [Source("self", None, "custom.a")]),
        ("${self:}", [Source("self", None, "")]),
        ("${opt:stage, 'dev'}", [Source("opt", None, "stage"), Source("literal", None, "dev")]),
        ("${env:A, env:B, 3}", [Source("env", None, "A"), Source("env", None, "B"), Source("literal", None, "3")]),
        ("${file(./${opt:stage, 'dev'}.yml):x.${sls:stage}}", [Source("file", "./${opt:stage, 'dev'}.yml", "x.${sls:stage}")]),
        ("${ssm(us-east-1, raw):/a/b}", [Source("ssm", "us-east-1", "/a/b")]),
        ("${a:b}${c:d}", None),
        ("x ${a:b}", None),
        ("${a:b} x", None),
        ("${a:b", [Source("a", None, "")]),
        ("plain", None),
        ("", None),
    ],
)
def test_whole_variable(text: str, sources: list[Source] | None) -> None:
    assert whole_variable(text) == (None if sources is None else tuple(sources))


@given(st.text(alphabet="${}():,'\"ab ."))
def test_no_text_is_too_broken(text: str) -> None:
    whole_variable(text)
    fill(text, lambda _sources: "x")


def test_fill() -> None:
    def value(sources: tuple[Source, ...]) -> str | None:
        return {"stage": "dev", "deep": "x"}.get(sources[0].address or "")

    assert fill("a-${sls:stage}-${opt:${sls:stage}, 'b'}", value) is None
    assert fill("a-${sls:stage}-${sls:deep}.yml", value) == "a-dev-x.yml"
    assert fill("plain", value) == "plain"
