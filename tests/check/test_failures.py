"""Every way in which AWS cannot be asked: one clear message within the time limit, and an end as the mode says."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.check.running import Desk, allow, policy
from tests.check.simulator import Simulator
from tests.check.stub import Answer, Form, Stub, caller, failure, nothing_but_the_caller
from tests.commands.run import Outcome
from tests.fixture import ACCOUNT

NETWORK = "help: check the network, the proxy and the region"
LOGIN = "help: log in again"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def assert_said(outcome: Outcome, message: str, help: str) -> None:
    """One message, its next step, and nothing that AWS or a credential says."""
    said = [line for line in outcome.err.splitlines() if not line.startswith("asking ")]
    assert said[:2] == [f"error: the check cannot be made: {message}", said[1]], outcome.err
    assert said[1].startswith(help), outcome.err
    assert said[-1] == "0 missing · 19 cannot be known · 19 needs of `ledger-prod`"
    assert "to make the check possible" not in outcome.err, "no statement would"
    assert outcome.code == 4
    assert outcome.out == ""
    for secret in ("CANARY", "Traceback", "botocore"):
        assert secret not in outcome.err


def test_no_credentials(desk: Desk) -> None:
    assert_said(
        desk.check(process=True),
        "there are no AWS credentials",
        "help: name a profile (`AWS_PROFILE`) or log in; `check --policy FILE`",
    )


def test_a_profile_that_does_not_exist(desk: Desk) -> None:
    outcome = desk.check(env={"AWS_PROFILE": "nobody"})
    assert_said(outcome, "the AWS profile does not exist", "help: check `AWS_PROFILE`")


def test_a_login_that_has_expired(desk: Desk) -> None:
    desk.file(
        "config",
        "[profile sso]\nsso_session = corporate\nsso_account_id = 123456789012\nsso_role_name = Deployers\n"
        "[sso-session corporate]\nsso_region = us-east-1\nsso_start_url = https://example.invalid/start\n",
    )
    assert_said(desk.check(env={"AWS_PROFILE": "sso"}), "the login of the AWS profile has expired", LOGIN)


EXPIRED = "Signature expired: 20261127T180000Z is now earlier than 20261127T181500Z (20261127T183000Z - 15 min.)"
EARLY = "Signature not yet current: 20261127T193000Z is still later than 20261127T184500Z (20261127T183000Z + 15 min.)"
CLOCK = "the clock of this machine is wrong: AWS takes the request for too old or too new"


@pytest.mark.parametrize(
    ("answer", "message", "help"),
    [
        (failure(403, "ExpiredToken"), "the credentials have expired", LOGIN),
        (failure(400, "ExpiredTokenException"), "the credentials have expired", LOGIN),
        (failure(403, "InvalidClientTokenId"), "AWS does not know the access key", "help: check the profile or the environment"),
        (failure(403, "SignatureDoesNotMatch", EXPIRED), CLOCK, "help: set the clock"),
        (failure(403, "SignatureDoesNotMatch", EARLY), CLOCK, "help: set the clock"),
        (failure(400, "RequestExpired"), CLOCK, "help: set the clock"),
        (
            failure(403, "SignatureDoesNotMatch"),
            "the secret access key does not belong to the access key",
            "help: check the profile or the environment",
        ),
        (failure(400, "IncompleteSignature"), "the credentials are malformed", "help: check them for blanks"),
        (failure(403, "OptInRequired"), "the account is not enabled for this service", "help: finish the account's registration"),
        (failure(418, "Some-thing else"), "AWS refused the request (`Some-thingelse`)", "help: check the credentials"),
        (Answer(200, "<html><br>CANARY: log in to our network"), "what answers is not AWS", NETWORK),
        (Answer(403, "<html><br>CANARY: no"), "what answers is not AWS", NETWORK),
        (caller("not an ARN"), "AWS does not say who the credentials are of", "help: check the endpoint of STS"),
    ],
)
def test_what_aws_refuses(answer: Answer, message: str, help: str, desk: Desk) -> None:
    with Stub(lambda *_: answer) as stub:
        assert_said(desk.check(env=stub.env), message, help)


def test_a_token_that_expires_between_two_requests(desk: Desk) -> None:
    def answers(operation: str, _: Form) -> Answer:
        return caller() if operation == "GetCallerIdentity" else failure(403, "ExpiredToken")

    with Stub(answers) as stub:
        outcome = desk.check(env=stub.env)
    assert "error: the check cannot be made: the credentials have expired\nhelp: log in again" in outcome.err
    assert outcome.code == 4


def test_a_fault_of_aws_itself(desk: Desk) -> None:
    with Stub(lambda *_: failure(503, "ServiceUnavailable")) as stub:
        outcome = desk.check("--timeout", "4", env=stub.env)
    assert_said(outcome, "AWS has a fault of its own (HTTP 503)", "help: try again")
    assert len(stub.asked) > 1


@pytest.mark.parametrize("address", ["127.0.0.1:80", "http://a b"])
def test_an_endpoint_that_is_no_address(address: str, desk: Desk) -> None:
    env = {**Stub(nothing_but_the_caller).env, "AWS_ENDPOINT_URL": address}
    assert_said(desk.check(env=env), "the AWS configuration is malformed", "help: check the region and `AWS_ENDPOINT_URL`")


@pytest.mark.parametrize("name", ["AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN"])
def test_credentials_with_a_line_end(name: str, desk: Desk) -> None:
    with Stub(nothing_but_the_caller) as stub:
        outcome = desk.check(env={**stub.env, name: "CANARY\nCANARY"})
    assert_said(outcome, "the credentials are malformed", "help: check them for blanks and line ends")


def test_no_network(desk: Desk) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        env = Stub(nothing_but_the_caller, port=closed.getsockname()[1]).env
    begin = time.monotonic()
    assert_said(desk.check("--timeout", "5", env=env), "AWS cannot be reached", NETWORK)
    assert time.monotonic() - begin < 15


def test_an_endpoint_whose_name_nobody_knows(desk: Desk) -> None:
    env = {**Stub(nothing_but_the_caller).env, "AWS_ENDPOINT_URL": "http://sts.invalid"}
    assert_said(desk.check("--timeout", "5", env=env), "AWS cannot be reached", NETWORK)


@contextmanager
def silence() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(16)
        taken: list[socket.socket] = []

        def take() -> None:
            while True:
                try:
                    taken.append(server.accept()[0])
                except OSError:
                    return

        threading.Thread(target=take, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        for one in taken:
            one.close()


def test_an_endpoint_that_hangs(desk: Desk) -> None:
    with silence() as port:
        begin = time.monotonic()
        outcome = desk.check("--timeout", "4", env=Stub(nothing_but_the_caller, port=port).env, process=True)
        took = time.monotonic() - begin
    assert_said(outcome, "AWS did not answer within 4 s", NETWORK)
    assert 2 < took < 4 + 6
    assert "asking AWS who the credentials are of (1 s)" in outcome.err


def test_an_endpoint_that_hangs_after_the_first_answer(desk: Desk) -> None:
    def answers(operation: str, _: Form) -> Answer:
        if operation != "GetCallerIdentity":
            time.sleep(30)
        return caller()

    with Stub(answers) as stub:
        begin = time.monotonic()
        outcome = desk.check("--timeout", "3", env=stub.env)
        took = time.monotonic() - begin
    assert outcome.code == 4
    assert "error: the check cannot be made: AWS did not answer within 3 s" in outcome.err
    assert "asking IAM what the principal is allowed" in outcome.err
    assert "to make the check possible" not in outcome.err
    assert took < 3 + 6


USER_READS = "iam:GetUser, iam:ListAttachedUserPolicies, iam:ListGroupsForUser, iam:ListUserPolicies"


def test_reads_that_are_denied(desk: Desk) -> None:
    """Neither read nor simulated: what would make the check possible is said, and nothing is fine."""
    with Stub(nothing_but_the_caller) as stub:
        outcome = desk.check(env=stub.env)
        report = desk.check("--format", "report", env=stub.env).json()["check"]
    assert outcome.code == 4
    assert (
        f"the policies of user `deployer` of {ACCOUNT} may not be read, and IAM's policy simulator may not be asked" in outcome.err
    )
    assert "`generate --with-check --principal ARN` writes the first into the policy" in outcome.err
    assert outcome.err.splitlines()[-1].startswith("0 missing · 19 cannot be known")
    user = f"arn:aws:iam::{ACCOUNT}:user/deployer"
    assert [one["Statement"][0] for one in report["toCheck"]] == [
        {"Effect": "Allow", "Action": "iam:SimulatePrincipalPolicy", "Resource": user},
        {
            "Effect": "Allow",
            "Action": [
                "iam:GetUser",
                "iam:GetUserPolicy",
                "iam:ListAttachedUserPolicies",
                "iam:ListGroupsForUser",
                "iam:ListUserPolicies",
            ],
            "Resource": user,
        },
    ]
    assert f'[{{"Effect": "Allow", "Action": "iam:SimulatePrincipalPolicy", "Resource": "{user}"}}]' in outcome.err
    assert set(report["evidence"]["unread"]) == {*USER_READS.split(", "), "iam:SimulatePrincipalPolicy"}


@pytest.mark.parametrize("kind", ["root", "federated-user/alice"])
def test_principals_that_iam_keeps_no_policies_of(kind: str, desk: Desk) -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:root" if kind == "root" else f"arn:aws:sts::{ACCOUNT}:{kind}"
    with Stub(lambda *_: caller(arn)) as stub:
        outcome = desk.check(env=stub.env)
    if kind == "root":
        assert outcome.code == 0
        assert "everything is allowed to it; deploy as a role or a user of its own instead" in outcome.err
    else:
        assert outcome.code == 4
        assert f"IAM does not tell the policies of the federated user `alice` of {ACCOUNT}" in outcome.err


def test_mode_warn_says_it_and_does_not_fail(desk: Desk) -> None:
    outcome = desk.check("--mode", "warn")
    assert outcome.code == 0
    assert outcome.err.startswith("warning: the check cannot be made: there are no AWS credentials\nhelp: ")
    assert "0 missing · 19 cannot be known" in outcome.err


def test_what_is_missing_outweighs_what_could_not_be_read(desk: Desk) -> None:
    """Exit code 1, and not 4: it is known that something is missing."""
    deployer = f"arn:aws:iam::{ACCOUNT}:role/elsewhere"
    with Stub(Simulator([policy(allow("s3:*"))], arn=deployer)) as stub:
        outcome = desk.check("--principal", deployer, env=stub.env)
    assert outcome.code == 1
    assert "missing: cloudformation:CreateChangeSet on" in outcome.err


def test_a_principal_of_another_account_is_noticed(desk: Desk) -> None:
    stranger = "arn:aws:iam::999999999999:user/deployer"
    with Stub(Simulator([policy(allow("*"))], arn=stranger, caller=stranger)) as stub:
        outcome = desk.check(env=stub.env)
    assert f"note: user `deployer` of 999999999999 is not in the account {ACCOUNT} that the service is deployed to" in outcome.err
