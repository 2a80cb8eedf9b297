"""LocalStack as a process of its own, run by the Python that has it: only its CloudFormation, whose calls go to the proxy.

`python playing PROXY ACCOUNT`; where it listens is in the environment, as LocalStack wants it. Ends when its standard input does.
Nothing in this folder imports anything of this project, which that Python does not have.
"""

from __future__ import annotations

import os
import sys
import threading

import generated
import in_place
import own_calls
import retained
import rolled_back
import stack_tags
import stand_ins


def main() -> None:
    proxy, account = sys.argv[1:]
    threading.Thread(target=_end_with_parent, daemon=True).start()
    own_calls.mend(proxy, account)
    generated.mend()
    in_place.mend()
    retained.mend()
    rolled_back.mend()
    stand_ins.mend()
    stack_tags.mend()
    from localstack.runtime.main import main as run

    run()


def _end_with_parent() -> None:
    sys.stdin.read()
    # its own way to end waits for servers that nobody asks any more
    os._exit(0)


if __name__ == "__main__":
    main()
