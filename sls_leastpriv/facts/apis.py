"""What the Framework does to APIs beside CloudFormation: settings of stages, and domain names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sls_leastpriv.bind import BoundStack
from sls_leastpriv.facts.configured import at, mapping
from sls_leastpriv.resolve.values import Unresolved, Value


def stage_settings(provider: Mapping[str, Value]) -> Mapping[str, Value]:
    """What the Framework sets on the stage of a REST API after the deployment, by its kind; nothing where it leaves it alone.

    A setting counts as soon as it is there, also when it is false or empty: then it is switched off.
    """
    logs = at(provider, "logs", "restApi")
    settings = {
        "Tracing": at(provider, "tracing", "apiGateway"),
        "Metrics": at(provider, "apiGateway", "metrics"),
        "Logs": logs,
        "Tags": provider.get("tags") if provider.get("tags") is not None else provider.get("stackTags"),
    }
    given: dict[str, Value] = {name: True for name, value in settings.items() if value is not None}
    if not given:
        return {}
    if any(name != "Tags" for name in given):
        given["Patches"] = True
    access = at(logs, "accessLogging") if isinstance(logs, Mapping) else logs if logs is not None else False
    if access is False or isinstance(access, Unresolved):
        given["AccessLogsOff"] = access or True
    return {**given, "Any": True}


_API_RESOURCES: Final = {"http": "HttpApi", "rest": "ApiGatewayRestApi", "websocket": "WebsocketsApi"}
"""Logical ids of the APIs that the Framework makes."""

_API_IDS: Final = {"rest": "restApiId", "websocket": "websocketApiId"}
"""Where the configuration names an API that another stack has made."""


def domain_facts(provider: Mapping[str, Value], bound: BoundStack) -> Iterator[Mapping[str, Value]]:
    """The domain names of `provider.domain` and `provider.domains`, which Serverless 4 manages.

    https://github.com/serverless/serverless/blob/main/packages/serverless/lib/plugins/aws/domains/index.js
    """
    configured = provider.get("domains")
    for one in [provider.get("domain"), *(configured if isinstance(configured, list) else [])]:
        domain = one if isinstance(one, Mapping) else {"name": one} if one else {}
        by_type = [(kind, mapping(domain.get(kind))) for kind in _API_RESOURCES if domain.get(kind)]
        for kind, settings in by_type or [(str(domain.get("apiType", "")).lower(), domain)]:
            name = settings.get("name") or settings.get("domainName")
            if name and not _off(settings.get("enabled")):
                yield _domain(name, kind, settings, provider, bound)


def _domain(
    name: Value, kind: str, settings: Mapping[str, Value], provider: Mapping[str, Value], bound: BoundStack
) -> Mapping[str, Value]:
    kinds = [kind] if kind in _API_RESOURCES else [one for one, logical in _API_RESOURCES.items() if bound.resource(logical)]
    deep = "/" in str(settings.get("basePath") or "").strip("/")
    edge = str(settings.get("endpointType", "")).lower() == "edge"
    ids = [at(provider, "apiGateway", _API_IDS[one]) if one in _API_IDS else None for one in kinds or ["http"]]
    facts = {
        "Name": name,
        "Mappings": ["basepathmappings" if one == "rest" and not deep else "apimappings" for one in kinds or ["http"]],
        "Auto": not _off(settings.get("autoDomain")),
        "Records": not _off(settings.get("createRoute53Record")) and not settings.get("route53Profile"),
        "Zone": settings.get("hostedZoneId"),
        "Certificate": settings.get("certificateArn"),
        "Edge": edge,
        "CertificateRegion": "us-east-1" if edge else bound.pseudo["AWS::Region"],
        "Truststore": settings.get("tlsTruststoreUri"),
        "TruststoreVersion": settings.get("tlsTruststoreVersion"),
        "Asked": any(not isinstance(one, str) for one in ids),
        "Nested": not any(ids) and not any(bound.resource(_API_RESOURCES[one]) for one in kinds),
        "Imported": any(one is not None and not isinstance(one, str) for one in ids),
    }
    return {key: value for key, value in facts.items() if value}


def _off(value: Value) -> bool:
    return value is not None and str(value).strip().lower() in ("false", "0")
