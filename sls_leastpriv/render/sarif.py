"""A difference as SARIF 2.1.0, which code scanning shows on the lines of serverless.yml.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html;
https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

from hashlib import sha256
from posixpath import dirname, join, normpath
from typing import Any, Final

from sls_leastpriv import __version__
from sls_leastpriv.diff.difference import Difference
from sls_leastpriv.diff.groups import Group, condition_text, groups_of
from sls_leastpriv.render.diff_text import AFTER_THE_DEPLOY

_HOME: Final = "https://www.npmjs.com/package/serverless-leastpriv"
_RULES: Final = {
    "escalation": ("The deployer can raise its own permissions", "error", "9.0"),
    "any-resource": ("The deployer is granted something on every resource", "error", "8.0"),
    "new-service": ("The deployer uses a service that it did not use before", "warning", "6.0"),
    "data": ("The deployer can reach data", "warning", "6.0"),
    "delete": ("The deployer can delete what holds data", "warning", "5.0"),
    "widened": ("The deployer is granted more than before", "warning", "4.0"),
    "narrowed": ("The deployer needs less than before", "note", "0.0"),
}


def sarif(found: Difference, config_file: str) -> dict[str, Any]:
    """One result for each cause. `config_file` is where the configuration is, from the root of the repository."""
    return {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "serverless-leastpriv",
                        "version": __version__,
                        "informationUri": _HOME,
                        "rules": [_rule(name) for name in _RULES],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(group, config_file) for group in groups_of(found.findings)],
            }
        ],
    }


def _rule(name: str) -> dict[str, Any]:
    text, level, severity = _RULES[name]
    return {
        "id": name,
        "name": "".join(word.title() for word in name.split("-")),
        "shortDescription": {"text": text},
        "defaultConfiguration": {"level": level},
        "properties": {"tags": ["security", "iam"], "security-severity": severity},
    }


def _result(group: Group, config_file: str) -> dict[str, Any]:
    rule = (group.risks[0].kind.replace(" ", "-") if group.risks else "widened") if group.widens else "narrowed"
    identity = f"{rule} {group.principal} {group.reason.text}"
    result: dict[str, Any] = {
        "ruleId": rule,
        "ruleIndex": list(_RULES).index(rule),
        "level": _RULES[rule][1],
        "message": {"text": _message(group)},
        "locations": [{"physicalLocation": _location(group.reason.where, config_file)}],
        "partialFingerprints": {"leastprivCause/v1": sha256(identity.encode()).hexdigest()},
    }
    if group.widens and group.approved:
        reasons = "; ".join(dict.fromkeys(one.approved for one in group.findings if one.approved is not None))
        result["suppressions"] = [{"kind": "external", "justification": reasons}]
    return result


def _message(group: Group) -> str:
    lines = [f"{group.principal}: {group.reason.text}"]
    lines += dict.fromkeys(risk.text for risk in group.risks)
    for line in group.lines:
        places = f"from {', '.join(line.was)} to {', '.join(line.resources)}" if line.was else f"on {', '.join(line.resources)}"
        conditions = "".join(f", if {condition_text(one)}" for one in line.conditions)
        lines.append(f"{line.kind}: {', '.join(line.actions)} {places}{conditions}")
    return "\n".join(lines if group.widens else [*lines, AFTER_THE_DEPLOY])


def _location(where: str | None, config_file: str) -> dict[str, Any]:
    file, _, line = (where or "").rpartition(":")
    path = normpath(join(dirname(config_file), file)) if file else config_file
    return {"artifactLocation": {"uri": path}, "region": {"startLine": int(line) if line.isdecimal() else 1}}
