"""Logs mangle messages. What can be read still is; what cannot is reported; nothing is lost in silence."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sls_leastpriv.learn.denial import Reading
from sls_leastpriv.learn.parse import read_denials
from tests.learn.wordings import DENIALS, UNREAD, title

ONE_LINE = [row for row in DENIALS if "\n" not in row["text"]]


def coloured(text: str) -> str:
    return "\x1b[31m\x1b[1mError:\x1b[22m\x1b[39m " + "".join(f"\x1b[33m{word}\x1b[0m " for word in text.split(" "))


def stamped(text: str) -> str:
    return "\n".join(f"2026-11-27T19:12:21.1234567Z {line}" for line in text.split("\n"))


def cut_at(width: int) -> Callable[[str], str]:
    def cut(text: str) -> str:
        line = text.strip()
        return "\n".join(line[at : at + width] for at in range(0, len(line), width))

    return cut


def word_wrapped(text: str) -> str:
    return textwrap.fill(text.strip(), 72, break_long_words=False, break_on_hyphens=False)


def quoted(text: str) -> str:
    return f"> {text.strip()}".replace("\n", "\n> ")


def curly(text: str) -> str:
    return "«" + text.replace('"', "”") + "»"


def escaped(text: str) -> str:
    return json.dumps({"level": "error", "msg": text})


def twice_escaped(text: str) -> str:
    return json.dumps({"log": escaped(text)})


def as_html(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("'", "&#39;")


MANGLERS: dict[str, Callable[[str], str]] = {
    "coloured": coloured,
    "stamped": stamped,
    "cut at 80": cut_at(80),
    "cut at 120": cut_at(120),
    "cut at 72": cut_at(72),
    "wrapped": word_wrapped,
    "quoted": quoted,
    "curly quotes": curly,
    "escaped": escaped,
    "twice escaped": twice_escaped,
    "html": as_html,
}


def said(reading: Reading) -> set[tuple[str, ...]]:
    return {one.actions for one in reading.denials}


@pytest.mark.parametrize("mangle", MANGLERS.values(), ids=MANGLERS)
def test_the_actions_survive(mangle: Callable[[str], str]) -> None:
    lost = []
    for row in ONE_LINE:
        reading = read_denials(mangle(row["text"]))
        if not said(reading) and not reading.unread:
            lost.append((title(row), "in silence"))
        elif tuple(row["actions"]) not in said(reading):
            lost.append((title(row), str(said(reading))))
    assert [one for one in lost if one[1] == "in silence"] == []
    assert len(lost) <= len(ONE_LINE) * ALLOWED, lost


ALLOWED = 0.02
"""Of what is mangled so much may be reported as not read instead of read."""


@pytest.mark.parametrize("row", [row for row in ONE_LINE if "User: arn" in row["text"]][:40], ids=title)
def test_a_message_that_is_cut_off_is_never_lost(row: dict[str, Any]) -> None:
    """Once `not authorized` stands there, it is a denial or it is reported."""
    text = row["text"]
    start = text.index("is not authorized") + len("is not authorized")
    for end in range(start, len(text), 7):
        reading = read_denials(text[:end])
        assert reading.denials or reading.unread, text[:end]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_noise_round_a_message_changes_nothing(data: st.DataObject) -> None:
    row = data.draw(st.sampled_from([*ONE_LINE, *UNREAD]))
    noise = st.text(st.characters(codec="utf-8", exclude_characters="\n\r", exclude_categories=["Cs"]), max_size=60).map(
        lambda line: line.replace("denied", "").replace("authorized", "")
    )
    before, after = data.draw(st.lists(noise, max_size=4)), data.draw(st.lists(noise, max_size=4))
    alone, among = read_denials(row["text"]), read_denials("\n".join([*before, "", row["text"], "", *after]))
    assert said(alone) <= said(among)
    assert bool(alone.unread) <= bool(among.unread)


@given(st.text(max_size=400))
@settings(max_examples=100, deadline=None)
def test_any_text_is_read_without_an_error(text: str) -> None:
    read_denials(text)
