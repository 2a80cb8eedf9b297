"""The events of a service's functions, and the logical ids that each of them gives rise to under a name of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sls_leastpriv.read.framework_names import alphanumeric, capitalized, normalized, path_name, websocket_route

ConfigPath: TypeAlias = tuple[str | int, ...]
Place: TypeAlias = tuple[str, ConfigPath]


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a function's `events`: its number from 0, its kind (`http`, `sqs`, …), and what it says."""

    function: str
    index: int
    kind: str
    detail: Any

    @property
    def path(self) -> ConfigPath:
        """Where it stands in the configuration."""
        return ("functions", self.function, "events", self.index)

    def text(self, key: str, *, short: bool = False) -> str | None:
        """Return the detail `key` if it is text; with `short`, also an event that is written as one text."""
        value = self.detail.get(key) if isinstance(self.detail, Mapping) else (self.detail if short else None)
        return value if isinstance(value, str) else None

    def says(self, key: str) -> bool:
        """Whether the detail `key` is set to something."""
        return isinstance(self.detail, Mapping) and bool(self.detail.get(key))


def functions_of(config: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the service's functions by name; a list of maps, as a file may have it, is merged."""
    written = config.get("functions")
    parts = written if isinstance(written, list) else [written]
    return {
        str(name): function
        for part in parts
        if isinstance(part, Mapping)
        for name, function in part.items()
        if isinstance(function, Mapping)
    }


def events_of(name: str, function: Mapping[str, Any]) -> Iterator[Event]:
    """Yield the events of one function."""
    listed = function.get("events")
    for index, entry in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(entry, Mapping):
            yield from (Event(name, index, str(kind), detail) for kind, detail in entry.items())
        elif isinstance(entry, str):
            # `- alexaSkill`, without anything about it.
            yield Event(name, index, entry, None)


def named_places(event: Event) -> Iterator[Place]:
    """Yield the logical ids that tell which event they are of, each with the place that causes it."""
    names = _NAMES.get(event.kind)
    if names is not None:
        yield from names(event)


def _http(event: Event) -> Iterator[Place]:
    short = event.detail.split() if isinstance(event.detail, str) else []
    path = (short[-1] if short else event.text("path") or "").strip("/")
    method = (short[0] if len(short) > 1 else event.text("method") or "").lower()
    yield f"ApiGatewayMethod{path_name(path)}{capitalized(method)}", event.path
    parts = path.split("/")
    for length in range(1, len(parts) + 1):
        yield f"ApiGatewayResource{path_name('/'.join(parts[:length]))}", event.path
    if event.says("cors"):
        yield f"ApiGatewayMethod{path_name(path)}Options", (*event.path, event.kind, "cors")
    yield f"{normalized(event.function)}LambdaPermissionApiGateway", event.path
    yield from _authorizer(event, "ApiGatewayAuthorizer", "LambdaPermissionApiGateway")


def _authorizer(event: Event, suffix: str, permission: str) -> Iterator[Place]:
    authorizer = event.detail.get("authorizer") if isinstance(event.detail, Mapping) else None
    name = authorizer
    if isinstance(authorizer, Mapping):
        name = authorizer.get("name") or authorizer.get("arn")
    if isinstance(name, str):
        if ":" in name:
            # The last word of the function's name, as the Framework cuts it out of an ARN.
            name = name.split(":")[-1].split("-")[-1]
        place = (*event.path, event.kind, "authorizer")
        yield f"{normalized(name)}{suffix}", place
        yield f"{normalized(name)}{permission}", place


def _http_api(event: Event) -> Iterator[Place]:
    short = event.detail.split() if isinstance(event.detail, str) else []
    path = short[-1] if short else event.text("path") or "*"
    method = short[0] if len(short) > 1 else event.text("method") or "*"
    if path == "*":
        yield "HttpApiRouteDefault", event.path
    else:
        route = f"{'ANY' if method == '*' else method.upper()} {path}"
        yield f"HttpApiRoute{path_name(route)}", event.path
    yield f"HttpApiIntegration{normalized(event.function)}", event.path
    yield f"{normalized(event.function)}LambdaPermissionHttpApi", event.path


def _websocket(event: Event) -> Iterator[Place]:
    route = event.text("route", short=True)
    if route is not None:
        yield f"{websocket_route(route)}WebsocketsRoute", event.path
        yield f"{websocket_route(route)}WebsocketsRouteResponse", event.path
    yield f"{normalized(event.function)}LambdaPermissionWebsockets", event.path
    yield from _authorizer(event, "WebsocketsAuthorizer", "LambdaPermissionWebsockets")


def _s3(event: Event) -> Iterator[Place]:
    bucket = event.text("bucket", short=True)
    if event.says("existing"):
        yield "CustomDashresourceDashexistingDashs3LambdaFunction", event.path
        yield "IamRoleCustomResourcesLambdaExecution", event.path
    elif bucket is not None:
        yield f"S3Bucket{alphanumeric(bucket)}", event.path


def _sns(event: Event) -> Iterator[Place]:
    topic = event.text("topicName") or event.text("arn", short=True)
    if topic is not None:
        topic = alphanumeric(topic.split(":")[-1])
        yield f"SNSTopic{topic}", event.path
        yield f"{topic}To{normalized(event.function)}DLQPolicy", (*event.path, event.kind, "redrivePolicy")


def _cognito_user_pool(event: Event) -> Iterator[Place]:
    pool = event.text("pool")
    if event.says("existing"):
        yield "CustomDashresourceDashexistingDashcupLambdaFunction", event.path
        yield "IamRoleCustomResourcesLambdaExecution", event.path
    elif pool is not None:
        yield f"CognitoUserPool{alphanumeric(pool)}", event.path


def _event_bridge(event: Event) -> Iterator[Place]:
    rule, bus = event.text("name"), event.text("eventBus")
    if rule is not None:
        yield f"{alphanumeric(rule)}EventBridgeRule", event.path
    if bus is not None:
        yield f"{normalized(bus)}EventBridgeEventBus", (*event.path, event.kind, "eventBus")


_NAMES: Final[Mapping[str, Callable[[Event], Iterator[Place]]]] = {
    "http": _http,
    "httpApi": _http_api,
    "websocket": _websocket,
    "s3": _s3,
    "sns": _sns,
    "cognitoUserPool": _cognito_user_pool,
    "eventBridge": _event_bridge,
}
