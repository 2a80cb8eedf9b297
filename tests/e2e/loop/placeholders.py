"""Policy variables: `${aws:PrincipalAccount}` and the like in a resource or a condition's value.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

VARIABLE = re.compile(r"\$\{(?P<key>[^},]+?)(?:\s*,\s*'(?P<default>[^']*)')?\}")


def filled(text: str, context: Mapping[str, Sequence[str]]) -> str | None:
    """With the values of the request; None when one has no single value, since then nothing matches.

    The escapes `${*}`, `${?}` and `${$}` have none here: no policy that is judged uses them.
    """
    known = {name.lower(): values[0] for name, values in context.items() if len(values) == 1}
    missing = False

    def value(found: re.Match[str]) -> str:
        nonlocal missing
        answer = known.get(found["key"].strip().lower(), found["default"])
        missing = missing or answer is None
        return answer or ""

    replaced = VARIABLE.sub(value, text)
    return None if missing else replaced
