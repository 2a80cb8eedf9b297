"""Elements and evaluation logic, case by case, as AWS documents them. Every group names its page."""

from __future__ import annotations

from typing import Any

import pytest

from sls_leastpriv.errors import LeastprivError, ServiceError, UsageError
from sls_leastpriv.policy.evaluate import Decision, Request, Source, compile_policy, evaluate, evaluate_pattern

GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
RESOURCE = GUIDE + "reference_policies_elements_resource.html"
VARIABLES = GUIDE + "reference_policies_variables.html"
QUEUE = "arn:aws:sqs:us-east-2:111111111111:queue1"
LAMBDA = "arn:aws:lambda:us-east-1:111111111111:function:svc"
SLASHES = "arn:aws:s3:::amzn-s3-demo-bucket/*/test/*"
BUCKET = "arn:aws:s3:::amzn-s3-demo-bucket"

RESOURCES: dict[str, list[tuple[str, str, bool | None]]] = {
    RESOURCE: [
        (QUEUE, QUEUE, True),
        (QUEUE, "arn:aws:sqs:us-east-2:111111111111:queue2", False),
        (QUEUE, "arn:aws:sqs:us-east-2:222222222222:queue1", False),
        (QUEUE, "arn:aws:sqs:us-east-1:111111111111:queue1", False),
        (QUEUE, "arn:aws-cn:sqs:us-east-2:111111111111:queue1", False),
        ("arn:aws:iam::111111111111:user/Bob", "arn:aws:iam::111111111111:user/Bob", True),
        ("arn:aws:iam::111111111111:user/Bob", "arn:aws:iam::111111111111:user/bob", False),
        ("arn:aws:iam::111111111111:user/accounting/*", "arn:aws:iam::111111111111:user/accounting/x/y", True),
        ("arn:aws:iam::111111111111:user/accounting/*", "arn:aws:iam::111111111111:user/Bob", False),
        ("arn:aws:s3:::my_corporate_bucket/*", "arn:aws:s3:::my_corporate_bucket/a/b", True),
        ("arn:aws:s3:::my_corporate_bucket/*", "arn:aws:s3:::my_corporate_bucket", False),
        ("arn:aws:s3:::my_corporate_bucket/*", "arn:aws:s3:::my_corporate_bucket/", True),
        ("*", QUEUE, True),
        ("*", "*", True),
        ("**", QUEUE, True),
        (QUEUE, "*", False),
        ("arn:aws:s3:::*", "*", False),
        ("arn:aws:s3:::*", "arn:aws:s3:::bucket/key", True),
        ("arn:aws:s3:::buck?t", "arn:aws:s3:::bucket", True),
        ("arn:aws:s3:::buck?t", "arn:aws:s3:::buckt", False),
        ("arn:aws:s3:::bucket?", "arn:aws:s3:::bucket", False),
        ("arn:aws:s3:::*-dev-*", "arn:aws:s3:::svc-dev-assets", True),
        ("arn:aws:s3:::*-dev-*", "arn:aws:s3:::svc-prod-assets", False),
        ("arn:aws:s3:::a.c", "arn:aws:s3:::abc", False),
        ("arn:aws:s3:::a[bc]", "arn:aws:s3:::ab", False),
        ("arn:aws:s3:::a[bc]", "arn:aws:s3:::a[bc]", True),
    ],
    RESOURCE + "#slashes": [
        *[
            (SLASHES, f"{BUCKET}/{key}", True)
            for key in (
                "1/test/object.jpg",
                "1/2/test/object.jpg",
                "1/2/test/3/object.jpg",
                "1/2/3/test/4/object.jpg",
                "1///test///object.jpg",
                "1/test/.jpg",
                "/test/object.jpg",
                "1/test/",
            )
        ],
        (SLASHES, f"{BUCKET}/1-test/object.jpg", False),
        (SLASHES, f"{BUCKET}/test/object.jpg", False),
        (SLASHES, f"{BUCKET}/1/2/test.jpg", False),
    ],
    # "If the * wildcard is the last character of a resource ARN segment, it can expand to match beyond the colon boundaries."
    RESOURCE + "#reference_policies_elements_resource_wildcards": [
        ("arn:aws:lambda:*:*:function:svc", LAMBDA, True),
        ("arn:aws:lambda:*:111111111111:function:svc", LAMBDA, True),
        ("arn:aws:lambda:us-*:111111111111:function:svc", LAMBDA, True),
        ("arn:aws:lambda:us-*-1:111111111111:function:svc", LAMBDA, True),
        ("arn:aws:lambda:eu-*:111111111111:function:svc", LAMBDA, False),
        ("arn:aws:lambda:us-east-?:1111?1111111:function:svc", LAMBDA, True),
        ("arn:aws:lambda:*:function:svc", LAMBDA, True),
        ("arn:aws:lambda:*", LAMBDA, True),
        ("arn:aws:*", LAMBDA, True),
        ("arn:*:function:svc", LAMBDA, True),
        ("arn:aws:sqs:*", LAMBDA, False),
        ("arn:aws:lambda:us-east-1*svc", LAMBDA, False),
        ("arn:aws:lambda:us-east-1?111111111111:function:svc", LAMBDA, False),
        ("arn:aws:lambda:us-east-1:1*n:svc", LAMBDA, False),
        ("arn:aws:lambda:us-east-1:111111111111:function:*", LAMBDA + ":live", True),
        ("arn:aws:lambda:us-east-1:111111111111:*", LAMBDA + ":live", True),
        ("arn:aws:lambda:us-east-1:111111111111:f*live", LAMBDA + ":live", True),
        ("arn:aws:lambda:us-east-1:111111111111:function?svc", LAMBDA, True),
        ("arn:aws:lambda:us-east-1:111111111111:function:svc", LAMBDA + ":live", False),
        (
            "arn:aws:logs:*:*:log-group:/aws/lambda/*:*:*",
            "arn:aws:logs:us-east-1:1:log-group:/aws/lambda/f:log-stream:x",
            True,
        ),
        ("arn:aws:logs:*:*:*", "arn:aws:logs:us-east-1:1:log-group:/aws/lambda/f:log-stream:x", True),
        ("arn:*:s3:::bucket", "arn:aws-cn:s3:::bucket", True),
        ("arn:aws*:s3:::bucket", "arn:aws-us-gov:s3:::bucket", True),
        ("arn:aws:s3:*:*:bucket", "arn:aws:s3:::bucket", True),
        ("arn:aws:s3:?:?:bucket", "arn:aws:s3:::bucket", False),
        ("arn:aws:*:us-*-1:1:x", "arn:aws:s3:us-a:us-b-1:1:x", True),
        ("?*", QUEUE, True),
        ("?*", ":", False),
        ("?*", "", False),
        ("arn:aws:*:us-*:1*:x*", "arn:aws:sqs:us-east-1:1:x:y", True),
    ],
    VARIABLES: [
        ("arn:aws:s3:::bucket/${aws:username}/*", "arn:aws:s3:::bucket/alice/x", True),
        ("arn:aws:s3:::bucket/${aws:username}/*", "arn:aws:s3:::bucket/bob/x", False),
        ("arn:aws:sqs:us-east-2:*:${aws:username}-queue", "arn:aws:sqs:us-east-2:1:alice-queue", True),
        ("arn:aws:sqs:us-east-2:*:${aws:username}-queue", "arn:aws:sqs:us-east-2:1:bob-queue", False),
        ("arn:aws:s3:::b-${aws:PrincipalTag/team, 'company-wide'}", "arn:aws:s3:::b-company-wide", True),
        ("arn:aws:s3:::b-${aws:PrincipalTag/team, 'company-wide'}", "arn:aws:s3:::b-yellow", False),
        ("arn:aws:s3:::b-${aws:PrincipalTag/team}", "arn:aws:s3:::b-", False),
        ("arn:aws:s3:::b-${aws:PrincipalTag/team}*", "arn:aws:s3:::b-x", False),
        ("arn:aws:s3:::b-${aws:unheard}", "arn:aws:s3:::b-x", None),
        ("arn:aws:s3:::b-${aws:unheard}", "arn:aws:s3:::c-x", False),
        ("arn:aws:s3:::${*}", "arn:aws:s3:::*", True),
        ("arn:aws:s3:::${*}", "arn:aws:s3:::bucket", False),
        ("arn:aws:s3:::${?}*", "arn:aws:s3:::?x", True),
        ("arn:aws:s3:::${$}{x}", "arn:aws:s3:::${x}", True),
        ("arn:aws:s3:::b/${aws:wild}", "arn:aws:s3:::b/anything", False),
        ("arn:aws:s3:::b/${aws:wild}", "arn:aws:s3:::b/*", True),
        ("arn:aws:s3:::b/${aws:colons}", "arn:aws:s3:::b/x:y", True),
        # "You can't use a variable to replace parts of the ARN before the fifth colon."
        ("arn:aws:sqs:${aws:region}:1:q", "arn:aws:sqs:us-east-1:1:q", False),
        ("arn:aws:iam::${aws:account}:role/x", "arn:aws:iam::1:role/x", False),
    ],
}
KNOWN = {
    "aws:username": "alice",
    "aws:wild": "*",
    "aws:colons": "x:y",
    "aws:region": "us-east-1",
    "aws:account": "1",
}


def by_page(groups: dict[str, list[Any]]) -> list[Any]:
    """The cases of all groups, each with its page in its name."""
    return [
        pytest.param(case, id=f"{url.rpartition('/')[2]}-{number}")
        for url, cases in groups.items()
        for number, case in enumerate(cases, 1)
    ]


@pytest.mark.parametrize("case", by_page(RESOURCES))
@pytest.mark.parametrize("element", ["Resource", "NotResource"])
def test_resource(case: tuple[str, str, bool | None], element: str) -> None:
    pattern, resource, expected = case
    request = Request("s3:GetObject", resource, KNOWN, absent=["aws:PrincipalTag/team"])
    policy = allow({"Action": "*", element: pattern})
    outcome = {"allowed": True, "implicit": False, "unknown": None}[evaluate(request, identity=[policy]).outcome]
    assert outcome is (expected if element == "Resource" or expected is None else not expected)


@pytest.mark.parametrize("case", by_page(RESOURCES))
def test_resource_as_a_pattern(case: tuple[str, str, bool | None]) -> None:
    """A text without wildcards is a pattern of itself."""
    pattern, resource, expected = case
    if "*" not in resource and "?" not in resource:
        request = Request("s3:GetObject", resource, KNOWN, absent=["aws:PrincipalTag/team"])
        decision = evaluate_pattern(request, identity=[allow({"Action": "*", "Resource": pattern})])
        assert {"allowed": True, "implicit": False, "unknown": None}[decision.outcome] is expected


ACTION = GUIDE + "reference_policies_elements_action.html"
NOT_ACTION = GUIDE + "reference_policies_elements_notaction.html"
NOT_RESOURCE = GUIDE + "reference_policies_elements_notresource.html"
PAYROLL = {
    "Effect": "Deny",
    "Action": "s3:*",
    "NotResource": ["arn:aws:s3:::HRBucket/Payroll", "arn:aws:s3:::HRBucket/Payroll/*"],
}
NOT_DELETE = {"Effect": "Allow", "NotAction": "s3:DeleteBucket", "Resource": "arn:aws:s3:::*"}
NOT_IAM = {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}
DENY_NOT = {"Effect": "Deny", "NotAction": ["iam:*", "sts:GetSessionToken"], "Resource": "*"}
LISTED = ["sqs:SendMessage", "sqs:ReceiveMessage", "ec2:StartInstances", "iam:ChangePassword", "s3:GetObject"]

STATEMENTS: dict[str, list[tuple[dict[str, Any], str, str, str]]] = {
    ACTION: [
        ({"Action": "sqs:SendMessage"}, "sqs:SendMessage", QUEUE, "allowed"),
        ({"Action": "sqs:SendMessage"}, "sqs:ReceiveMessage", QUEUE, "implicit"),
        ({"Action": LISTED}, "ec2:StartInstances", "*", "allowed"),
        ({"Action": LISTED}, "ec2:StopInstances", "*", "implicit"),
        ({"Action": "iam:ListAccessKeys"}, "IAM:listaccesskeys", "*", "allowed"),
        ({"Action": "IAM:LISTACCESSKEYS"}, "iam:ListAccessKeys", "*", "allowed"),
        ({"Action": "s3:*"}, "s3:GetObject", "*", "allowed"),
        ({"Action": "s3:*"}, "s3-object-lambda:GetObject", "*", "implicit"),
        ({"Action": "S3:*"}, "s3:GetObject", "*", "allowed"),
        ({"Action": "iam:*AccessKey*"}, "iam:CreateAccessKey", "*", "allowed"),
        ({"Action": "iam:*AccessKey*"}, "iam:DeleteAccessKey", "*", "allowed"),
        ({"Action": "iam:*AccessKey*"}, "iam:ListAccessKeys", "*", "allowed"),
        ({"Action": "iam:*accesskey*"}, "iam:UpdateAccessKey", "*", "allowed"),
        ({"Action": "iam:*AccessKey*"}, "iam:ListUsers", "*", "implicit"),
        ({"Action": "*"}, "iam:CreateUser", "*", "allowed"),
        ({"Action": "*:*"}, "iam:CreateUser", "*", "allowed"),
        ({"Action": "ec2:Describe*"}, "ec2:DescribeInstances", "*", "allowed"),
        ({"Action": "ec2:Describe*"}, "ec2:RunInstances", "*", "implicit"),
        ({"Action": "s3:Get?bject"}, "s3:GetObject", "*", "allowed"),
        ({"Action": "s3:GetObject?"}, "s3:GetObject", "*", "implicit"),
        ({"Action": "s3:Get*Acl"}, "s3:GetObjectVersionAcl", "*", "allowed"),
        ({"Action": "s3:Get*Acl"}, "s3:GetObject", "*", "implicit"),
        ({"Action": "*:Get*"}, "lambda:GetFunction", "*", "allowed"),
        ({"Action": "s3:GetObject"}, "s3:GetObjectAcl", "*", "implicit"),
        ({"Action": "s3:G.tObject"}, "s3:GetObject", "*", "implicit"),
        ({"Action": "${aws:action}"}, "s3:GetObject", "*", "implicit"),
        ({"Action": "NoService"}, "noservice", "*", "allowed"),
    ],
    NOT_ACTION: [
        (NOT_DELETE, "s3:GetObject", "arn:aws:s3:::bucket/key", "allowed"),
        (NOT_DELETE, "s3:DeleteBucket", "arn:aws:s3:::bucket", "implicit"),
        (NOT_DELETE, "S3:deletebucket", "arn:aws:s3:::bucket", "implicit"),
        (NOT_DELETE, "s3:ListAllMyBuckets", "*", "implicit"),
        (NOT_IAM, "ec2:RunInstances", "*", "allowed"),
        (NOT_IAM, "iam:CreateUser", "*", "implicit"),
        (NOT_IAM | {"NotAction": ["iam:*", "ec2:*"]}, "ec2:RunInstances", "*", "implicit"),
        (DENY_NOT, "s3:GetObject", "*", "denied"),
        (DENY_NOT, "iam:CreateUser", "*", "implicit"),
        (DENY_NOT, "sts:GetSessionToken", "*", "implicit"),
        ({"NotAction": "*"}, "s3:GetObject", "*", "implicit"),
    ],
    NOT_RESOURCE: [
        (PAYROLL, "s3:GetObject", "arn:aws:s3:::HRBucket/Payroll", "implicit"),
        (PAYROLL, "s3:GetObject", "arn:aws:s3:::HRBucket/Payroll/x", "implicit"),
        (PAYROLL, "s3:GetObject", "arn:aws:s3:::HRBucket/Other", "denied"),
        (PAYROLL, "s3:GetObject", "arn:aws:s3:::HRBucket", "denied"),
        (PAYROLL, "s3:ListAllMyBuckets", "*", "denied"),
        (PAYROLL, "ec2:RunInstances", "*", "implicit"),
        ({"Action": "*", "NotResource": "arn:aws:s3:::HRBucket"}, "iam:CreateUser", "*", "allowed"),
        ({"Action": "*", "NotResource": "arn:aws:s3:::HRBucket"}, "s3:ListBucket", "arn:aws:s3:::HRBucket", "implicit"),
        ({"Action": "*", "NotResource": "*"}, "s3:ListBucket", "arn:aws:s3:::HRBucket", "implicit"),
    ],
    GUIDE + "reference_policies_elements_principal.html": [
        ({"Action": "s3:GetObject", "Principal": "*"}, "s3:GetObject", "*", "allowed"),
        ({"Action": "s3:GetObject", "Principal": {"AWS": ["111111111111"]}}, "s3:GetObject", "*", "allowed"),
        ({"Action": "s3:GetObject", "NotPrincipal": {"Service": "x.amazonaws.com"}}, "s3:GetObject", "*", "allowed"),
    ],
}


def allow(statement: dict[str, Any], version: str = "2012-10-17") -> Any:
    return compile_policy(
        {
            "Version": version,
            "Statement": {"Effect": "Allow", "Resource": "*", **statement}
            if not any(name in statement for name in ("Resource", "NotResource"))
            else {"Effect": "Allow", **statement},
        }
    )


@pytest.mark.parametrize("case", by_page(STATEMENTS))
def test_statement(case: tuple[dict[str, Any], str, str, str]) -> None:
    statement, action, resource, expected = case
    request = Request(action, resource, complete=True)
    assert evaluate(request, identity=[allow(statement)]).outcome == expected
    if resource != "*":  # which as a pattern stands for every resource
        assert evaluate_pattern(Request(action, resource), identity=[allow(statement)]).outcome == expected


GET, PUT = "s3:GetObject", "s3:PutObject"
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
ALLOW_GET = {"Effect": "Allow", "Action": GET, "Resource": "*"}
ALLOW_PUT = {"Effect": "Allow", "Action": PUT, "Resource": "*"}
DENY_GET = {"Effect": "Deny", "Action": GET, "Resource": "*"}
MAY_DENY = DENY_GET | {"Condition": {"StringEquals": {"aws:a": "x"}}}
MAY_ALLOW = ALLOW_GET | {"Condition": {"StringEquals": {"aws:b": "x"}}}
NONE: list[dict[str, Any]] = []

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
LOGIC: list[tuple[dict[str, Any], str, str | None, set[str]]] = [
    ({"identity": [NONE]}, "implicit", "identity", set()),
    ({"identity": []}, "implicit", "identity", set()),
    ({"identity": [[ALLOW_GET]]}, "allowed", "identity", set()),
    ({"identity": [[ALLOW_PUT], [ALLOW_GET]]}, "allowed", "identity", set()),
    ({"identity": [[ALLOW_PUT]]}, "implicit", "identity", set()),
    ({"identity": [[ALLOW_GET, DENY_GET]]}, "denied", "identity", set()),
    ({"identity": [[DENY_GET], [ALLOW_GET]]}, "denied", "identity", set()),
    ({"identity": [[DENY_GET]]}, "denied", "identity", set()),
    ({"identity": [[ALLOW_GET]], "boundary": [[ALL]]}, "allowed", "identity", set()),
    ({"identity": [[ALLOW_GET]], "boundary": [[ALLOW_PUT]]}, "implicit", "boundary", set()),
    ({"identity": [[ALLOW_GET]], "boundary": []}, "implicit", "boundary", set()),
    ({"identity": [[ALL]], "boundary": [[ALL, DENY_GET]]}, "denied", "boundary", set()),
    ({"identity": [NONE], "boundary": [[ALL]]}, "implicit", "identity", set()),
    ({"identity": [[ALL]], "session": [[ALLOW_GET]]}, "allowed", "identity", set()),
    ({"identity": [[ALL]], "session": [[ALLOW_PUT]]}, "implicit", "session", set()),
    ({"identity": [[ALL]], "session": [[ALLOW_PUT], [ALLOW_GET]]}, "allowed", "identity", set()),
    ({"identity": [[ALL]], "session": [[ALL], [DENY_GET]]}, "denied", "session", set()),
    ({"identity": [NONE], "session": [[ALL]]}, "implicit", "identity", set()),
    ({"identity": [[ALL]], "scp": [[[ALL]]]}, "allowed", "identity", set()),
    ({"identity": [[ALL]], "scp": []}, "allowed", "identity", set()),
    ({"identity": [[ALL]], "scp": [[]]}, "implicit", "scp", set()),
    ({"identity": [[ALL]], "scp": [[[ALL]], [[ALLOW_PUT]]]}, "implicit", "scp", set()),
    ({"identity": [[ALL]], "scp": [[[ALL]], [[ALLOW_PUT], [ALLOW_GET]]]}, "allowed", "identity", set()),
    ({"identity": [[ALL]], "scp": [[[ALLOW_PUT]], [[ALL]]]}, "implicit", "scp", set()),
    ({"identity": [[ALL]], "scp": [[[ALL], [DENY_GET]], [[ALL]]]}, "denied", "scp", set()),
    ({"identity": [NONE], "scp": [[[ALL]]]}, "implicit", "identity", set()),
    ({"identity": [[ALLOW_PUT]], "boundary": [[DENY_GET]], "scp": [[[ALL]]]}, "denied", "boundary", set()),
    ({"identity": [[ALL]], "boundary": [[ALL]], "session": [[ALL]], "scp": [[[ALL]]]}, "allowed", "identity", set()),
    ({"identity": [[ALL]], "boundary": [[ALL]], "session": [[ALLOW_PUT]], "scp": [[[ALL]]]}, "implicit", "session", set()),
    ({"identity": [[ALL]], "boundary": [[ALLOW_PUT]], "session": [[ALLOW_PUT]]}, "implicit", "boundary", set()),
    # Kleene's logic over keys that are not known:
    ({"identity": [[MAY_ALLOW]]}, "unknown", "identity", {"aws:b"}),
    ({"identity": [[MAY_ALLOW, ALLOW_GET]]}, "allowed", "identity", set()),
    ({"identity": [[ALL, MAY_DENY]]}, "unknown", "identity", {"aws:a"}),
    ({"identity": [[MAY_ALLOW, MAY_DENY]]}, "unknown", "identity", {"aws:a", "aws:b"}),
    ({"identity": [[MAY_ALLOW, DENY_GET]]}, "denied", "identity", set()),
    ({"identity": [[MAY_DENY, DENY_GET]]}, "denied", "identity", set()),
    ({"identity": [[MAY_DENY]]}, "implicit", "identity", {"aws:a"}),
    ({"identity": [[MAY_ALLOW]], "boundary": [[ALLOW_PUT]]}, "implicit", "boundary", set()),
    ({"identity": [[ALL]], "boundary": [[MAY_ALLOW]]}, "unknown", "boundary", {"aws:b"}),
    ({"identity": [[ALL]], "boundary": [[ALL, MAY_DENY]]}, "unknown", "boundary", {"aws:a"}),
    ({"identity": [[ALLOW_PUT]], "boundary": [[MAY_ALLOW]]}, "implicit", "identity", set()),
    ({"identity": [[ALL]], "scp": [[[ALL, MAY_DENY]], [[MAY_ALLOW]]]}, "unknown", "scp", {"aws:a", "aws:b"}),
    ({"identity": [[ALL]], "session": [[MAY_ALLOW]], "scp": [[[DENY_GET]]]}, "denied", "scp", set()),
]


@pytest.mark.parametrize("case", LOGIC)
@pytest.mark.parametrize("evaluator", [evaluate, evaluate_pattern])
def test_logic(case: tuple[dict[str, Any], str, str | None, set[str]], evaluator: Any) -> None:
    kinds, outcome, layer, keys = case
    ready = {
        kind: [[ready_policy(one) for one in level] for level in documents]
        if kind == "scp"
        else [ready_policy(one) for one in documents]
        for kind, documents in kinds.items()
    }
    decision = evaluator(Request(GET, "arn:aws:s3:::bucket/key"), **ready)
    assert (decision.outcome, decision.layer, decision.unknown_keys) == (outcome, layer, keys)


def ready_policy(statements: list[dict[str, Any]]) -> Any:
    return compile_policy({"Version": "2012-10-17", "Statement": statements})


def test_the_deciding_statement_is_named() -> None:
    document = {"Version": "2012-10-17", "Statement": [ALLOW_PUT, MAY_ALLOW, ALLOW_GET | {"Sid": "Read"}, MAY_DENY]}
    policy = compile_policy(document, "reader")
    request = Request(GET, "*", absent=["aws:a"])
    assert evaluate(request, identity=[policy]) == Decision("allowed", Source("identity", "reader", 3, "Read"), "identity")
    undecided = evaluate(Request(GET, "*"), identity=[policy])
    assert undecided == Decision("unknown", Source("identity", "reader", 4, None), "identity", frozenset({"aws:a"}))
    denied = evaluate(Request(GET, "*", {"aws:a": "x"}), identity=[policy], boundary=[policy])
    assert denied == Decision("denied", Source("boundary", "reader", 4, None), "boundary")


CONTEXT_CASES = [
    ({}, {}, "unknown"),
    ({"aws:b": "x"}, {}, "allowed"),
    ({"AWS:B": ["x"]}, {}, "allowed"),
    ({"aws:b": ("x",)}, {}, "allowed"),
    ({"aws:b": []}, {}, "implicit"),
    ({}, {"absent": ["AWS:b"]}, "implicit"),
    ({}, {"complete": True}, "implicit"),
    ({"aws:b": "x"}, {"complete": True}, "allowed"),
    ({"aws:a": "x"}, {}, "unknown"),
]


@pytest.mark.parametrize(("context", "more", "outcome"), CONTEXT_CASES)
def test_context(context: Any, more: Any, outcome: str) -> None:
    assert evaluate(Request(GET, "*", context, **more), identity=[ready_policy([MAY_ALLOW])]).outcome == outcome


def test_a_family_of_keys_is_absent() -> None:
    block = {"Null": {"aws:RequestTag/team": "true"}}
    policy = ready_policy([ALL | {"Condition": block}])
    assert evaluate(Request(GET, "*"), identity=[policy]).outcome == "unknown"
    assert evaluate(Request(GET, "*", absent=["aws:RequestTag/*"]), identity=[policy]).outcome == "allowed"
    known = Request(GET, "*", {"aws:RequestTag/team": "a"}, absent=["aws:RequestTag/*"])
    assert evaluate(known, identity=[policy]).outcome == "implicit"


@pytest.mark.parametrize(
    "make",
    [
        lambda: Request(GET, "*", {"aws:a": 1}),  # type: ignore[dict-item]
        lambda: Request(GET, "*", {"aws:a": [1]}),  # type: ignore[list-item]
        lambda: Request(GET, "*", {"aws:a": None}),  # type: ignore[dict-item]
        lambda: Request(GET, None),  # type: ignore[arg-type]
        lambda: Request(1, "*"),  # type: ignore[arg-type]
        lambda: Request(GET, "*", {"aws:a": "x"}, absent=["AWS:A"]),
    ],
)
def test_malformed_request(make: Any) -> None:
    with pytest.raises(UsageError) as caught:
        make()
    assert caught.value.help


STATEMENT = {"Effect": "Allow", "Action": "*", "Resource": "*"}
MALFORMED: list[tuple[Any, str]] = [
    (None, "not a JSON object"),
    ([], "not a JSON object"),
    ("text", "not a JSON object"),
    ({}, "`Statement`"),
    ({"Statement": None}, "`Statement`"),
    ({"Statement": "x"}, "`Statement`"),
    ({"Statement": [STATEMENT], "Version": "2012-10-18"}, "`Version`"),
    ({"Statement": [STATEMENT], "Version": ["2012-10-17"]}, "`Version`"),
    ({"Statement": [STATEMENT], "Statments": []}, "`Statments`"),
    ({"Statement": ["x"]}, "statement 1"),
    ({"Statement": [STATEMENT, None]}, "statement 2"),
    *[
        ({"Statement": [STATEMENT | change]}, told)
        for change, told in (
            ({"Effect": "allow"}, "`Effect`"),
            ({"Effect": None}, "`Effect`"),
            ({"Effect": ["Allow"]}, "`Effect`"),
            ({"Conditions": {}}, "`Conditions`"),
            ({"Sid": 1}, "`Sid`"),
            ({"Action": None}, "`Action`"),
            ({"Action": []}, "`Action`"),
            ({"Action": ["s3:Get*", 1]}, "`Action`"),
            ({"Action": {"a": "b"}}, "`Action`"),
            ({"NotAction": "s3:*"}, "`NotAction`"),
            ({"Resource": []}, "`Resource`"),
            ({"Resource": 7}, "`Resource`"),
            ({"NotResource": "*"}, "`NotResource`"),
            ({"Principal": 1}, "`Principal`"),
            ({"Principal": "somebody"}, "`Principal`"),
            ({"Principal": {"AWS": 1}}, "`Principal`"),
            ({"NotPrincipal": {"AWS": [1]}}, "`NotPrincipal`"),
            ({"Condition": None}, "`Condition`"),
            ({"Condition": []}, "`Condition`"),
            ({"Condition": {"StringEquals": "x"}}, "`StringEquals`"),
            ({"Condition": {"StringEquals": {"k": None}}}, "`StringEquals`"),
            ({"Condition": {"StringEquals": {"k": {}}}}, "`StringEquals`"),
            ({"Condition": {"StringEquals": {"k": [["x"]]}}}, "`StringEquals`"),
            ({"Condition": {"StringEqual": {"k": "x"}}}, "`StringEqual`"),
            ({"Condition": {"ForSomeValues:StringEquals": {"k": "x"}}}, "`ForSomeValues:StringEquals`"),
            ({"Condition": {":StringEquals": {"k": "x"}}}, "`:StringEquals`"),
            ({"Condition": {"StringEqualsIfExistsIfExists": {"k": "x"}}}, "IfExistsIfExists"),
            ({"Condition": {"NullIfExists": {"k": "true"}}}, "`NullIfExists`"),
            ({"Condition": {"ForAnyValue:Null": {"k": "true"}}}, "`ForAnyValue:Null`"),
            ({"Condition": {"Null": {"k": "maybe"}}}, "`Null`"),
            ({"Condition": {1: {"k": "x"}}}, "`Condition`"),
            ({"Condition": {"StringEquals": {1: "x"}}}, "`StringEquals`"),
        )
    ],
    ({"Statement": [{"Effect": "Allow", "Resource": "*"}]}, "`Action`"),
    ({"Statement": [{"Effect": "Allow", "Action": "*"}]}, "`Resource`"),
    ({"Statement": [{"Action": "*", "Resource": "*"}]}, "`Effect`"),
]


@pytest.mark.parametrize(("document", "told"), MALFORMED)
def test_malformed_policy(document: Any, told: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"""
    with pytest.raises(ServiceError) as caught:
        compile_policy(document, "deployer.json")
    assert isinstance(caught.value, LeastprivError)
    assert "deployer.json" in caught.value.message
    assert told in caught.value.message
    assert caught.value.help.startswith("see https://docs.aws.amazon.com/")


PATTERNS: list[tuple[list[dict[str, Any]], str, str, str]] = [
    ([ALL], "s3:*", "*", "allowed"),
    ([{"Action": "lambda:*", "Resource": f"{LAMBDA}-*"}], "lambda:GetFunction", f"{LAMBDA}-dev-*", "allowed"),
    ([{"Action": "lambda:*", "Resource": f"{LAMBDA}-dev-*"}], "lambda:GetFunction", f"{LAMBDA}-*", "implicit"),
    ([{"Action": "lambda:*", "Resource": "arn:aws:lambda:*"}], "lambda:GetFunction", f"{LAMBDA}-*", "allowed"),
    ([{"Action": "lambda:*", "Resource": "arn:aws:lambda:*"}], "lambda:GetFunction", "*", "implicit"),
    ([{"Action": "lambda:Get*", "Resource": "*"}], "lambda:GetFunction*", "*", "allowed"),
    ([{"Action": "lambda:Get*", "Resource": "*"}], "lambda:*", "*", "implicit"),
    ([{"Action": ["lambda:Get*", "LAMBDA:getfunction"], "Resource": "*"}], "lambda:GetFunction", "*", "allowed"),
    ([{"Action": "*", "Resource": [f"{LAMBDA}", f"{LAMBDA}?*"]}], "lambda:GetFunction", f"{LAMBDA}*", "allowed"),
    ([{"Action": "*", "Resource": [f"{LAMBDA}", f"{LAMBDA}-*"]}], "lambda:GetFunction", f"{LAMBDA}*", "implicit"),
    ([ALL, {"Effect": "Deny", "Action": "*", "Resource": f"{LAMBDA}-prod"}], "lambda:GetFunction", f"{LAMBDA}-*", "denied"),
    ([ALL, {"Effect": "Deny", "Action": "*", "Resource": "arn:aws:s3:::*"}], "lambda:GetFunction", f"{LAMBDA}-*", "allowed"),
    ([ALL, {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}], "lambda:GetFunction", f"{LAMBDA}-*", "allowed"),
    ([ALL, {"Effect": "Deny", "Action": "s3:Put*", "Resource": "*"}], "s3:*", "*", "denied"),
    ([ALL, {"Effect": "Deny", "NotAction": "lambda:*", "Resource": "*"}], "lambda:Get*", "*", "allowed"),
    ([ALL, {"Effect": "Deny", "NotAction": "lambda:Get*", "Resource": "*"}], "lambda:*", "*", "denied"),
    ([ALL, {"Effect": "Deny", "Action": "*", "NotResource": f"{LAMBDA}*"}], "lambda:Get*", f"{LAMBDA}-*", "allowed"),
    ([ALL, {"Effect": "Deny", "Action": "*", "NotResource": f"{LAMBDA}-*"}], "lambda:Get*", f"{LAMBDA}*", "denied"),
    ([{"NotAction": "iam:*", "Resource": "*"}], "lambda:*", "*", "allowed"),
    ([{"NotAction": "iam:*", "Resource": "*"}], "*", "*", "implicit"),
    ([{"Action": "*", "NotResource": "arn:aws:iam::*"}], "lambda:*", f"{LAMBDA}*", "allowed"),
    ([{"Action": "*", "NotResource": f"{LAMBDA}-x"}], "lambda:*", f"{LAMBDA}*", "implicit"),
    ([MAY_ALLOW], GET, "arn:aws:s3:::b/*", "unknown"),
    ([ALL, MAY_DENY], GET, "arn:aws:s3:::b/*", "unknown"),
    ([ALL, MAY_DENY | {"Resource": "arn:aws:s3:::c/*"}], GET, "arn:aws:s3:::b/*", "allowed"),
    ([{"Action": "*", "Resource": "arn:aws:s3:::b/${aws:username}/*"}], GET, "arn:aws:s3:::b/alice/x*", "allowed"),
    ([{"Action": "*", "Resource": "arn:aws:s3:::b/${aws:username}/*"}], GET, "arn:aws:s3:::b/*", "implicit"),
    ([{"Action": "*", "Resource": "arn:aws:s3:::b/${aws:unheard}/*"}], GET, "arn:aws:s3:::b/x/*", "unknown"),
    ([{"Action": "*", "Resource": "arn:aws:s3:::b/${aws:unheard}/*"}], GET, "arn:aws:s3:::c/*", "implicit"),
    ([{"Action": "*", "Resource": "arn:aws:s3:::b/${aws:PrincipalTag/team}*"}], GET, "arn:aws:s3:::b/*", "implicit"),
    ([ALL, DENY_GET | {"Resource": "arn:aws:s3:::b/${aws:unheard}"}], GET, "arn:aws:s3:::b/*", "unknown"),
    ([ALL, DENY_GET | {"Resource": "arn:aws:s3:::b/${aws:unheard}"}], GET, "arn:aws:s3:::c/*", "allowed"),
    ([ALL, DENY_GET | {"Resource": "arn:aws:s3:::b/${aws:username}"}], GET, "arn:aws:s3:::b/*", "denied"),
]


@pytest.mark.parametrize("case", PATTERNS)
def test_patterns(case: tuple[list[dict[str, Any]], str, str, str]) -> None:
    statements, action, resource, expected = case
    policy = ready_policy([{"Effect": "Allow", **statement} for statement in statements])
    request = Request(action, resource, {"aws:username": "alice"}, absent=["aws:PrincipalTag/*"])
    assert evaluate_pattern(request, identity=[policy]).outcome == expected


def test_many_actions_are_remembered_within_bounds() -> None:
    policy = ready_policy([{"Effect": "Allow", "Action": ["s3:Get*", "s3:*Acl"], "Resource": "*"}])
    for number in range(10_000):
        assert evaluate(Request(f"s3:Get{number}", "*"), identity=[policy]).outcome == "allowed"
        assert evaluate(Request(f"s3:Put{number}", "*"), identity=[policy]).outcome == "implicit"


def test_crafted_patterns_do_not_explode() -> None:
    crafted = ["*a" * 40 + "b", "arn:aws:s3:::" + "*a" * 40 + "b", "arn:*:*:*:*:" + "*:a" * 30, "arn:*a*a*a*:*b*b*:*:c"]
    policy = ready_policy([{"Effect": "Allow", "Action": crafted[0], "Resource": crafted}])
    for text in ("a" * 2000, "arn:aws:s3:::" + "a" * 2000, "arn" + ":a" * 500, "arn:" + "a:" * 500 + "b"):
        for action in ("a" * 2000 + "b", "a" * 2000):
            assert evaluate(Request(action, text), identity=[policy]).outcome in ("implicit", "allowed")
