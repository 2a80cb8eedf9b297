"""The general rules: clauses that many entries share, by name."""

from __future__ import annotations

import tomllib
from functools import cache

from sls_leastpriv.knowledge.document import Rules
from sls_leastpriv.knowledge.load import DATA


@cache
def rules() -> Rules:
    """Every rule of `data/rules`, as its TOML document."""
    documents = (tomllib.loads(path.read_text("utf-8")) for path in sorted((DATA / "rules").glob("*.toml")))
    return {document["rule"]: document for document in documents}
