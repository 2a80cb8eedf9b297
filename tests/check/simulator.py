"""IAM's policy simulator on the wire, its decisions made by the tests' own evaluator.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from tests.check.running import USER
from tests.check.stub import Answer, Form, caller, denied, failure, result
from tests.policy.oracle import Oracle, aslist

Documents = list[dict[str, Any]]


@dataclass
class Simulator:
    """Knows one principal, `arn`, who acts as `caller`, may read nothing, and simulate its own policies.

    `page` results are in each answer; the first `throttled` simulations are refused, `refuses` are actions that it takes for
    malformed. Where it `enforces`, the principal needs permission for each call.
    """

    identity: Documents
    boundary: Documents | None = None
    organization: Documents | None = None
    arn: str = USER
    caller: str = USER
    page: int = 1000
    throttled: int = 0
    refuses: frozenset[str] = frozenset()
    combined: bool = False
    """Whether the results of one action on several resources come as one, with the resources inside."""
    enforces: bool = False

    def __call__(self, operation: str, form: Form) -> Answer:
        if operation == "GetCallerIdentity":
            return caller(self.caller)
        if self.enforces:
            return self._enforced(operation, form)
        return self._simulation(form) if operation == "SimulatePrincipalPolicy" else denied(operation)

    def _enforced(self, operation: str, form: Form) -> Answer:
        """The two calls that `generate --with-check` grants."""
        name = self.arn.rpartition("/")[2]
        itself = form.get("PolicySourceArn", self.arn if name == form.get("RoleName") else "")
        oracle = Oracle({"aws:username": [name]} if ":user/" in self.arn else {})
        if oracle.decide(f"iam:{operation}", itself, self.identity) != "allowed":
            return denied(operation)
        if operation == "GetRole":
            return result(operation, f"<Role><Arn>{self.arn}</Arn><RoleName>{name}</RoleName></Role>")
        return self._simulation(form)

    def _simulation(self, form: Form) -> Answer:
        if self.throttled:
            self.throttled -= 1
            return failure(400, "Throttling", "Rate exceeded")
        if form["PolicySourceArn"] != self.arn:
            return failure(404, "NoSuchEntity")
        actions = list(_members(form, "ActionNames"))
        if self.refuses & set(actions):
            return failure(400, "InvalidInput")
        return self._page(list(self._results(actions, list(_members(form, "ResourceArns")), _context(form))), form)

    def _page(self, results: list[str], form: Form) -> Answer:
        start, size = int(form.get("Marker", "0")), min(self.page, int(form.get("MaxItems", "100")))
        more = start + size < len(results)
        marker = f"<Marker>{start + size}</Marker>" if more else ""
        shown = "".join(results[start : start + size])
        truncated = f"<IsTruncated>{str(more).lower()}</IsTruncated>"
        return result("SimulatePrincipalPolicy", f"{truncated}{marker}<EvaluationResults>{shown}</EvaluationResults>")

    def _results(self, actions: list[str], resources: list[str], context: dict[str, list[str]]) -> Iterator[str]:
        for action in actions:
            if self.combined:
                yield self._result(action, resources, context)
            else:
                yield from (self._result(action, [resource], context) for resource in resources)

    def _result(self, action: str, resources: list[str], context: dict[str, list[str]]) -> str:
        oracle = Oracle(context)
        decisions = {one: oracle.decide(action, one, self.identity, self.boundary) for one in resources}
        organization = self.organization is None or oracle.decide(action, resources[0], self.organization) == "allowed"
        missing = [key for key in self._keys() if key.lower() not in {known.lower() for known in context}]
        details = ""
        if self.organization is not None:
            details += _element("OrganizationsDecisionDetail", _element("AllowedByOrganizations", str(organization).lower()))
        specific = "".join(
            _element(
                "member",
                _element("EvalResourceName", escape(one))
                + _element("EvalResourceDecision", _decision(decision, organization))
                + _element("MatchedStatements", "")
                + _missing(missing)
                + self._limit(oracle, action, one),
            )
            for one, decision in decisions.items()
        )
        everywhere = resources == ["*"]
        worst = next((one for one in ("denied", "implicit") if one in decisions.values()), "allowed")
        return _element(
            "member",
            _element("EvalActionName", escape(action))
            + _element("EvalResourceName", escape(resources[0]))
            + _element("EvalDecision", _decision(worst, organization))
            + _element("MatchedStatements", "")
            + _missing(missing if everywhere else [])
            + details
            + (self._limit(oracle, action, "*") if everywhere else _element("ResourceSpecificResults", specific)),
        )

    def _limit(self, oracle: Oracle, action: str, resource: str) -> str:
        if self.boundary is None:
            return ""
        allowed = oracle.decide(action, resource, self.boundary) == "allowed"
        return _element("PermissionsBoundaryDecisionDetail", _element("AllowedByPermissionsBoundary", str(allowed).lower()))

    def _keys(self) -> list[str]:
        """Every context key that some policy tests, for whatever action."""
        return sorted(
            {
                key
                for document in [*self.identity, *(self.boundary or []), *(self.organization or [])]
                for statement in aslist(document["Statement"])
                for keys in statement.get("Condition", {}).values()
                for key in keys
            }
        )


def _decision(decision: str, organization: bool) -> str:
    names = {"allowed": "allowed", "denied": "explicitDeny", "implicit": "implicitDeny"}
    return names[decision] if organization or decision == "denied" else "implicitDeny"


def _missing(keys: list[str]) -> str:
    return _element("MissingContextValues", "".join(_element("member", key) for key in keys))


def _element(name: str, text: str) -> str:
    return f"<{name}>{text}</{name}>"


def _members(form: Form, name: str) -> Iterator[str]:
    number = 1
    while (value := form.get(f"{name}.member.{number}")) is not None:
        yield value
        number += 1


def _context(form: Form) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    number = 1
    while (key := form.get(f"ContextEntries.member.{number}.ContextKeyName")) is not None:
        prefix = f"ContextEntries.member.{number}"
        assert form[f"{prefix}.ContextKeyType"] in ("string", "stringList", "boolean")
        found[key] = list(_members(form, f"{prefix}.ContextKeyValues"))
        number += 1
    return found
