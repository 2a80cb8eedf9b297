"""What the deletion policies of a resource take away from what a deploy may do to it."""

from __future__ import annotations

from sls_leastpriv.bind import BoundResource
from sls_leastpriv.model import Phase


def retained(resource: BoundResource, commands: tuple[str, ...]) -> frozenset[Phase]:
    """The delete phase, where no path deletes the resource.

    `Retain` keeps it when it is dropped, when the stack is deleted and when its create is rolled back; a replacement deletes the
    old one unless `UpdateReplacePolicy` keeps it
    (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html).
    """
    kept = resource.body.get("DeletionPolicy") == "Retain"
    replaced_kept = resource.body.get("UpdateReplacePolicy") == "Retain" or "deploy" not in commands
    return frozenset({"delete"}) if kept and replaced_kept else frozenset()
