"""Text for HTML. Whatever comes from a service goes through here."""

from __future__ import annotations

import json
from html import escape
from typing import Any


def text(value: object) -> str:
    """Text that can stand anywhere in HTML, in a quoted attribute too."""
    return escape(str(value))


def sentence(value: str) -> str:
    """A sentence of ours, its back-ticked words as code."""
    return "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(text(value).split("`")))


def link(url: str, label: str) -> str:
    """A link to a public source; only the label for what is none."""
    return f'<a href="{text(url)}" rel="noreferrer">{text(label)}</a>' if url.startswith("https://") else text(label)


def embedded(value: Any) -> str:
    """JSON for a `script` element, which nothing in it can end."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c").replace("\u2028", "\\u2028")
