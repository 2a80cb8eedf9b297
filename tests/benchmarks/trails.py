"""CloudTrail's logs of a busy account, with the names of files that CloudTrail gives them."""

from __future__ import annotations

from pathlib import Path

from tests.observe.events import ACCOUNT, DEPLOY, log_file

EVENTS = 50_000
IN_A_FILE = 1_000


def write_logs(folder: Path) -> Path:
    """Log files of a thousand events each; every event has an identifier of its own."""
    for number in range(EVENTS // IN_A_FILE):
        events = [
            {**DEPLOY[one % len(DEPLOY)], "eventID": f"{number}-{one}", "requestID": f"{number}-{one}"} for one in range(IN_A_FILE)
        ]
        log_file(folder, f"{ACCOUNT}_CloudTrail_us-east-1_20261120T{number:04}Z_{number:016}.json.gz", events)
    return folder
