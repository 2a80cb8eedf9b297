"""The best evidence that a principal can have of its own permissions, in order: its policies, the simulator, nothing.

What was asked a short while ago is taken from the cache, but only to say yes: whatever is not allowed by it is asked again.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from sls_leastpriv.check import stored
from sls_leastpriv.check.aws import Aws
from sls_leastpriv.check.cache import Cache, endpoints
from sls_leastpriv.check.evidence import Evidence
from sls_leastpriv.check.failures import Denied, NotThere
from sls_leastpriv.check.identity import Identity
from sls_leastpriv.check.progress import Progress
from sls_leastpriv.check.read_policies import read_policies
from sls_leastpriv.check.simulate import simulate
from sls_leastpriv.check.trials import Trial

TrialsOf = Callable[[Identity], Sequence[Trial]]
"""A principal → the trials for the simulator."""

Suffices = Callable[[Evidence], bool]
"""Whether evidence from the cache says yes to everything."""


def gather(aws: Aws, cache: Cache, principal: Identity, trials_of: TrialsOf, suffices: Suffices) -> Evidence:
    """The evidence of a principal. AwsError when AWS cannot be asked."""
    if principal.kind == "root":
        return Evidence(kind="root", principal=principal, made=time.time())
    if principal.kind not in ("user", "role"):
        return Evidence(
            kind="none",
            principal=principal,
            reason=f"IAM does not tell the policies of {principal.label}",
            help="check as the user or the role that stands behind it: `--principal ARN`",
        )
    kept = _kept(cache, principal, trials_of(principal))
    if kept is not None and suffices(kept):
        return kept
    with Progress("asking IAM what the principal is allowed") as progress:
        found = replace(_asked(aws, principal, trials_of, progress), made=time.time())
    _keep(cache, principal, found, trials_of)
    return found


def _asked(aws: Aws, principal: Identity, trials_of: TrialsOf, progress: Progress) -> Evidence:
    read: Evidence | None = None
    try:
        read = read_policies(aws, principal)
        if read.complete:
            return read
        known = read.principal or principal
        return replace(simulate(aws, known, trials_of(known), progress), unread=read.unread)
    except (Denied, NotThere) as error:
        return _without_simulation(principal, read, error)


def _without_simulation(principal: Identity, read: Evidence | None, error: Denied | NotThere) -> Evidence:
    """What is left when the simulator does not help: the policies that could be read, if any."""
    if read is None:
        raise error
    denied = (*read.unread, error.action) if isinstance(error, Denied) else read.unread
    if read.identity_complete or read.identity:
        return replace(read, unread=denied)
    why = "may not be asked" if isinstance(error, Denied) else "needs the path of the role, which may not be read"
    return Evidence(
        kind="none",
        principal=read.principal or principal,
        unread=denied,
        reason=f"the policies of {principal.label} may not be read, and IAM's policy simulator {why}",
        help="allow one of the statements below; `generate --with-check --principal ARN` writes the first into the policy",
    )


def _kept(cache: Cache, principal: Identity, trials: Sequence[Trial]) -> Evidence | None:
    for key in (_place(principal), _place(principal, trials)):
        found = cache.load("evidence", key)
        evidence = stored.evidence_from(found[0], principal) if found is not None else None
        if found is not None and evidence is not None:
            return replace(evidence, made=found[1], cached=True)
    return None


def _keep(cache: Cache, principal: Identity, found: Evidence, trials_of: TrialsOf) -> None:
    """Policies answer every question; the simulator's answers only the same ones."""
    if found.kind == "policies" and found.complete:
        cache.store("evidence", _place(principal), stored.evidence_document(found))
    elif found.kind == "simulation":
        cache.store("evidence", _place(principal, trials_of(principal)), stored.evidence_document(found))


def _place(principal: Identity, trials: Sequence[Trial] = ()) -> str:
    asked = json.dumps(sorted((one.action, one.resource, one.context) for one in trials))
    return f"{principal.arn} {endpoints()} {hashlib.sha256(asked.encode()).hexdigest() if trials else ''}"
