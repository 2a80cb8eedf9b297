"""From a logical id of the compiled template to the path in the configuration that caused it.

Goes by the Framework's naming rules.
Serves explanations: a resource that no rule knows (most of those that plugins add) has no place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sls_leastpriv.read.event_places import ConfigPath, Event, events_of, functions_of, named_places
from sls_leastpriv.read.framework_names import alphanumeric, normalized
from sls_leastpriv.read.function_places import place_in_function


class ResourcePlaces:
    """Answers for one resolved configuration."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._config = config
        self._functions = functions_of(config)
        self._events = [event for name, body in self._functions.items() for event in events_of(name, body)]
        # Longest first: of `api` and `api-admin`, `ApiDashadmin…` belongs to the second.
        self._by_prefix = sorted(((normalized(name), name) for name in self._functions), key=lambda one: -len(one[0]))
        self._named: dict[str, ConfigPath] = {}
        for event in self._events:
            for logical_id, place in named_places(event):
                self._named.setdefault(logical_id, place)

    def of(self, logical_id: str, type: str) -> ConfigPath | None:
        """Return the path of the configuration that puts this resource into the template, None when no rule knows it.

        A resource that `resources` defines is there. One that the Framework makes is at its event, else at its
        function or its setting of `provider`; what `resources` changes about such a resource does not cause it.
        """
        defined = self._in_resources(logical_id)
        if defined is not None and self._defines(defined):
            return defined
        return (
            self._named.get(logical_id)
            or self._of_provider(logical_id)
            or self._of_function(logical_id)
            or self._of_event_rule(logical_id, type)
            or self._of_layer(logical_id, type)
            or self._of_model(logical_id, type)
            or self._of_request_validator(type)
            or defined
        )

    def _in_resources(self, logical_id: str) -> ConfigPath | None:
        written = self._config.get("resources")
        for part in written if isinstance(written, list) else [written]:
            for section in ("Resources", "extensions"):
                path: ConfigPath = ("resources", section, logical_id)
                if present({"resources": part}, path):
                    return path
        return None

    def _defines(self, path: ConfigPath) -> bool:
        written = self._config.get("resources")
        parts = written if isinstance(written, list) else [written]
        return any(present({"resources": part}, (*path, "Type")) for part in parts)

    def _of_provider(self, logical_id: str) -> ConfigPath | None:
        for pattern, settings, kinds in _PROVIDER:
            if pattern.fullmatch(logical_id):
                places = [*_present(self._config, settings), *self._first_events(kinds)]
                return places[0] if places else (("provider",) if "provider" in self._config else None)
        return self._of_api_key(logical_id) or self._of_http_authorizer(logical_id)

    def _first_events(self, kinds: tuple[str, ...]) -> Iterator[ConfigPath]:
        return (event.path for event in self._events if event.kind in kinds)

    def _of_function(self, logical_id: str) -> ConfigPath | None:
        for prefix, name in self._by_prefix:
            if logical_id.startswith(prefix):
                place = place_in_function(name, self._functions[name], logical_id[len(prefix) :])
                if place is not None:
                    return place
        return None

    def _of_event_rule(self, logical_id: str, type: str) -> ConfigPath | None:
        """A rule without a name of its own is called after the function and the event's number; long names are cut."""
        found = re.fullmatch(r"(.*)rule(\d+)EventBridgeRule", logical_id)
        if found is None or type != "AWS::Events::Rule":
            return None
        candidates = [one for one in self._events if one.kind == "eventBridge" and str(one.index + 1) == found.group(2)]
        named = [one for one in candidates if self._deployed_name(one) == found.group(1)]
        cut = [one for one in candidates if found.group(1).startswith(self._deployed_name(one)[:20])]
        return (named or cut or candidates)[0].path if len(named or cut or candidates) == 1 else None

    def _deployed_name(self, event: Event) -> str:
        return alphanumeric(str(self._functions[event.function].get("name") or event.function))

    def _of_layer(self, logical_id: str, type: str) -> ConfigPath | None:
        layers = self._config.get("layers")
        if not type.startswith("AWS::Lambda::Layer") or not isinstance(layers, Mapping):
            return None
        for name in sorted(map(str, layers), key=len, reverse=True):
            if re.fullmatch(f"{normalized(name)}LambdaLayer[0-9a-f]*", logical_id):
                return ("layers", name)
            if re.fullmatch(f"{normalized(name)}.*LambdaLayerPermission[0-9a-f]*", logical_id):
                return ("layers", name, "allowedAccounts")
        return None

    def _of_model(self, logical_id: str, type: str) -> ConfigPath | None:
        if type != "AWS::ApiGateway::Model":
            return None
        schemas: ConfigPath = ("provider", "apiGateway", "request", "schemas")
        for name in _keys(self._config, schemas):
            words = re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+", name)
            if logical_id == f"ApiGateway{''.join(word.capitalize() for word in words)}Model":
                return (*schemas, name)
        methods = [one for one in self._named if one.startswith("ApiGatewayMethod") and logical_id.startswith(one)]
        return self._named[max(methods, key=len)] if methods else None

    def _of_request_validator(self, type: str) -> ConfigPath | None:
        """The API has one validator, made for the first event with a `request`."""
        events = (event for event in self._events if event.kind == "http" and event.says("request"))
        event = next(events, None) if type == "AWS::ApiGateway::RequestValidator" else None
        return None if event is None else (*event.path, "http", "request")

    def _of_api_key(self, logical_id: str) -> ConfigPath | None:
        """`ApiGatewayApiKey2` is the second key, `ApiGatewayApiKeyFree2` the second of usage plan `free`."""
        found = re.fullmatch(r"ApiGateway(?:ApiKey|UsagePlanKey)(.*?)(\d+)", logical_id)
        if found is None:
            return None
        keys: ConfigPath = ("provider", "apiGateway", "apiKeys")
        plan, number = found.group(1), int(found.group(2)) - 1
        places: list[ConfigPath] = [(*keys, number)]
        if plan:
            listed = value_at(self._config, keys)
            entries = listed if isinstance(listed, list) else []
            places = [
                (*keys, index, name, number)
                for index, entry in enumerate(entries)
                for name in (entry if isinstance(entry, Mapping) else ())
                if str(name)[:1].upper() + str(name)[1:] == plan
            ]
        return next(_present(self._config, (*places, keys)), None)

    def _of_http_authorizer(self, logical_id: str) -> ConfigPath | None:
        authorizers: ConfigPath = ("provider", "httpApi", "authorizers")
        for name in _keys(self._config, authorizers):
            ids = f"HttpApiAuthorizer{normalized(name)}", f"{normalized(name)}LambdaAuthorizerPermissionHttpApi"
            if logical_id in ids:
                return (*authorizers, name)
        return None


def value_at(config: Any, path: ConfigPath) -> Any:
    """Return the value at `path`, None where there is none."""
    for part in path:
        if isinstance(config, Mapping):
            config = config.get(part)
        elif isinstance(config, list) and isinstance(part, int):
            config = config[part] if 0 <= part < len(config) else None
        else:
            return None
    return config


def present(config: Any, path: ConfigPath) -> bool:
    """Whether the configuration says anything at `path`."""
    return value_at(config, path) is not None


def _present(config: Any, paths: tuple[ConfigPath, ...]) -> Iterator[ConfigPath]:
    return (path for path in paths if present(config, path))


def _keys(config: Any, path: ConfigPath) -> list[str]:
    value = value_at(config, path)
    return [str(key) for key in value] if isinstance(value, Mapping) else []


_API: Final = ("provider", "apiGateway")
_LOGS: Final = ("provider", "logs")
_CACHE_POLICIES: Final = ("provider", "cloudFront", "cachePolicies")

# Ids that belong to the whole service: the settings that cause them, and else the kinds of event whose first one does.
_PROVIDER: Final[tuple[tuple[re.Pattern[str], tuple[ConfigPath, ...], tuple[str, ...]], ...]] = tuple(
    (re.compile(pattern), settings, kinds)
    for pattern, settings, kinds in (
        ("ServerlessDeploymentBucket(?:Policy)?", (("provider", "deploymentBucket"), ("service",)), ()),
        (
            "IamRoleLambdaExecution",
            (("provider", "iam", "role"), ("provider", "iamRoleStatements"), ("provider", "iam")),
            (),
        ),
        ("ApiGatewayRestApi|ApiGatewayDeployment[0-9A-Za-z]*|ApiGatewayStage", (_API,), ("http",)),
        ("ApiGatewayLogGroup", ((*_LOGS, "restApi"),), ("http",)),
        ("ApiGatewayUsagePlan(?!Key)[0-9A-Za-z]*", ((*_API, "usagePlan"), (*_API, "apiKeys"), _API), ()),
        (
            "CustomApiGatewayAccountCloudWatchRole|CustomDashresourceDashapigwDashcwDashroleLambdaFunction",
            ((*_LOGS, "restApi"), (*_LOGS, "websocket")),
            ("http", "websocket"),
        ),
        # Framework 3 makes a custom resource instead of a rule where `provider.eventBridge.useCloudFormation` is false.
        ("CustomDashresourceDasheventDashbridgeLambdaFunction", (), ("eventBridge",)),
        (
            # That of existing buckets and user pools is found by the event.
            "IamRoleCustomResourcesLambdaExecution",
            ((*_LOGS, "restApi"), (*_LOGS, "websocket")),
            ("eventBridge",),
        ),
        ("HttpApi|HttpApiStage", (("provider", "httpApi"),), ("httpApi",)),
        ("HttpApiLogGroup", ((*_LOGS, "httpApi"),), ("httpApi",)),
        ("WebsocketsApi|WebsocketsDeployment[0-9A-Za-z]*", (), ("websocket",)),
        ("WebsocketsLogGroup", ((*_LOGS, "websocket"),), ("websocket",)),
        ("CloudFrontDistribution", (), ("cloudFront",)),
        ("CloudFrontCachePolicy[0-9A-Za-z]*", (_CACHE_POLICIES,), ("cloudFront",)),
    )
)
