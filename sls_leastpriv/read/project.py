"""Puts a `Project` together from what the command line names: a hand-off, a package folder, or a template and a configuration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sls_leastpriv.errors import UsageError
from sls_leastpriv.model import Framework, Need, Project, Stack
from sls_leastpriv.read.json_text import parse_json
from sls_leastpriv.read.presence import is_file
from sls_leastpriv.read.report import is_report, needs_of_report
from sls_leastpriv.read.sam import expanded
from sls_leastpriv.read.source import Inputs, Source
from sls_leastpriv.read.split_role import configuration_with_role, has_deployment_role, split_role_arn, template_with_role
from sls_leastpriv.read.template import load_template, read_template
from sls_leastpriv.read.text_file import named, read_text
from sls_leastpriv.resolve.arns import partition_of

COMMANDS: Final = (
    "deploy", "remove", "package", "logs", "info", "invoke", "metrics", "rollback", "rollback-function", "deploy-function",
    "deploy-list", "deploy-list-functions",
)  # fmt: skip
DEFAULT_COMMANDS: Final = ("deploy", "remove")
FRAMEWORKS: Final = ("serverless@3", "serverless@4", "osls@3", "osls@4", "none")


def read_source(inputs: Inputs) -> Source:
    """Reads what the inputs name. UsageError when they name nothing or too much, ServiceError when it cannot be read."""
    given = [name for name in ("handoff", "template", "package") if getattr(inputs, name) is not None]
    if len(given) != 1:
        raise UsageError(
            "the service is not named" if not given else f"`--{given[0]}` and `--{given[1]}` exclude each other",
            help="give one of `--template FILE` and `--package DIR`",
        )
    if inputs.handoff is not None:
        from sls_leastpriv.read.handoff import read_handoff

        return read_handoff(inputs.handoff)
    if inputs.package is not None:
        from sls_leastpriv.read.package_dir import read_package

        packaged = read_package(Path(inputs.package))
        config = _read_config(inputs.config) if inputs.config is not None else packaged.config
        return Source(config=config, template=packaged.template, nested=packaged.nested)
    assert inputs.template is not None
    template = read_template(inputs.template)
    if inputs.config is None:
        return Source(config=None, template=template, nested={})
    path = Path(inputs.config)
    return Source(config=_read_config(inputs.config), template=template, nested={}, service_dir=path.parent, config_file=path.name)


def _read_config(name: str) -> Mapping[str, Any]:
    from sls_leastpriv.read.configuration import load_configuration

    return load_configuration(read_text(name, "the configuration"), named(name, "the configuration"))


def project_of(inputs: Inputs, source: Source) -> Project:
    """The project: what was read, completed and overridden by what the command line says."""
    config = source.config
    framework = parse_framework(inputs.framework or source.framework or _framework_of(config))
    provider = _mapping(_mapping(config).get("provider"))
    settings = project_settings(config)
    stage = inputs.stage or source.stage or _text(provider.get("stage")) or "dev"
    service = _service_name(config)
    stack_name = inputs.stack_name or source.stack_name or _text(provider.get("stackName"))
    if stack_name is None and service is not None:
        stack_name = f"{service}-{stage}"
    if stack_name is None:
        raise UsageError("the stack's name is not known", help="give `--stack-name NAME`, or `--config FILE` with the service")
    region = inputs.region or source.region or _text(provider.get("region")) or ("us-east-1" if framework.name != "none" else None)
    account = inputs.account or _text(settings.get("account"))
    previous, previous_needs, known = _previous(inputs.previous, source, stack_name)
    stack = Stack(
        name=stack_name,
        region=region,
        account=_account(account),
        partition=inputs.partition or partition_of(region),
        tags=_stack_tags(inputs.stack_tags, framework, stage, provider),
    )
    template = source.template
    if inputs.split_role and not has_deployment_role(provider):
        role = split_role_arn(stack)
        config, template = configuration_with_role(config, role), template_with_role(template, role)
    return Project(
        framework=framework,
        service=service or stack_name.removesuffix(f"-{stage}"),
        stage=stage,
        stack=stack,
        commands=parse_commands(inputs.commands, settings.get("commands")),
        config=config,
        template=None if template is None else expanded(template, region),
        previous=None if previous is None else expanded(previous, region),
        previous_known=known,
        nested={name: expanded(template, region) for name, template in source.nested.items()},
        variables=source.variables,
        previous_needs=previous_needs,
        scanned=source.scanned,
    )


def project_settings(config: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The settings under `custom.leastpriv`; empty when there are none."""
    return _mapping(_mapping(_mapping(config).get("custom")).get("leastpriv"))


def parse_framework(text: str | None) -> Framework:
    """`osls@4` → Framework; UsageError for what is not one of the four, or `none`."""
    if text is None:
        raise UsageError("which Framework deploys this service is not known", help=f"give `--framework`: {', '.join(FRAMEWORKS)}")
    if text not in FRAMEWORKS:
        raise UsageError(f"`{text}` is no Framework that is known", help=f"one of {', '.join(FRAMEWORKS)}")
    name, _, major = text.partition("@")
    return Framework(name, int(major) if major else None)


def parse_commands(text: str | None, setting: Any = None) -> tuple[str, ...]:
    """The commands to predict for, in the order of the contract: `--commands`, else the setting, else `deploy,remove`."""
    wanted = text if text is not None else setting
    if wanted is None:
        return DEFAULT_COMMANDS
    names = wanted.split(",") if isinstance(wanted, str) else list(wanted)
    cleaned = [str(name).strip().replace(" ", "-") for name in names]
    for name in cleaned:
        if name not in COMMANDS:
            raise UsageError(f"`{name}` is no command that is known", help=f"one or more of {','.join(COMMANDS)}")
    return tuple(name for name in COMMANDS if name in cleaned)


def _framework_of(config: Mapping[str, Any] | None) -> str | None:
    return "none" if config is None else None


def _service_name(config: Mapping[str, Any] | None) -> str | None:
    service = _mapping(config).get("service")
    if isinstance(service, Mapping):
        service = service.get("name")
    return _text(service)


def _account(text: str | None) -> str | None:
    if text is not None and not re.fullmatch(r"\d{12}", text):
        raise UsageError(f"`{text}` is no AWS account", help="an account id has twelve digits")
    return text


def _stack_tags(option: str | None, framework: Framework, stage: str, provider: Mapping[str, Any]) -> dict[str, str]:
    """The stack's tags. The Framework always sets `STAGE`, and `provider.stackTags` on top of it.

    https://github.com/serverless/serverless/blob/v3.40.0/lib/plugins/aws/lib/get-shared-stack-action-params.js
    """
    tags: dict[str, str] = {} if framework.name == "none" else {"STAGE": stage}
    tags |= {str(key): str(value) for key, value in _mapping(provider.get("stackTags")).items()}
    for pair in option.split(",") if option else ():
        key, separator, value = pair.partition("=")
        if not separator or not key:
            raise UsageError(f"`{pair}` is no tag", help="write `--stack-tags Key=Value,Other=Value`")
        tags[key] = value
    return tags


BASELINE_FILE: Final = "needs.json"
"""The report in a folder that `generate --output` writes; made to be committed."""


def baseline_folder(config: Mapping[str, Any] | None) -> str:
    """The folder with the committed baseline, relative to the service: `custom.leastpriv.baseline`, else `leastpriv`."""
    return _text(project_settings(config).get("baseline")) or "leastpriv"


def _previous(name: str | None, source: Source, stack: str) -> tuple[Mapping[str, Any] | None, tuple[Need, ...], bool]:
    """What was deployed last: a template, or needs, and whether that much is known.

    What `--previous` names, else the committed baseline beside the configuration.
    """
    if name == "none":
        return None, (), True
    folder = source.service_dir / baseline_folder(source.config) if source.service_dir is not None else None
    committed = folder / BASELINE_FILE if folder is not None else None
    if name is None and (committed is None or not is_file(committed, "the baseline")):
        return None, (), False
    path = Path(name) if name is not None else committed
    assert path is not None
    what = "the previous template" if name is not None else "the baseline"
    text = read_text(path, what)
    if text.lstrip()[:1] == "{":
        document = parse_json(text, named(path, what))
        if is_report(document):
            return None, needs_of_report(document, named(path, what), stack), True
    return load_template(text, named(path, what)), (), True


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None
