"""`read_package`: what the Framework leaves in `.serverless`."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from sls_leastpriv.errors import ServiceError
from sls_leastpriv.read.package_dir import read_package

TEMPLATE = {"Resources": {"HelloLogGroup": {"Type": "AWS::Logs::LogGroup"}}}
NESTED = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}


def ref(*path: str | int) -> dict[str, str]:
    return {"$ref": "$" + "".join(f"[{json.dumps(part)}]" for part in path)}


def state() -> dict[str, Any]:
    """The shape that serverless 3, osls 3 and osls 4 write, references included."""
    return {
        "service": {
            "service": "orders",
            "serviceObject": {"name": "orders"},
            "provider": {
                "name": "aws",
                "stage": "dev",
                "region": "us-east-1",
                "compiledCloudFormationTemplate": {
                    "Resources": {
                        "OrdersRule": {
                            "Type": "AWS::Events::Rule",
                            "Properties": {"EventPattern": {"source": ["shop"]}},
                            "Metadata": ref("service", "provider", "tags"),
                        }
                    }
                },
                "coreCloudFormationTemplate": {"Resources": {}},
                "tags": {"team": "a"},
            },
            "custom": {"plugin": {"service": ref("service"), "tags": ref("service", "provider", "tags")}},
            "functions": {
                "hello": {
                    "events": [
                        {
                            "eventBridge": {
                                "pattern": ref(
                                    *("service", "provider", "compiledCloudFormationTemplate", "Resources", "OrdersRule"),
                                    *("Properties", "EventPattern"),
                                )
                            }
                        }
                    ]
                }
            },
            "initialServerlessConfig": {
                "service": "orders",
                "provider": ref("service", "provider"),
                "functions": ref("service", "functions"),
                "constructs": {"jobs": {"type": "queue"}},
            },
            "layers": {},
        },
        "package": {"artifactDirectoryName": "serverless/orders/dev/1", "artifact": "orders.zip"},
    }  # fmt: skip


def write(folder: Path, **files: Any) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content, indent=2)
        (folder / f"{name.replace('_', '-')}.json").write_text(text)
    return folder


def refused(folder: Path) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        read_package(folder)
    assert caught.value.help
    return caught.value


def test_the_template_alone(tmp_path: Path) -> None:
    package = read_package(write(tmp_path, cloudformation_template_update_stack=TEMPLATE))
    assert (package.template, package.config, package.nested) == (TEMPLATE, None, {})
    with pytest.raises(dataclasses.FrozenInstanceError):
        package.config = {}  # type: ignore[misc]


def test_the_configuration_is_the_services_own(tmp_path: Path) -> None:
    write(tmp_path, cloudformation_template_update_stack=TEMPLATE, serverless_state=state())
    config = read_package(tmp_path).config
    assert config == {
        "service": "orders",
        "serviceObject": {"name": "orders"},
        "provider": {"name": "aws", "stage": "dev", "region": "us-east-1", "tags": {"team": "a"}},
        "custom": {"plugin": {"tags": {"team": "a"}}},
        "functions": {"hello": {"events": [{"eventBridge": {"pattern": {"source": ["shop"]}}}]}},
        "constructs": {"jobs": {"type": "queue"}},
        "layers": {},
    }


def test_nested_stacks_by_file_name(tmp_path: Path) -> None:
    write(tmp_path, cloudformation_template_update_stack=TEMPLATE, cloudformation_template_APINestedStack=NESTED)
    (tmp_path / "cloudformation-template-Queues-nested-stack.json").write_text(json.dumps(NESTED))
    (tmp_path / "cloudformation-template-nested-stack-1.json").write_text(json.dumps(TEMPLATE))
    (tmp_path / "cloudformation-template-create-stack.json").write_text(json.dumps(TEMPLATE))
    assert read_package(tmp_path).nested == {
        "cloudformation-template-Queues-nested-stack.json": NESTED,
        "cloudformation-template-nested-stack-1.json": TEMPLATE,
    }


def test_no_folder(tmp_path: Path) -> None:
    error = refused(tmp_path / "none")
    assert error.message == f"there is no folder `{tmp_path / 'none'}`"
    assert "serverless package" in error.help


def test_a_folder_without_a_template(tmp_path: Path) -> None:
    assert "has no `cloudformation-template-update-stack.json`" in refused(tmp_path).message


def test_the_services_folder_instead_of_the_packages(tmp_path: Path) -> None:
    write(tmp_path / ".serverless", cloudformation_template_update_stack=TEMPLATE)
    error = refused(tmp_path)
    assert "is a service, not its package" in error.message
    assert error.help == f"give `{tmp_path / '.serverless'}`"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"service": {', "the Framework's state file `"),
        ("[]", "holds no service"),
        ('{"service": "orders"}', "holds no service"),
        ('{"service": {"provider": "aws"}}', "holds no service"),
        ("", "is empty"),
        ("[" * 100_000, "levels deep"),
    ],
)
def test_a_broken_state(tmp_path: Path, content: str, expected: str) -> None:
    write(tmp_path, cloudformation_template_update_stack=TEMPLATE, serverless_state=content)
    assert expected in refused(tmp_path).message


def test_a_state_that_explodes(tmp_path: Path) -> None:
    exploding = state()
    custom: dict[str, Any] = {"l0": {"x": 1}}
    for n in range(1, 61):
        custom[f"l{n}"] = {"a": ref("service", "custom", f"l{n - 1}"), "b": ref("service", "custom", f"l{n - 1}")}
    exploding["service"]["custom"] = custom
    write(tmp_path, cloudformation_template_update_stack=TEMPLATE, serverless_state=exploding)
    assert "values once its references are followed" in refused(tmp_path).message


def test_a_broken_nested_stack_is_named(tmp_path: Path) -> None:
    write(tmp_path, cloudformation_template_update_stack=TEMPLATE)
    (tmp_path / "cloudformation-template-Q-nested-stack.json").write_text("{}")
    assert "cloudformation-template-Q-nested-stack.json` has no `Resources`" in refused(tmp_path).message
