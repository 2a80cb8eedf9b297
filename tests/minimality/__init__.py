"""Minimality: is anything granted that a deploy does not need? `python -m tests.minimality --all`.

Each fixture lives through deploy, a changed redeploy, info, rollback and remove under the policy for these commands, in the closed
loop (`tests/e2e/loop`), and what it asks is recorded: what the command line calls, and what CloudFormation calls for each resource,
also when a deploy fails and is undone, where LocalStack plays CloudFormation (`tests/e2e/engine`). The two sides are measured each
by itself.

`measure` decides. An action is *asked* for a command or a type of resource when a call of the command line, or one for a resource
of that type, was allowed by that very grant. What was not asked has a reason (`reasons`), or is listed as *unneeded?*. `drops`
shows by real runs that an action was asked if and only if the story is denied it without. `ddmin` finds a smallest set of grants
under which nothing that was recorded would be denied, as the proxy's own judge decides (`grants`), and the story is then really
lived under it. The distance between that and our policy is the figure.

The stories are few and the emulators incomplete: the smallest policy is one with which *these* stories end well *here*.
"""
