"""What only a configuration of Serverless 4 holds: resolvers, the place of its state, observability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sls_leastpriv.facts.configured import at, mapping
from sls_leastpriv.resolve.values import NO_VALUE, Value


def resolvers_of(config: Value, stage: str) -> list[Mapping[str, Value]]:
    """The resolvers of variables that the stage has, or all stages: their settings, and `Name`."""
    found = [mapping(at(config, "stages", one, "resolvers")) for one in dict.fromkeys((stage, "default"))]
    return [{**mapping(body), "Name": name} for resolvers in found for name, body in resolvers.items()]


def state_bucket(config: Value, resolvers: Sequence[Mapping[str, Value]]) -> Value:
    """The bucket that `state` names by its resolver."""
    state = at(config, "state", "resolver") or at(config, "state")
    found = [at(resolver, state, "bucketName") for resolver in resolvers] if isinstance(state, str) else []
    return next((bucket for bucket in found if bucket is not None), NO_VALUE)


def observability(config: Value, stage: str) -> Value:
    """Where the stage sends its observations to: `dashboard`, `axiom`."""
    for one in (stage, "default"):
        given = at(config, "stages", one, "observability")
        provider = at(given, "provider") if isinstance(given, Mapping) else given
        if provider is not None:
            return "dashboard" if provider is True else provider or NO_VALUE
    return NO_VALUE
