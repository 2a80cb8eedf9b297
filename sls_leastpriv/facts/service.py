"""What Framework, plugin and variable entries may ask about: the resolved configuration, and facts derived from it.

Configuration keys keep their own names (`provider.deploymentBucket`); derived facts start with a capital (`DeploymentBucket`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sls_leastpriv.bind import BoundStack, single
from sls_leastpriv.facts.apis import domain_facts, stage_settings
from sls_leastpriv.facts.configured import at, mapping
from sls_leastpriv.facts.functions import function_facts
from sls_leastpriv.facts.images import image_facts, image_repository
from sls_leastpriv.facts.lookup import Facts
from sls_leastpriv.facts.version_4 import observability, resolvers_of, state_bucket
from sls_leastpriv.model import Project
from sls_leastpriv.resolve.unknown import text_of_pattern
from sls_leastpriv.resolve.values import NO_VALUE, Unresolved, Value, concatenate
from sls_leastpriv.resources import resources_of
from sls_leastpriv.template_facts import dynamic_references, parameter_types, parameters_read, transforms

GLOBAL_BUCKET: Final = "serverless-framework-deployments-"
"""Name of the bucket that Serverless 4 shares between services: this, the region, and a random part.

https://github.com/serverless/serverless/blob/main/packages/util/src/aws/s3.js
"""


def facts_of(project: Project, bound: BoundStack) -> Facts:
    """The facts of a project. `bound` is the current template, or the previous one where there is no current one."""
    config = bound.intrinsics.resolve(project.config or {})
    provider = mapping(mapping(config).get("provider"))
    raw = mapping(mapping(project.config).get("provider"))
    bucket, origin = _deployment_bucket(project, provider, bound)
    functions = function_facts(project, bound, provider)
    resolvers = resolvers_of(config, project.stage)
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
        "BucketOptions": provider.get("deploymentBucketObject") or mapping(provider.get("deploymentBucket")),
        "DeploymentPrefix": "serverless" if provider.get("deploymentPrefix") is None else provider["deploymentPrefix"],
        "DeploymentMethod": _deployment_method(project, provider),
        "DeploymentRole": bound.intrinsics.resolve(deployment_role(project) or NO_VALUE),
        "Functions": functions,
        "EcrRepository": image_repository(project),
        "Images": image_facts(functions),
        "ApiStage": at(provider, "apiGateway", "stage") or project.stage,
        "StageSettings": stage_settings(provider),
        "HttpApiImported": "Fn::ImportValue" in mapping(at(raw, "httpApi", "id")) or NO_VALUE,
        "Domains": list(domain_facts(provider, bound)),
        "Resolvers": resolvers,
        "StateBucket": state_bucket(config, resolvers),
        "Observability": observability(config, project.stage),
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
    """The plugins that the service lists, without ours."""
    names = (name for name in listed_plugins(config) if isinstance(name, str) and name != "serverless-leastpriv")
    return tuple(dict.fromkeys(names))


def listed_plugins(config: Mapping[str, Any] | None) -> Sequence[object]:
    """What stands under `plugins`, which may be a list or an object with `modules`."""
    listed = (config or {}).get("plugins")
    if isinstance(listed, Mapping):
        listed = listed.get("modules")
    return listed if isinstance(listed, Sequence) and not isinstance(listed, str) else ()


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
    # Serverless 4 goes on with the bucket of a stack that an earlier version made
    deployed = resources_of(project.previous)
    if str(project.framework) == "serverless@4" and "ServerlessDeploymentBucket" not in deployed:
        return concatenate([GLOBAL_BUCKET, bound.pseudo["AWS::Region"], "-", Unresolved("random", stands_for="minted")]), "global"
    return text_of_pattern(f"{project.stack.name.lower()}-serverlessdeploymentbucket-*"), "stack"


def _deployment_method(project: Project, provider: Mapping[str, Value]) -> Value:
    """`direct` or `changesets`; Serverless 4 defaults to direct, the others to change sets."""
    default = "direct" if str(project.framework) == "serverless@4" else "changesets"
    return provider.get("deploymentMethod") or default


def _template_facts(bound: BoundStack) -> Mapping[str, Value]:
    return {
        "Transforms": transforms(bound.template),
        "ParametersRead": parameters_read(bound.template, bound.intrinsics.resolve),
        "ParameterTypes": parameter_types(bound.template),
        "DynamicReferences": dynamic_references(bound.template),
        "CustomResources": [
            {"Type": resource.type, **mapping(single(resource.find(("Properties",))))}
            for resource in bound.resources
            if resource.type.startswith("Custom::")
        ],
    }
