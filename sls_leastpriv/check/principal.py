"""Who am I: the principal behind the credentials."""

from __future__ import annotations

from typing import Final

from sls_leastpriv.check.aws import Aws
from sls_leastpriv.check.cache import Cache, endpoints
from sls_leastpriv.check.identity import Identity, parse_identity
from sls_leastpriv.errors import AwsError

_LONG_LIVED: Final = "AKIA"
"""How the ids of users' own access keys begin; those of sessions begin with `ASIA`.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
"""


def who_am_i(aws: Aws, cache: Cache) -> Identity:
    """The principal that the credentials are of. AwsError when AWS cannot be asked.

    An access key belongs to one user or one session as long as it lives, so its id stands for the answer.
    """
    key = aws.access_key_id()
    long_lived = key.startswith(_LONG_LIVED)
    place = f"identity {key} {endpoints()}"
    stored = cache.load("identity", place)
    found = parse_identity(str(stored[0].get("arn")), long_lived=long_lived) if stored is not None else None
    if found is not None:
        return found
    arn = str(aws.call("sts", "get_caller_identity").get("Arn"))
    found = parse_identity(arn, long_lived=long_lived)
    if found is None:
        raise AwsError("AWS does not say who the credentials are of", help="check the endpoint of STS (`AWS_ENDPOINT_URL_STS`)")
    cache.store("identity", place, {"arn": arn})
    return found
