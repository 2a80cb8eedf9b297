"""moto with the proxy in front of it, and the Frameworks that run against them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.loop.backend import Backends
from tests.e2e.loop.framework import Framework
from tests.e2e.loop.proxy import Proxy
from tests.e2e.loop.running_moto import Moto, running_moto


class Loop:
    """An AWS of our own, and who looks at everything that is asked of it."""

    def __init__(self, moto: Moto, proxy: Proxy, backends: Backends) -> None:
        self.moto = moto
        self.proxy = proxy
        self.backends = backends
        self.at_rest: Callable[[], None] = lambda: None
        """Waits until CloudFormation has ended what it does; moto's has when it answers."""

    def framework(self, name: str) -> Framework:
        """The command line of `serverless@3`, `osls@3` or `osls@4`."""
        return Framework(name, self.proxy, self.at_rest)


@contextmanager
def running_loop(folder: Path) -> Iterator[Loop]:
    """Starts both on free ports and ends them; `folder` gets moto's log and the record of all calls, `calls.jsonl`."""
    with running_moto(folder / "moto.log") as moto:
        backends = Backends(moto.address)
        with Proxy(backends, folder / "calls.jsonl") as proxy:
            yield Loop(moto, proxy, backends)
