"""From the end of a function's logical id (`…EventsRuleSchedule2`) to the event or setting that causes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from sls_leastpriv.read.event_places import ConfigPath, Event, events_of
from sls_leastpriv.read.framework_names import alphanumeric

Choice: TypeAlias = Callable[[Sequence[Event], "re.Match[str]"], Event | None]


def place_in_function(name: str, function: Mapping[str, Any], suffix: str) -> ConfigPath | None:
    """Return what of the function causes the resource whose logical id ends on `suffix`.

    The function itself where the event or setting cannot be told; None when the Framework names no resource so.
    """
    base: ConfigPath = ("functions", name)
    for pattern, settings in _SETTINGS:
        if pattern.fullmatch(suffix):
            return next(((*base, key) for key in settings if function.get(key) is not None), base)
    for pattern, kinds, choose in _EVENTS:
        found = pattern.fullmatch(suffix)
        if found:
            of_kind = [event for event in events_of(name, function) if event.kind in kinds]
            chosen = choose(of_kind, found)
            return chosen.path if chosen is not None else base
    return None


def _first(events: Sequence[Event], _found: re.Match[str]) -> Event | None:
    return events[0] if events else None


def _existing(events: Sequence[Event], _found: re.Match[str]) -> Event | None:
    return next((event for event in events if event.says("existing")), None)


def _nth(events: Sequence[Event], found: re.Match[str]) -> Event | None:
    """The Framework numbers the events of a kind; a schedule counts once for each of its rates."""
    numbered = [event for event in events for _rate in range(_rates(event))]
    number = int(found.group(1))
    return numbered[number - 1] if 0 < number <= len(numbered) else None


def _rates(event: Event) -> int:
    rate = event.detail.get("rate") if event.kind == "schedule" and isinstance(event.detail, Mapping) else None
    return len(rate) if isinstance(rate, list) else 1


def _by_index(events: Sequence[Event], found: re.Match[str]) -> Event | None:
    """An EventBridge event is numbered by its place among all events of the function."""
    return next((event for event in events if event.index + 1 == int(found.group(1))), None)


def _by_priority(events: Sequence[Event], found: re.Match[str]) -> Event | None:
    return next(
        (event for event in events if isinstance(event.detail, Mapping) and str(event.detail.get("priority")) == found.group(1)),
        None,
    )


def _by_name(events: Sequence[Event], found: re.Match[str]) -> Event | None:
    """The id holds the name of the queue, stream, topic or bucket, which stands somewhere in the event."""
    if len(events) == 1:
        return events[0]
    wanted = found.group(1)
    exactly = [event for event in events if wanted in _names_in(event.detail)]
    if exactly:
        return exactly[0]
    # MSK has the cluster's name before the topic's.
    at_end = [event for event in events if any(wanted.endswith(name) for name in _names_in(event.detail) if name)]
    return at_end[0] if len(at_end) == 1 else None


def _names_in(detail: Any) -> set[str]:
    """Return every text in the detail, whole and split as an ARN, as a logical id would hold it."""
    names: set[str] = set()
    for text in _texts(detail):
        names.update(map(alphanumeric, (text, *re.split("[:/]", text))))
    return names


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


# What follows the function's name in a logical id, and the settings of the function that cause it, the likeliest first.
_SETTINGS: Final = tuple(
    (re.compile(pattern), settings)
    for pattern, settings in (
        ("LambdaFunction|LogGroup|LambdaVersion[0-9A-Za-z]+", ()),
        ("ProvConcLambdaAlias", ("provisionedConcurrency",)),
        ("SnapStartLambdaAlias", ("snapStart",)),
        ("DurableLambdaAlias", ("durableConfig",)),
        ("LambdaFunctionUrl|LambdaPermissionFn|LambdaPermissionFnUrl", ("url",)),
        ("LambdaEvConf", ("destinations", "maximumRetryAttempts", "maximumEventAge")),
        # serverless-iam-roles-per-function
        ("IamRoleLambdaExecution", ("iamRoleStatements", "role")),
        # serverless-plugin-canary-deployments
        ("LambdaFunctionDeploymentGroup|LambdaFunctionAlias[0-9A-Za-z]+", ("deploymentSettings",)),
    )
)

# What follows the function's name, the kinds of event that cause it, and how to choose among several.
_EVENTS: Final[tuple[tuple[re.Pattern[str], tuple[str, ...], Choice], ...]] = tuple(
    (re.compile(pattern), kinds, choose)
    for pattern, kinds, choose in (
        (r"(?:LambdaPermission)?EventsRuleSchedule(\d+)", ("schedule",), _nth),
        (r"SchedulerSchedule(\d+)", ("schedule",), _nth),
        (r"(?:LambdaPermission)?EventsRuleCloudWatchEvent(\d+)", ("cloudwatchEvent",), _nth),
        (r"LogsSubscriptionFilterCloudWatchLog(\d+)", ("cloudwatchLog",), _nth),
        (r"LambdaPermissionLogsSubscriptionFilterCloudWatchLog", ("cloudwatchLog",), _first),
        (r"(?:LambdaPermission)?IotTopicRule(\d+)", ("iot",), _nth),
        (r"(?:LambdaPermission)?IotProvisioningTemplate", ("iotFleetProvisioning",), _first),
        (r"LambdaPermissionAlexaSkill(\d+)", ("alexaSkill",), _nth),
        (r"LambdaPermissionAlexaSmartHome(\d+)", ("alexaSmartHome",), _nth),
        (r"EventSourceMappingSQS(.*)", ("sqs",), _by_name),
        (r"EventSourceMapping(?:Dynamodb|Kinesis)(.*)", ("stream",), _by_name),
        (r"EventSourceMappingMSK(.*)", ("msk",), _by_name),
        (r"EventSourceMappingKafka(.*)", ("kafka",), _by_name),
        (r"EventSourceMappingActiveMQ(.*)", ("activemq",), _by_name),
        (r"EventSourceMappingRabbitMQ(.*)", ("rabbitmq",), _by_name),
        (r"(.*)ConsumerStreamConsumer", ("stream",), _by_name),
        (r"SnsSubscription(.*)", ("sns",), _by_name),
        (r"LambdaPermission(.*)SNS", ("sns",), _by_name),
        (r"CustomS31", ("s3",), _existing),
        (r"LambdaPermission(.*)S3", ("s3",), _by_name),
        (r"CustomCognitoUserPool1", ("cognitoUserPool",), _existing),
        (r"LambdaPermissionCognitoUserPool(.*)TriggerSource.*", ("cognitoUserPool",), _by_name),
        (r"LambdaPermissionApiGateway", ("http",), _first),
        (r"LambdaPermissionHttpApi", ("httpApi",), _first),
        (r"LambdaPermissionWebsockets|WebsocketsIntegration", ("websocket",), _first),
        (r"Alb(?:MultiValue)?TargetGroup.*|LambdaPermission(?:Alb|RegisterTarget)", ("alb",), _first),
        (r"AlbListenerRule(\d+)", ("alb",), _by_priority),
        (r"(?:CustomEventBridge|EventBridgeLambdaPermission)(\d+)", ("eventBridge",), _by_index),
        (r"LambdaFunctionInvokePermission", ("cloudFront",), _first),
    )
)
