"""What Framework, plugin and variable entries may ask about: the resolved configuration, and facts derived from it.

Configuration keys keep their own names (`provider.deploymentBucket`); derived facts start with a capital (`DeploymentBucket`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sls_leastpriv.bind import BoundStack, single
from sls_leastpriv.model import Project
from sls_leastpriv.resolve.unknown import text_of_pattern
from sls_leastpriv.resolve.values import NO_VALUE, Unresolved, Value, concatenate, walk
from sls_leastpriv.template_facts import dynamic_references, parameters_read, transforms

GLOBAL_BUCKET: Final = "serverless-framework-deployments-"
"""Name of the bucket that Serverless 4 shares between services: this, the region, and a random part.

https://github.com/serverless/serverless/blob/main/packages/util/src/aws/s3.js
"""


class Facts:
    """Looks up paths in the configuration and among the derived facts. Strings of the configuration are read lazily."""

    def __init__(self, root: Mapping[str, Value]) -> None:
        self._root = root

    def keyed(self, path: tuple[str, ...]) -> list[tuple[str, Value]]:
        """All values at a path, each with the key of its last step."""
        return walk(self._root, path)

    def find(self, path: tuple[str, ...]) -> list[Value]:
        """All values at a path."""
        return [value for _, value in self.keyed(path)]

    def lookup(self, name: str) -> Value:
        """The value of a `${…}` place."""
        return single(self.find(tuple(name.split("."))))

    def with_item(self, key: str, item: Value) -> Facts:
        """The same facts with `item` and `key` bound, for one round of a `for_each`."""
        return Facts({**self._root, "item": item, "key": key})


def facts_of(project: Project, bound: BoundStack) -> Facts:
    """The facts of a project. `bound` is the current template, or the previous one where there is no current one."""
    config = bound.intrinsics.resolve(project.config or {})
    provider = config.get("provider", {}) if isinstance(config, Mapping) else {}
    provider = provider if isinstance(provider, Mapping) else {}
    bucket, origin = _deployment_bucket(project, provider, bound)
    root: dict[str, Value] = dict(config) if isinstance(config, Mapping) else {}
    root |= {
        "Partition": bound.pseudo["AWS::Partition"],
        "Region": bound.pseudo["AWS::Region"],
        "Account": bound.pseudo["AWS::AccountId"],
        "StackName": bound.pseudo["AWS::StackName"],
        "Service": project.service,
        "Stage": project.stage,
        "Framework": str(project.framework),
        "DeploymentBucket": bucket,
        "BucketOrigin": origin,
        "DeploymentPrefix": provider.get("deploymentPrefix") or "serverless",
        "DeploymentMethod": _deployment_method(project, provider),
        "DeploymentRole": deployment_role(project) or NO_VALUE,
        "Functions": _functions(project, bound),
        "Layers": [{"Name": resource.name} for resource in bound.resources if resource.type == "AWS::Lambda::LayerVersion"],
        "Template": _template_facts(bound),
        "Variables": [variable.source for variable in project.variables],
    }
    return Facts({key: value for key, value in root.items() if value is not NO_VALUE})


def deployment_role(project: Project) -> Any:
    """The CloudFormation role as configured: `provider.iam.deploymentRole`, older `provider.cfnRole`; None when there is none."""
    provider = (project.config or {}).get("provider", {})
    if not isinstance(provider, Mapping):
        return None
    iam = provider.get("iam")
    role = iam.get("deploymentRole") if isinstance(iam, Mapping) else None
    return role or provider.get("cfnRole") or None


def plugin_names(config: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The plugins that the service lists, without ours; `plugins` may be a list or an object with `modules`."""
    listed = (config or {}).get("plugins")
    if isinstance(listed, Mapping):
        listed = listed.get("modules")
    names = listed if isinstance(listed, Sequence) and not isinstance(listed, str) else ()
    return tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name != "serverless-leastpriv"))


def _deployment_bucket(project: Project, provider: Mapping[str, Value], bound: BoundStack) -> tuple[Value, str]:
    """The bucket that the Framework uploads to, and whose it is: `custom`, `stack` or `global`."""
    configured = provider.get("deploymentBucket")
    if isinstance(configured, Mapping):
        configured = configured.get("name")
    if configured:
        return configured, "custom"
    own = bound.resource("ServerlessDeploymentBucket")
    if own is not None:
        return own.name, "stack"
    if str(project.framework) == "serverless@4":
        return concatenate([GLOBAL_BUCKET, bound.pseudo["AWS::Region"], "-", Unresolved("random", stands_for="minted")]), "global"
    return text_of_pattern(f"{project.stack.name.lower()}-serverlessdeploymentbucket-*"), "stack"


def _deployment_method(project: Project, provider: Mapping[str, Value]) -> Value:
    """`direct` or `changesets`; Serverless 4 defaults to direct, the others to change sets."""
    default = "direct" if str(project.framework) == "serverless@4" else "changesets"
    return provider.get("deploymentMethod") or default


def _functions(project: Project, bound: BoundStack) -> list[Mapping[str, Value]]:
    """The service's own functions, as the Framework names them, with what else entries ask about them."""
    configured = (project.config or {}).get("functions")
    maps: Sequence[Any] = configured if isinstance(configured, list) else [configured]
    functions: list[Mapping[str, Value]] = []
    for key, body in ((key, body) for one in maps if isinstance(one, Mapping) for key, body in one.items()):
        body = body if isinstance(body, Mapping) else {}
        name = body.get("name") or f"{project.service}-{project.stage}-{key}"
        functions.append({**bound.intrinsics.resolve(body), "Key": key, "Name": bound.intrinsics.resolve(name)})
    return functions


def _template_facts(bound: BoundStack) -> Mapping[str, Value]:
    return {
        "Transforms": transforms(bound.template),
        "ParametersRead": parameters_read(bound.template, bound.intrinsics.resolve),
        "DynamicReferences": dynamic_references(bound.template),
    }
