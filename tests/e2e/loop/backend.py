"""Passes allowed calls on: to moto, or to another server for the services that moto plays less well."""

from __future__ import annotations

import http.client
from typing import NamedTuple

from tests.e2e.loop.denial import Answer
from tests.e2e.loop.request import Request

# of this connection and not of the request; the length is set anew
HOP = {"connection", "content-length", "expect", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}

PATIENCE = 120.0


class Address(NamedTuple):
    """A server on this machine."""

    host: str
    port: int

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"


class Backends:
    """`everything` answers all services but those that have a server of their own, as CloudFormation has where its own calls
    are to be seen: moto's makes none.
    """

    def __init__(self, everything: Address) -> None:
        self._everything = everything
        self._of_service: dict[str, Address] = {}

    def play(self, service: str, address: Address) -> None:
        """From now on this server answers for the service."""
        self._of_service[service] = address

    def address(self, service: str) -> Address:
        """Who answers for the service, by botocore's name."""
        return self._of_service.get(service, self._everything)

    def send(self, service: str, request: Request) -> Answer:
        """Passes a request on with its Host, by which moto tells services and buckets apart; raises OSError."""
        host, port = self.address(service)
        connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
        try:
            connection.putrequest(request.method, request.target, skip_host=True, skip_accept_encoding=True)
            for name, value in _headers(request).items():
                connection.putheader(name, value)
            connection.endheaders(request.body)
            response = connection.getresponse()
            headers = {name: value for name, value in response.getheaders() if name.lower() not in HOP}
            if request.method == "HEAD" and response.getheader("Content-Length"):
                # it says how long the object is, and no body tells otherwise
                headers["Content-Length"] = str(response.getheader("Content-Length"))
            return Answer(response.status, headers, response.read())
        except http.client.HTTPException as error:
            raise OSError(f"no answer: {error!r}") from error
        finally:
            connection.close()


def _headers(request: Request) -> dict[str, str]:
    kept = {name: value for name, value in request.headers.items() if name not in HOP}
    return kept | {"content-length": str(len(request.body))}
