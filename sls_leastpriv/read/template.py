"""A compiled CloudFormation template, JSON or YAML, to a plain JSON-shaped dict with long-form intrinsics.

JSON is the Framework's format and must be quick: PyYAML and cfn-flip are imported only when a text is not JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sls_leastpriv.errors import ServiceError
from sls_leastpriv.read.json_text import parse_json
from sls_leastpriv.read.text_file import named, read_text

COMPILED_TEMPLATE = "cloudformation-template-update-stack.json"


def read_template(path: str | Path, what: str = "the template") -> dict[str, Any]:
    """Return the template in the file `path`; `what` says for messages what it should be.

    Raises what `read_text` and `load_template` raise.
    """
    return load_template(read_text(path, what), named(path, what))


def load_template(text: str, name: str) -> dict[str, Any]:
    """Return the template in `text`, which is called `name` in messages.

    Every resource in it is an object with a `Type`. A text that begins with `{` or `[` is JSON, as for
    CloudFormation; everything else is YAML. Raises ServiceError when the text is neither, too large or too deep, has
    a key twice, or is not a template.
    """
    if text.lstrip()[:1] in ("{", "["):
        value = parse_json(text, name, unique_keys=True)
    else:
        # Here and not at the top, because they take longer to import than a template takes to predict.
        from sls_leastpriv.read.yaml_template import parse_yaml_template

        value = parse_yaml_template(text, name)
    return check_template(value, name)


def check_template(value: Any, name: str) -> dict[str, Any]:
    """Return `value` if it has a template's shape, else raise ServiceError, which calls it `name`.

    That is an object with `Resources`, each of which is an object with a `Type`; `Fn::ForEach::…` among them stays as it is.
    """
    if not isinstance(value, dict):
        raise _no_template(f"{name} is {_kind(value)}, not a template")
    resources = value.get("Resources")
    if "Resources" not in value:
        raise _no_template(f"{name} has no `Resources`")
    if not isinstance(resources, dict):
        raise _no_template(f"`Resources` of {name} is {_kind(resources)}, not an object")
    for logical_id, resource in resources.items():
        _check_resource(logical_id, resource, name)
    return value


def _check_resource(logical_id: str, resource: Any, name: str) -> None:
    if logical_id.startswith("Fn::"):
        return  # a macro's place, expanded at the deploy: a gap of the prediction
    if not isinstance(resource, Mapping):
        raise _bad_resource(f"the resource `{logical_id}` of {name} is {_kind(resource)}, not an object")
    if "Type" not in resource:
        raise _bad_resource(f"the resource `{logical_id}` of {name} has no `Type`")
    if not isinstance(resource["Type"], str) or not resource["Type"].strip():
        raise _bad_resource(f"the `Type` of the resource `{logical_id}` of {name} is not a name")


def _no_template(message: str) -> ServiceError:
    return ServiceError(message, help=f"give a compiled template; the Framework writes `.serverless/{COMPILED_TEMPLATE}`")


def _bad_resource(message: str) -> ServiceError:
    return ServiceError(
        message, help="a resource is an object with a `Type` such as `AWS::SQS::Queue`; check the indentation around it"
    )


def _kind(value: Any) -> str:
    """Name a value's kind in JSON's words, never the value."""
    if value is None:
        return "null"
    kinds = ((bool, "true or false"), (str, "a string"), (int | float, "a number"), (list, "a list"))
    return next((words for kind, words in kinds if isinstance(value, kind)), "an object")
