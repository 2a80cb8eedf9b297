"""Who a principal is, by its ARN."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sls_leastpriv.check.identity import Identity, parse_identity

IAM = "arn:aws:iam::123456789012:"
STS = "arn:aws:sts::123456789012:"


@pytest.mark.parametrize(
    ("arn", "kind", "name", "path", "shown"),
    [
        (f"{IAM}user/alice", "user", "alice", "/", f"{IAM}user/alice"),
        (f"{IAM}user/teams/a/alice", "user", "alice", "/teams/a/", f"{IAM}user/teams/a/alice"),
        (f"{IAM}role/ci", "role", "ci", "/", f"{IAM}role/ci"),
        (f"{IAM}role/teams/ci", "role", "ci", "/teams/", f"{IAM}role/teams/ci"),
        (f"{STS}assumed-role/ci/run-1", "role", "ci", None, f"{IAM}role/ci"),
        (f"{STS}assumed-role/ci/a@b.example", "role", "ci", None, f"{IAM}role/ci"),
        (f"{STS}federated-user/bob", "federated", "bob", None, f"{STS}bob"),
        (f"{IAM}root", "root", "root", None, f"{IAM}root"),
        ("arn:aws-cn:iam::123456789012:user/alice", "user", "alice", "/", "arn:aws-cn:iam::123456789012:user/alice"),
        (f"{IAM}group/deployers", "other", "group/deployers", None, None),
        (f"{IAM}oidc-provider/example.org", "other", "oidc-provider/example.org", None, None),
    ],
)
def test_arns_of_principals(arn: str, kind: str, name: str, path: str | None, shown: str | None) -> None:
    found = parse_identity(arn)
    assert found is not None
    assert (found.kind, found.name, found.path) == (kind, name, path)
    assert found.account == "123456789012"
    assert shown is None or found.arn == shown or kind == "federated"


@pytest.mark.parametrize("arn", ["", "alice", "arn:aws:s3:::bucket", "arn:aws:iam::aws:policy/ReadOnlyAccess", f"{IAM[:-1]}"])
def test_what_is_no_principal(arn: str) -> None:
    assert parse_identity(arn) is None


def test_keys_of_a_user_say_so_and_sessions_do_not() -> None:
    assert parse_identity(f"{IAM}user/alice", long_lived=True) == Identity(
        "user", "alice", "123456789012", "aws", "/", long_lived=True
    )
    session = parse_identity(f"{STS}assumed-role/ci/run-1", long_lived=True)
    assert session is not None and session.session and not session.long_lived


NAMES = st.text("abcXYZ019+=,.@_-", min_size=1, max_size=20)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(NAMES, st.lists(NAMES, max_size=3), st.sampled_from(["user", "role"]))
def test_the_arn_of_what_was_parsed_is_the_arn(name: str, path: list[str], kind: str) -> None:
    arn = f"{IAM}{'/'.join([kind, *path, name])}"
    found = parse_identity(arn)
    assert found is not None
    assert (found.arn, found.kind, found.name) == (arn, kind, name)
    assert found.possible_arns == (arn,)
