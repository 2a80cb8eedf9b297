"""Whose call was denied: the deployer's, that of the CloudFormation role, or that of a role that is not ours to grant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from sls_leastpriv.facts.service import deployment_role
from sls_leastpriv.learn.denial import Denial
from sls_leastpriv.model import Need, Prediction, Project
from sls_leastpriv.policy.patterns import covers
from sls_leastpriv.resolve.arns import parse_arn

Whose = Literal["deployer", "cloudformation", "function", "caller"]
"""`caller` is whoever uses what was deployed, at run time."""

_CLOUDFORMATION: Final = "cloudformation.amazonaws.com"

_ROLE_OF_CODE: Final = re.compile(
    r"lambda-?role|lambdas?-|-execution-role|AmazonBedrockExecutionRole|IamRoleLambda|LambdaExecuti|IamRoleCustomResources|LambdaFunctionRole|FunctionRole|FunctionServiceRole"
    r"|StatesExecutionRole|StateMachineRole|ecsTaskExecutionRole|TaskRole",
    re.IGNORECASE,
)
"""Names that the Framework, SAM and the CDK give to the roles of what they deploy."""

_SESSION_OF_CODE: Final = re.compile(r"^awslambda_\d+_\d+$|^CognitoIdentityCredentials$|Function(?:-\w{6,13})?$")
_OF_CALLERS: Final = frozenset({"execute-api", "iot-data", "cognito-sync", "appsync-data"})


@dataclass(frozen=True, slots=True)
class Roles:
    """What a service says of roles: the CloudFormation role's name, the roles it hands out, and its functions' names (patterns)."""

    cloudformation: str | None = None
    handed_out: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()


def roles_of(project: Project, prediction: Prediction) -> Roles:
    """The roles of a project, by its prediction."""
    role = deployment_role(project)
    passed = {_last(need.resource) for need in prediction.needs if need.action == "iam:PassRole" and not _to_cloudformation(need)}
    functions = {
        arn.resource.removeprefix("function:")
        for need in prediction.needs
        if need.action == "lambda:CreateFunction" and (arn := parse_arn(need.resource)) is not None
    }
    return Roles(_last(role) if isinstance(role, str) else None, _names(passed), _names(functions))


def whose(denial: Denial, roles: Roles) -> Whose:
    """Whose call it was, by the words, the principal's name, and the roles of the service."""
    if denial.whose is not None:
        return denial.whose
    if all(action.partition(":")[0] in _OF_CALLERS for action in denial.actions):
        return "caller"
    role, session = _role_and_session(denial.principal)
    if role is None:
        return "cloudformation" if roles.cloudformation and denial.place is not None and denial.principal is None else "deployer"
    if session == "AWSCloudFormation" or role == roles.cloudformation:
        return "cloudformation"
    if any(covers(pattern, role) for pattern in roles.handed_out) or any(covers(name, session) for name in roles.functions):
        return "function"
    if _ROLE_OF_CODE.search(role) or _SESSION_OF_CODE.search(session):
        return "function"
    return "deployer"


def _role_and_session(principal: str | None) -> tuple[str | None, str]:
    arn = parse_arn(principal or "")
    kind, _, rest = arn.resource.partition("/") if arn is not None else ("", "", "")
    if kind == "assumed-role":
        name, _, session = rest.partition("/")
        return name, session
    return (rest.rpartition("/")[2], "") if kind == "role" else (None, "")


def _to_cloudformation(need: Need) -> bool:
    return any(_CLOUDFORMATION in condition.values for condition in need.conditions)


def _last(arn: str) -> str:
    return arn.rpartition("/")[2]


def _names(patterns: set[str]) -> tuple[str, ...]:
    """The patterns that say something: a bare `*` would claim everybody."""
    return tuple(sorted(pattern for pattern in patterns if pattern.strip("*")))
