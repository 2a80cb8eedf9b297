"""A policy document → the policy ready for evaluation, or a clear message what is wrong with it.

Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sls_leastpriv.errors import ServiceError
from sls_leastpriv.policy.compiled import CompiledPolicy, CompiledStatement, Patterns
from sls_leastpriv.policy.conditions import HELP, compile_conditions
from sls_leastpriv.policy.variables import Template, fixed, parse_resource_template
from sls_leastpriv.policy.wildcards import Tokens, parse, tokens

_VARIABLES_SINCE: Final = "2012-10-17"
_VERSIONS: Final = ("2008-10-17", _VARIABLES_SINCE)
_ELEMENTS: Final = frozenset(
    ("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition")
)


def compile_policy(document: Mapping[str, Any], name: str = "the policy") -> CompiledPolicy:
    """A policy document, as parsed from JSON → the policy ready for evaluation. `name` is for messages and decisions.

    A `Version` before 2012-10-17, or none, has no policy variables. `Principal` is left alone: an identity policy
    applies to whom it is attached to. ServiceError for a document that IAM would refuse for its form.
    """
    if not isinstance(document, Mapping):
        raise ServiceError(f"{name} is not a JSON object", help=HELP)
    strange = sorted(str(element) for element in document if element not in ("Version", "Id", "Statement"))
    if strange:
        raise ServiceError(f"{name} has the element `{strange[0]}`, which IAM does not know", help=HELP)
    version = document.get("Version", _VERSIONS[0])
    if version not in _VERSIONS:
        raise ServiceError(f"`Version` of {name} is neither `{_VERSIONS[0]}` nor `{_VERSIONS[1]}`", help=HELP)
    statements = document.get("Statement")
    if isinstance(statements, Mapping):
        statements = [statements]
    if not isinstance(statements, list | tuple):
        raise ServiceError(f"`Statement` of {name} is not a list of statements", help=HELP)
    variables = version == _VARIABLES_SINCE
    return CompiledPolicy(
        name,
        tuple(
            _statement(statement, position, f"statement {position} of {name}", variables)
            for position, statement in enumerate(statements, 1)
        ),
    )


def _statement(statement: Any, position: int, where: str, variables: bool) -> CompiledStatement:
    if not isinstance(statement, Mapping):
        raise ServiceError(f"{where} is not an object", help=HELP)
    strange = sorted(str(element) for element in statement if element not in _ELEMENTS)
    if strange:
        raise ServiceError(f"{where} has the element `{strange[0]}`, which IAM does not know", help=HELP)
    effect, sid = statement.get("Effect"), statement.get("Sid")
    if effect not in ("Allow", "Deny"):
        raise ServiceError(f"`Effect` of {where} is neither `Allow` nor `Deny`", help=HELP)
    if sid is not None and not isinstance(sid, str):
        raise ServiceError(f"`Sid` of {where} is not a text", help=HELP)
    _check_principal(statement, where)
    actions, not_action = _either(statement, "Action", where)
    resources, not_resource = _either(statement, "Resource", where)
    return CompiledStatement(
        position=position,
        sid=sid,
        allow=effect == "Allow",
        actions=Patterns([parse(action.lower(), "text") for action in actions]),
        not_action=not_action,
        resources=_resources(resources, variables),
        not_resource=not_resource,
        tests=compile_conditions(statement.get("Condition", {}), where, variables),
    )


def _resources(texts: Sequence[str], variables: bool) -> Patterns:
    constant: list[Tokens] = []
    templates: list[Template] = []
    for text in texts:
        if not variables or "${" not in text:
            constant.append(parse(text, "resource"))
            continue
        template = parse_resource_template(text)
        pieces = fixed(template)
        if pieces is None:
            templates.append(template)
        else:
            constant.append(tokens(pieces, "resource"))
    return Patterns(constant, templates)


def _either(statement: Mapping[str, Any], element: str, where: str) -> tuple[tuple[str, ...], bool]:
    """The texts of an element or of its `Not…` form, and whether it is that form."""
    given = [name for name in (element, f"Not{element}") if name in statement]
    if len(given) != 1:
        raise ServiceError(f"{where} must have either `{element}` or `Not{element}`", help=HELP)
    texts = statement[given[0]]
    texts = [texts] if isinstance(texts, str) else texts
    if not isinstance(texts, list | tuple) or not texts or not all(isinstance(text, str) for text in texts):
        raise ServiceError(f"`{given[0]}` of {where} is neither a text nor a list of texts", help=HELP)
    return tuple(texts), given[0] != element


def _check_principal(statement: Mapping[str, Any], where: str) -> None:
    for element in ("Principal", "NotPrincipal"):
        principal = statement.get(element, "*")
        lists = list(principal.values()) if isinstance(principal, Mapping) else [principal]
        if principal != "*" and not isinstance(principal, Mapping):
            raise ServiceError(f"`{element}` of {where} is neither `*` nor an object", help=HELP)
        for texts in lists:
            if not isinstance(texts, str) and not (
                isinstance(texts, list | tuple) and all(isinstance(text, str) for text in texts)
            ):
                raise ServiceError(f"`{element}` of {where} is not made of texts", help=HELP)
