"""Starts and stops moto, the AWS of these tests."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3

from tests.e2e.loop.backend import Address

PROGRAM = Path(__file__).with_name("moto_process.py")


class Moto:
    """A running moto."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.elsewhere: dict[str, Address] = {}
        """Who plays a service instead."""

    def reset(self) -> None:
        """Forgets all accounts."""
        request = urllib.request.Request(f"{self.address.url}/moto-api/reset", method="POST")
        with urllib.request.urlopen(request, timeout=30):
            pass

    def client(self, service: str, region: str) -> Any:
        """An administrator's boto3 client; what it does is not seen by the proxy."""
        credentials = {"aws_access_key_id": "administrator", "aws_secret_access_key": "administrator"}
        address = self.elsewhere.get(service, self.address)
        return boto3.client(service, region_name=region, endpoint_url=address.url, **credentials)


@contextmanager
def running_moto(log: Path) -> Iterator[Moto]:
    """A moto of our own, on a free port; ended at the end, and by itself should we be killed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))}
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-P", str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=environment
        )
        try:
            yield Moto(Address("127.0.0.1", _port(process, log)))
        finally:
            process.communicate(timeout=30)


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    """It says its port when it listens, or nothing at all when it fails."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.strip().isdigit(), f"moto did not start: {log.read_text('utf-8')[-2000:]}"
    return int(line)
