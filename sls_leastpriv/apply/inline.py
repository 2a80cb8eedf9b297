"""One inline policy instead of managed ones: a single call, so never half done; but without versions, so `--undo` only removes it.

Limits: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from sls_leastpriv.apply.plan import same
from sls_leastpriv.apply.state import Document, Holder
from sls_leastpriv.check.aws import Aws
from sls_leastpriv.check.failures import NotThere
from sls_leastpriv.errors import UsageError
from sls_leastpriv.policy.size import INLINE, characters


class Inline:
    """The inline policy of one set in its holder."""

    def __init__(self, aws: Aws, set_name: str, holder: Holder) -> None:
        self._aws, self._set_name, self._holder = aws, set_name, holder

    @property
    def _named(self) -> dict[str, str]:
        return {f"{self._holder.kind.title()}Name": self._holder.name}

    def read(self) -> dict[str, Document]:
        """All inline policies of the holder by name. UsageError where there is no such holder."""
        try:
            names = self._aws.pages("iam", f"list_{self._holder.kind}_policies", "PolicyNames", **self._named)
        except NotThere:
            raise UsageError(
                f"the {self._holder.kind} `{self._holder.name}` does not exist", help="create it, then apply again"
            ) from None
        return {name: self._document(name) for name in names}

    def _document(self, name: str) -> Document:
        document = self._aws.call("iam", f"get_{self._holder.kind}_policy", **self._named, PolicyName=name)["PolicyDocument"]
        found: Document = json.loads(unquote(document)) if isinstance(document, str) else document
        return found

    def changes(self, found: Mapping[str, Document], document: Document) -> bool:
        """Whether the policy has to be written. UsageError where it does not fit beside the others."""
        others = sum(characters(one) for name, one in found.items() if name != self._set_name)
        room = INLINE[self._holder.kind] - others
        if characters(document) > room:
            raise UsageError(
                f"the policy has {characters(document)} characters, and a {self._holder.kind} has room for {room} inline",
                help=f"leave `--inline` away, or widen the policy with `--fit {self._holder.kind}`",
            )
        return self._set_name not in found or not same(found[self._set_name], document)

    def write(self, document: Document) -> None:
        """Writes the policy."""
        text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
        self._change("put", PolicyDocument=text)

    def remove(self) -> None:
        """Removes the policy."""
        self._change("delete")

    def _change(self, verb: str, **parameters: Any) -> None:
        self._aws.call("iam", f"{verb}_{self._holder.kind}_policy", **self._named, PolicyName=self._set_name, **parameters)
