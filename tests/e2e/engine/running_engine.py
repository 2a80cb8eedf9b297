"""Starts and ends LocalStack."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tests.e2e.engine.install import engine_python
from tests.e2e.loop.backend import Address
from tests.e2e.loop.loop import Loop, running_loop
from tests.e2e.loop.resources import ACCOUNT
from tests.e2e.loop.running_moto import Moto

PROGRAM = Path(__file__).with_name("playing")
PATIENCE = 120
REGIONS = ("us-east-1", "eu-west-1")
"""In which the services of the tests are."""
MOVING = re.compile(r"(?!REVIEW).*_IN_PROGRESS")


@contextmanager
def running_engine(folder: Path, proxy: Address) -> Iterator[Address]:
    """A LocalStack that makes its calls through the proxy; `folder` gets its files and its log. Ended at the end."""
    address = Address("127.0.0.1", _free_port())
    with (folder / "localstack.log").open("wb") as log:
        process = subprocess.Popen(
            [str(engine_python()), "-P", str(PROGRAM), proxy.url, ACCOUNT],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=_environment(folder, address),
            cwd=folder,
        )
        try:
            _wait(process, address, folder / "localstack.log")
            yield address
        finally:
            process.communicate(timeout=30)


@contextmanager
def loop_with_engine(folder: Path) -> Iterator[Loop]:
    """A loop whose CloudFormation makes calls of its own."""
    with running_loop(folder) as loop, running_engine(folder, loop.proxy.address) as engine:
        loop.backends.play("cloudformation", engine)
        loop.moto.elsewhere["cloudformation"] = engine
        loop.at_rest = partial(at_rest, loop.moto)
        yield loop


def start_anew(loop: Loop) -> None:
    """An AWS that has nothing in it; stacks that something has left behind would be found again."""
    for client in _clients(loop.moto):
        for stack in client.describe_stacks()["Stacks"]:
            if stack["StackStatus"] != "DELETE_COMPLETE":
                client.delete_stack(StackName=stack["StackName"])
    at_rest(loop.moto)
    loop.moto.reset()


def at_rest(moto: Moto) -> None:
    """Waits until no stack is in transition."""
    end = time.monotonic() + PATIENCE
    for client in _clients(moto):
        while any(MOVING.fullmatch(stack["StackStatus"]) for stack in client.describe_stacks()["Stacks"]):
            assert time.monotonic() < end, f"a stack was in transition for more than {PATIENCE} seconds"
            time.sleep(0.1)


def _clients(moto: Moto) -> list[Any]:
    return [moto.client("cloudformation", region) for region in REGIONS]


def _free_port() -> int:
    # LocalStack does not say which port it got, so it must be told one
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _environment(folder: Path, address: Address) -> dict[str, str]:
    listens = f"{address.host}:{address.port}"
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "FILESYSTEM_ROOT": str(folder / "localstack"),
        "GATEWAY_LISTEN": listens,
        "LOCALSTACK_HOST": listens,
        "ACTIVATE_PRO": "0",
        # a type that it does not play is a resource that does nothing
        "CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES": "1",
        "CFN_VERBOSE_ERRORS": "1",
        "DISABLE_CORS_CHECKS": "1",
        "DISABLE_EVENTS": "1",
        "DNS_ADDRESS": "0",
        "EAGER_SERVICE_LOADING": "0",
        "LAMBDA_SYNCHRONOUS_CREATE": "0",
        "OVERRIDE_IN_DOCKER": "0",
        "PERSISTENCE": "0",
        "PYTHONWARNINGS": "ignore",
        "SKIP_INFRA_DOWNLOADS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
    }


def _wait(process: subprocess.Popen[bytes], address: Address, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert process.poll() is None, f"LocalStack did not start: {log.read_text('utf-8', 'replace')[-2000:]}"
        try:
            with urllib.request.urlopen(f"{address.url}/_localstack/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise AssertionError(f"LocalStack did not answer in {PATIENCE} seconds: {log.read_text('utf-8', 'replace')[-2000:]}")
