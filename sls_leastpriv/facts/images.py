"""The container images of functions: where the Framework pushes them, and which it builds or looks up."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sls_leastpriv.facts.configured import at
from sls_leastpriv.model import Project
from sls_leastpriv.resolve.values import NO_VALUE, Unresolved, Value, pattern


def image_repository(project: Project) -> str:
    """The repository that the Framework pushes the service's images to, as it names it (lib/plugins/aws/lib/naming.js)."""
    name = f"serverless-{project.service}-{project.stage}".lower()
    return re.sub("-+", "-", name).removesuffix("-")


def image_facts(functions: Sequence[Mapping[str, Value]]) -> Mapping[str, Value]:
    """What packaging does for the images of functions: `Built` where it builds one, `Named` are those it looks up by their tag."""
    images = [function["Image"] for function in functions if "Image" in function]
    named = [image["Address"] for image in images if image["Kind"] == "named"]
    return {"Named": named, **({"Built": True} if any(image["Kind"] == "built" for image in images) else {})}


def function_image(image: Value, provider: Mapping[str, Value], project: Project) -> Value:
    """{"Kind": `built`, `named` by its tag or `pinned` by its digest, "Address": of the image, or the service's repository}."""
    if not image:
        return NO_VALUE
    if isinstance(image, Mapping):
        image = image.get("uri") or _defined_image(image.get("name"), provider)
    elif not _is_address(image):
        image = _defined_image(image, provider)
    if image is None:
        return {"Kind": "built", "Address": image_repository(project)}
    return {"Kind": "pinned" if "@" in pattern(image) else "named", "Address": image}


def _defined_image(name: Value, provider: Mapping[str, Value]) -> Value:
    """The address of an image of `provider.ecr.images`; None for one that is built."""
    if not isinstance(name, str):
        return Unresolved("the name of an image is not known")
    image = at(provider, "ecr", "images", name)
    if isinstance(image, Mapping):
        return image.get("uri")
    return image if image is not None and _is_address(image) else None


def _is_address(image: Value) -> bool:
    return isinstance(image, Unresolved) or ".dkr.ecr." in pattern(image)
