"""The ways in which AWS cannot be asked, each as one message that says what to do. Never the words of AWS: they can hold names.

Codes: https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sls_leastpriv.errors import AwsError


class Denied(AwsError):
    """The principal may not ask this: `action` is the IAM action that it lacks."""

    def __init__(self, action: str) -> None:
        super().__init__(f"`{action}` is denied", help="`generate --with-check --principal ARN` grants what the check needs")
        self.action = action


class NotThere(AwsError):
    """IAM knows no such user, role or policy."""

    def __init__(self) -> None:
        super().__init__("IAM knows no such principal", help="check the ARN, and that the credentials are of its account")


class Throttled(AwsError):
    """AWS was asked more often than it answers."""

    def __init__(self) -> None:
        super().__init__("AWS was asked too often and refuses to answer now", help="try again in a minute")


class Collision(AwsError):
    """Something is not as it was read: another run, or a quota, came between."""

    def __init__(self, code: str) -> None:
        super().__init__(f"AWS refused a change (`{code}`)", help="run the command again: it goes on from what is there")
        self.code = code


class Refused(AwsError):
    """AWS took the request for malformed."""

    def __init__(self) -> None:
        super().__init__("AWS refused a request as malformed", help="please report it with the report of `--format report`")


class TimeIsUp(Exception):
    """No further attempt fits into the time limit. `refusal` is what AWS answered to the last one, if it did."""

    def __init__(self, refusal: Mapping[str, Any] | None) -> None:
        super().__init__()
        self.refusal = refusal


_CREDENTIALS: Final = "name a profile (`AWS_PROFILE`) or log in; `check --policy FILE` needs none"
_LOGIN: Final = "log in again (`aws sso login`, a new session token, …)"
_NETWORK: Final = "check the network, the proxy and the region; the check needs the endpoints of STS and IAM"

_EXPIRED: Final = ("the credentials have expired", _LOGIN)
_STRANGER: Final = ("AWS does not know the access key", "check the profile or the environment; is the key still active?")
_MALFORMED: Final = ("the credentials are malformed", "check them for blanks and line ends")
_BY_CODE: Final[dict[str, tuple[str, str]]] = {
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "TokenRefreshRequired": _EXPIRED,
    "InvalidClientTokenId": _STRANGER,
    "UnrecognizedClientException": _STRANGER,
    "InvalidAccessKeyId": _STRANGER,
    "IncompleteSignature": _MALFORMED,
    "MissingAuthenticationToken": _MALFORMED,
    "OptInRequired": ("the account is not enabled for this service", "finish the account's registration"),
}

_SKEW: Final = (
    "the clock of this machine is wrong: AWS takes the request for too old or too new",
    "set the clock (NTP); AWS tolerates five minutes",
)
_SKEW_CODES: Final = frozenset({"RequestExpired", "RequestTimeTooSkewed", "RequestInTheFuture"})
_DENIALS: Final = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
_COLLISIONS: Final = frozenset(
    {"EntityAlreadyExists", "LimitExceeded", "DeleteConflict", "ConcurrentModification", "EntityTemporarilyUnmodifiable"}
)
_THROTTLES: Final = frozenset(
    {"Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException", "SlowDown", "RequestThrottled"}
)


def as_aws_error(error: Exception, what: str, timeout: float) -> AwsError:
    """An exception of botocore, raised by the operation `what` (`iam:get_role`) → ours."""
    from botocore.exceptions import ClientError

    if isinstance(error, ClientError):
        return _of_answer(error.response, what)
    if isinstance(error, TimeIsUp) and error.refusal is not None:
        return _of_answer(error.refusal, what)
    return _of_exception(error, timeout)


def _of_answer(response: Any, what: str) -> AwsError:
    detail = response.get("Error", {})
    code = str(detail.get("Code", ""))
    if code in _DENIALS:
        service, _, operation = what.partition(":")
        return Denied(f"{service}:{''.join(part.title() for part in operation.split('_'))}")
    if code == "NoSuchEntity":
        return NotThere()
    if code in _COLLISIONS:
        return Collision(code)
    if code in ("InvalidInput", "ValidationError", "PolicyEvaluation"):
        return Refused()
    if code in _BY_CODE:
        return _saying(_BY_CODE[code])
    if code in _SKEW_CODES:
        return _saying(_SKEW)
    if code == "SignatureDoesNotMatch":
        # the only code for both; AWS then says `Signature expired` or `Signature not yet current`
        if "ignature expired" in str(detail.get("Message")) or "not yet current" in str(detail.get("Message")):
            return _saying(_SKEW)
        return AwsError("the secret access key does not belong to the access key", help="check the profile or the environment")
    if code in _THROTTLES:
        return Throttled()
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if status >= 500:
        return AwsError(f"AWS has a fault of its own (HTTP {status})", help="try again; https://health.aws.amazon.com tells more")
    return AwsError(f"AWS refused the request (`{_plain(code)}`)", help="check the credentials and the region")


def _of_exception(error: Exception, timeout: float) -> AwsError:
    names = {kind.__name__ for kind in type(error).__mro__}
    if names & {"TimeIsUp", "ReadTimeoutError"}:
        return AwsError(f"AWS did not answer within {timeout:g} s", help=_NETWORK)
    if names & {"NoCredentialsError", "CredentialRetrievalError", "PartialCredentialsError"}:
        found = "there are no AWS credentials" if "NoCredentialsError" in names else "the AWS credentials cannot be had"
        return AwsError(found, help=_CREDENTIALS)
    if "ProfileNotFound" in names:
        return AwsError("the AWS profile does not exist", help="check `AWS_PROFILE` and the file `~/.aws/config`")
    if any(name.startswith(("SSO", "Token", "UnauthorizedSSO", "PendingAuthorization", "Login")) for name in names):
        return AwsError("the login of the AWS profile has expired", help=_LOGIN)
    if "ResponseParserError" in names:
        return AwsError("what answers is not AWS", help=_NETWORK)
    if "HTTPClientError" in names and isinstance(getattr(error, "kwargs", {}).get("error"), ValueError):
        # a header that cannot be sent, and only the credentials in it come from outside
        return _saying(_MALFORMED)
    if names & {"HTTPClientError", "ConnectionError", "EndpointConnectionError", "ConnectTimeoutError", "SSLError"}:
        return AwsError("AWS cannot be reached", help=_NETWORK)
    return AwsError(f"AWS could not be asked (`{type(error).__name__}`)", help="check the AWS configuration and the credentials")


def _saying(message_and_help: tuple[str, str]) -> AwsError:
    message, help = message_and_help
    return AwsError(message, help=help)


def _plain(code: str) -> str:
    return "".join(sign for sign in code if sign.isalnum() or sign in "._-")[:60]
