"""How the Framework makes logical ids out of names: lib/plugins/aws/lib/naming.js, the same in versions 3 and 4."""

from __future__ import annotations

import re


def capitalized(name: str) -> str:
    """Return `name` with its first letter in upper case, the rest as it is."""
    return name[:1].upper() + name[1:]


def normalized(name: str) -> str:
    """Return the name of a function, layer or authorizer as logical ids begin: `a-b_c` is `ADashbUnderscorec`."""
    return capitalized(name.replace("-", "Dash").replace("_", "Underscore"))


def alphanumeric(name: str) -> str:
    """Return a bucket's, a topic's or a queue's name as logical ids hold it: `my-topic` is `Mytopic`."""
    return capitalized(re.sub(r"[^0-9A-Za-z]", "", name))


def path_name(path: str) -> str:
    """Return a URL path as logical ids hold it: `users/{id}` is `UsersIdVar`."""
    return "".join(map(_path_part, path.split("/")))


def _path_part(part: str) -> str:
    dashed = part.lower().replace("-", "Dash")
    return alphanumeric(re.sub(r"\{(.*)\}", r"\1Var", dashed))


def websocket_route(route: str) -> str:
    """Return a WebSocket route as logical ids begin with it: `$connect` is `Sconnect`."""
    for char, word in (("$", "S"), ("/", "Slash"), ("-", "Dash"), ("_", "Underscore"), (".", "Period")):
        route = route.replace(char, word)
    return route
