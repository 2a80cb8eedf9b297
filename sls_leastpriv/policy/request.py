"""What is asked of a policy: one action on one resource, and what is known of the request's context.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-reqcontext.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sls_leastpriv.errors import UsageError

_HELP = "give each context key a list of texts, and no key both as known and as absent"


class Request:
    """One request. Key names have no case, as in IAM.

    `context` holds the keys whose values are known; an empty list is a key without a value, the same as an absent one.
    `absent` names keys that are known not to be in the request; `aws:RequestTag/*` names a whole family.
    Every other key is unknown, unless the context is `complete`: then it is absent.
    """

    __slots__ = ("_complete", "_values", "action", "resource")

    def __init__(
        self,
        action: str,
        resource: str,
        context: Mapping[str, str | Sequence[str]] | None = None,
        *,
        absent: Iterable[str] = (),
        complete: bool = False,
    ) -> None:
        """UsageError for a context that is not made of texts, or that contradicts itself."""
        if not isinstance(action, str) or not isinstance(resource, str):
            raise UsageError("the action and the resource of a request are texts", help=_HELP)
        self.action = action
        self.resource = resource
        self._complete = complete
        self._values: dict[str, tuple[str, ...]] = {}
        for key, given in (context or {}).items():
            texts = (given,) if isinstance(given, str) else given
            if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in texts):
                raise UsageError(f"the context key `{key}` has a value that is not a text", help=_HELP)
            self._values[key.lower()] = tuple(texts)
        for key in absent:
            if self._values.setdefault(key.lower(), ()):
                raise UsageError(f"the context key `{key}` is both known and absent", help=_HELP)

    def values(self, key: str) -> tuple[str, ...] | None:
        """The values of a context key: () where it is not in the request, None where that is not known."""
        key = key.lower()
        found = self._values.get(key)
        if found is None and not self._complete:
            family, slash, _ = key.partition("/")
            return self._values.get(f"{family}/*") if slash else None
        return found or ()
