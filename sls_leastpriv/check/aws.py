"""AWS, as the check asks it: boto3 on first use, a limit for its silence, and one clear error for each way it can fail.

Credentials come from boto3's ordinary chain (environment, profile, SSO, …) and are never read here but for the access key's id.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from sls_leastpriv.check.failures import TimeIsUp, as_aws_error
from sls_leastpriv.errors import AwsError

DEFAULT_TIMEOUT: Final = 20.0
_MOST_ATTEMPTS: Final = 5
_PARALLEL: Final = 8

_ANY_REGION: Final = "us-east-1"


class Aws:
    """Clients for one region. `timeout` is how long AWS may be silent: each answer begins it anew.

    `session` says whose credentials: keywords of `boto3.Session`, such as `profile_name`; without it boto3's chain finds them.
    """

    def __init__(self, region: str | None, timeout: float = DEFAULT_TIMEOUT, *, session: Mapping[str, str] | None = None) -> None:
        self._region = region
        self._timeout = timeout
        self._options = session or {}
        self._end = time.monotonic() + timeout
        self._session: Any = None
        self._clients: dict[str, Any] = {}
        self._refusal: Mapping[str, Any] | None = None

    @property
    def parallel(self) -> int:
        """How many requests are made at a time."""
        return _PARALLEL

    def access_key_id(self) -> str:
        """The id of the access key that requests are signed with. AwsError without credentials.

        The environment's is boto3's first choice, and is found without loading it.
        """
        given = os.environ.get("AWS_ACCESS_KEY_ID")
        if given and os.environ.get("AWS_SECRET_ACCESS_KEY"):
            return given
        return str(self._guarded("", self._resolved_key))

    def call(self, service: str, operation: str, **parameters: Any) -> Mapping[str, Any]:
        """The answer of one operation. AwsError when there is none; `Denied` when the principal may not ask."""
        client = self.client(service)
        answer: Mapping[str, Any] = self._guarded(f"{service}:{operation}", lambda: getattr(client, operation)(**parameters))
        return answer

    def pages(self, service: str, operation: str, key: str, **parameters: Any) -> list[Any]:
        """All items of a list that comes in pages."""
        paginator = self.client(service).get_paginator(operation)
        found: list[Any] = self._guarded(
            f"{service}:{operation}", lambda: [item for page in paginator.paginate(**parameters) for item in page.get(key, ())]
        )
        return found

    def client(self, service: str) -> Any:
        """The client of a service; made in the thread that asks first, because making one is not safe in several."""
        if service not in self._clients:
            self._clients[service] = self._guarded("", lambda: self._new_client(service))
        return self._clients[service]

    def _resolved_key(self) -> str:
        from botocore.exceptions import NoCredentialsError

        credentials = self._boto3().get_credentials()
        if credentials is None:
            raise NoCredentialsError
        return str(credentials.get_frozen_credentials().access_key)

    def _boto3(self) -> Any:
        if self._session is None:
            import boto3

            self._session = boto3.Session(**self._options)
        return self._session

    def _new_client(self, service: str) -> Any:
        from botocore.config import Config

        each = max(1.0, min(6.0, self._timeout / 3))
        config = Config(
            connect_timeout=each,
            read_timeout=each,
            retries={"mode": "adaptive", "total_max_attempts": _MOST_ATTEMPTS},
            user_agent_extra="sls-leastpriv",
        )
        session = self._boto3()
        region = self._region or session.region_name or _ANY_REGION
        try:
            client = session.client(service, region_name=region, config=config)
        except ValueError:
            # botocore has no error of its own for an endpoint that is no address
            raise AwsError("the AWS configuration is malformed", help="check the region and `AWS_ENDPOINT_URL`") from None

        def in_time(**_: Any) -> None:
            # no attempt begins that could end after the limit; the first one always may
            if time.monotonic() > self._end - each:
                raise TimeIsUp(self._refusal)

        def remember(parsed_response: Mapping[str, Any] | None, **_: Any) -> None:
            self._refusal = parsed_response if parsed_response is not None and "Error" in parsed_response else None

        client.meta.events.register(f"before-send.{service}", in_time)
        client.meta.events.register(f"response-received.{service}", remember)
        return client

    def _guarded(self, what: str, ask: Callable[[], Any]) -> Any:
        """What `ask` gives; `what` is the operation that it asks, `service:operation`."""
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.parsers import ResponseParserError

        try:
            answer = ask()
        except (BotoCoreError, ClientError, ResponseParserError, TimeIsUp) as error:
            raise as_aws_error(error, what, self._timeout) from None
        self._end = time.monotonic() + self._timeout
        return answer
