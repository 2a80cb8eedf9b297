"""Recent events from CloudTrail itself, `LookupEvents`: at most two requests a second, ninety days back, resumable.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html

Events come newest first. After each page the sums, the time reached and the ids of the events near it are stored. A run that
is taken up again asks for what is not much later than that time and leaves out what it has: nothing is lost, nothing counted twice.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from sls_leastpriv.check.aws import Aws
from sls_leastpriv.check.cache import Cache
from sls_leastpriv.check.failures import Throttled
from sls_leastpriv.observe.query import Window
from sls_leastpriv.observe.seen import Seen, Tally, key_from, key_of

_PAUSE: Final = 0.55
"""AWS allows two requests a second for each account and region."""

_KEPT: Final = 7 * 86400.0
_PAGE: Final = 50
_SLACK: Final = timedelta(minutes=2)
"""How much out of order events may come."""

_PATIENCE: Final = 6
_FORMAT: Final = "%Y-%m-%dT%H:%M:%SZ"

Told = Callable[[str], None]


class Lookup:
    """One look-up. `tally` holds what is known of it, from this run and from interrupted ones before."""

    def __init__(self, aws: Aws, window: Window, *, name: str, user: str | None = None, told: Told = lambda _: None) -> None:
        """`name` tells this look-up from others, `user` is the name of a user or of a session that CloudTrail looks for."""
        self._aws = aws
        self._window = window
        self._user = user
        self._told = told
        self._cache = Cache(_KEPT)
        self._name = name
        self._reached: str | None = None
        self._ids: dict[str, str] = {}
        self.tally = Tally()
        self._load()

    @property
    def resumed(self) -> bool:
        """Whether an interrupted run has been here before."""
        return self._reached is not None

    def run(self) -> Tally:
        """All events of the window. AwsError when AWS cannot be asked; what is had until then is kept for the next run."""
        asked = self._question()
        while True:
            page = self._page(asked)
            for event in page.get("Events", ()):
                self._add(event)
            token = page.get("NextToken")
            self._store(done=token is None)
            self._told(f"{self.tally.events:,} events, back to {self._reached or self._window.begin or 'the beginning'}")
            if token is None:
                return self.tally
            asked = {**asked, "NextToken": token}
            time.sleep(_PAUSE)

    def _question(self) -> dict[str, Any]:
        asked: dict[str, Any] = {"MaxResults": _PAGE}
        if self._window.begin is not None:
            asked["StartTime"] = self._window.begin
        end = self._window.end if self._reached is None else _later(self._reached)
        if end is not None:
            asked["EndTime"] = end
        if self._user is not None:
            asked["LookupAttributes"] = [{"AttributeKey": "Username", "AttributeValue": self._user}]
        return asked

    def _page(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        for attempt in range(_PATIENCE):
            try:
                return self._aws.call("cloudtrail", "lookup_events", **asked)
            except Throttled:
                wait = 2.0**attempt
                self._told(f"CloudTrail was asked too often; waiting {wait:g} s")
                time.sleep(wait)
        return self._aws.call("cloudtrail", "lookup_events", **asked)

    def _add(self, event: Mapping[str, Any]) -> None:
        record = json.loads(event["CloudTrailEvent"])
        at, identifier = str(record["eventTime"]), str(event.get("EventId") or record["eventID"])
        if identifier in self._ids:
            return
        self._ids[identifier] = at
        self._reached = at if self._reached is None else min(at, self._reached)
        key = key_of(record)
        if key is not None and (not self._window.principals or key.principal in self._window.principals):
            self.tally.add(key, 1, at, at)

    def _load(self) -> None:
        stored = self._cache.load("lookup", self._name)
        if stored is None or stored[0]["done"]:
            return
        document = stored[0]
        self.tally = Tally(Seen(key_from(one["key"]), one["events"], one["first"], one["last"]) for one in document["seen"])
        self._reached, self._ids = document["reached"], document["ids"]
        self._window = Window(document["begin"], document["end"], self._window.principals)

    def _store(self, *, done: bool) -> None:
        if self._reached is not None:
            limit = _later(self._reached)
            self._ids = {identifier: at for identifier, at in self._ids.items() if at <= limit}
        document = {
            "done": done,
            "begin": self._window.begin,
            "end": self._window.end,
            "reached": self._reached,
            "ids": self._ids,
            "seen": [] if done else [asdict(one) for one in self.tally.seen()],
        }
        self._cache.store("lookup", self._name, document)


def _later(at: str) -> str:
    return (datetime.strptime(at, _FORMAT) + _SLACK).strftime(_FORMAT)
