"""A folder that the Framework packaged a service into (`.serverless`, or that of `--package DIR`).

The compiled template is all that must be there. `serverless-state.json` adds the resolved configuration, and plugins
that split the stack add templates of nested stacks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sls_leastpriv.errors import ServiceError
from sls_leastpriv.read.bounds import check_bounds
from sls_leastpriv.read.cycled_json import resolve_references
from sls_leastpriv.read.json_text import parse_json
from sls_leastpriv.read.presence import files_in, is_file, is_folder
from sls_leastpriv.read.template import COMPILED_TEMPLATE, read_template
from sls_leastpriv.read.text_file import named, read_text

STATE: Final = "serverless-state.json"

# serverless-plugin-split-stacks and serverless-nested-stack write these beside the template.
NESTED_TEMPLATES: Final = "cloudformation-template-*nested-stack*.json"

_STATE_WHAT: Final = "the Framework's state file"
_TEMPLATE_WHAT: Final = "the compiled template"


@dataclass(frozen=True, slots=True)
class PackagedService:
    """What a package folder holds.

    `config` is the resolved configuration, None without a state file: the service's own keys (`service`, `provider`,
    `functions`, `layers`, `resources`, `custom`, …) and the top-level keys that belong to plugins. `nested` maps file
    names to templates.
    """

    template: Mapping[str, Any]
    config: Mapping[str, Any] | None
    nested: Mapping[str, Mapping[str, Any]]


def read_package(folder: str | Path) -> PackagedService:
    """Return the packaged service in `folder`; ServiceError when it has no compiled template or a file in it is bad."""
    folder = Path(folder)
    _check_folder(folder)
    state = folder / STATE
    return PackagedService(
        template=read_template(folder / COMPILED_TEMPLATE, _TEMPLATE_WHAT),
        config=_read_config(state) if is_file(state, _STATE_WHAT) else None,
        nested={
            path.name: read_template(path, "the nested stack's template")
            for path in files_in(folder, NESTED_TEMPLATES, "the package")
        },
    )


def _check_folder(folder: Path) -> None:
    if not is_folder(folder, "the package"):
        raise ServiceError(f"there is no folder `{folder}`", help="package the service first: `serverless package`")
    if is_file(folder / COMPILED_TEMPLATE, _TEMPLATE_WHAT):
        return
    inner = folder / ".serverless"
    if is_file(inner / COMPILED_TEMPLATE, _TEMPLATE_WHAT):
        raise ServiceError(f"the folder `{folder}` is a service, not its package", help=f"give `{inner}`")
    raise ServiceError(
        f"the folder `{folder}` has no `{COMPILED_TEMPLATE}`", help="package the service first: `serverless package`"
    )


def _read_config(path: Path) -> dict[str, Any]:
    name = named(path, _STATE_WHAT)
    state = resolve_references(parse_json(read_text(path, _STATE_WHAT), name))
    service = state.get("service") if isinstance(state, dict) else None
    if not isinstance(service, dict) or not isinstance(service.get("provider"), dict):
        raise ServiceError(f"{name} holds no service", help="package the service again: `serverless package`")
    config = _without_templates(service)
    # References can make a small file very large when it is walked.
    check_bounds(config, name)
    return config


def _without_templates(service: dict[str, Any]) -> dict[str, Any]:
    """Return the configuration without the two templates that the Framework keeps in `provider`.

    `initialServerlessConfig` is the configuration a second time, sharing most objects with the first. Only there
    stand the top-level keys that the Framework does not know itself, such as a plugin's `constructs` or
    `stepFunctions`.
    """
    initial = service.get("initialServerlessConfig")
    config = {**(initial if isinstance(initial, dict) else {}), **service}
    config.pop("initialServerlessConfig", None)
    config["provider"] = {
        key: value
        for key, value in service["provider"].items()
        if key not in ("compiledCloudFormationTemplate", "coreCloudFormationTemplate")
    }
    return config
