"""The report as an HTML page, with the style sheet and the script that are in the package."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from sls_leastpriv.diff.difference import Difference
from sls_leastpriv.render.html.page import Assets, page


def html_page(report: Mapping[str, Any], found: Difference | None = None) -> str:
    """A report as a page; with the changes where it was compared."""
    folder = files("sls_leastpriv.render.html")
    style, script = ((folder / name).read_text("utf-8") for name in ("style.css", "script.js"))
    return page(report, Assets(style, script), found)
