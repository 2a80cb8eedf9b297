"""moto as a process of its own. Run as a program: says which port it got, and ends when its standard input does."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any


def main() -> None:
    """Serves until the parent is gone, however it went."""
    import logging
    import threading

    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    _mend()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"{server.port}\n")
    sys.stdout.flush()
    sys.stdin.read()


def _mend() -> None:
    """What keeps moto 5.2 from playing AWS for a Framework; each with its reason."""
    import moto.awslambda.models as awslambda
    import moto.awslambda.urls as urls
    import moto.cloudformation.models as cloudformation
    import moto.cloudformation.parsing as parsing
    import moto.iam.responses as iam
    import moto.kinesis.models as kinesis
    import moto.s3.models as s3
    from moto.cloudformation.custom_model import CustomModel
    from moto.core.config import default_user_config
    from moto.iam.access_control import PermissionResult

    # ValidateTemplate runs cfn-lint, which refuses runtimes by today's date, and takes seconds
    cloudformation.validate_template_cfn_lint = lambda _: []

    # bucket policies are evaluated without their conditions: the Framework's denial of plain HTTP would deny everything
    s3.FakeBucket.get_permission = lambda *_: PermissionResult.NEUTRAL

    # AWS encodes documents for URLs here too, and botocore decodes them: `%2F` in an ARN would become a slash
    iam.IamResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER["GetPolicyVersionResponse.PolicyVersion.Document"] = iam.url_encode

    # roles of functions have them
    default_user_config["iam"]["load_aws_managed_policies"] = True

    # functions would run in Docker
    default_user_config["lambda"]["use_docker"] = False

    # so custom resources wait for an answer that never comes
    CustomModel.is_created = lambda _: True

    # what a function is made from tells its kind when nothing else does
    awslambda.LambdaFunction.__init__ = _of_its_kind(awslambda.LambdaFunction.__init__)

    # concurrency is not provisioned
    urls.url_paths[r"{0}/2019-09-30/functions/(?P<function_name>[^/]+)/provisioned-concurrency$"] = _provisioned

    # ARNs of consumers end with the time when they were made
    kinesis.Consumer.__init__ = _timed(kinesis.Consumer.__init__)

    # layers of other accounts are not there
    awslambda.LambdaBackend.layers_versions_by_arn = _or_of_others(awslambda.LambdaBackend.layers_versions_by_arn)

    # exports are known of stacks that CreateStack made, not of those of change sets
    cloudformation.Stack.cross_stack_resources = property(_exports_of_others, lambda *_: None)
    cloudformation.CloudFormationBackend.delete_stack = _knowing_exports(cloudformation.CloudFormationBackend.delete_stack)

    # resources that moto does not play are None in a stack, and listing them would be a server error
    cloudformation.Stack.stack_resources = property(_played)
    parsing.parse_and_create_resource = _tolerant(parsing.parse_and_create_resource)
    parsing.parse_and_update_resource = _tolerant(parsing.parse_and_update_resource)
    parsing.parse_and_delete_resource = _tolerant(parsing.parse_and_delete_resource)


def _played(stack: Any) -> list[Any]:
    return [resource for resource in stack.resource_map.values() if resource is not None]


def _of_its_kind(made: Callable[..., None]) -> Callable[..., None]:
    def of_its_kind(function: Any, *, spec: dict[str, Any], **options: Any) -> None:
        kind = {"PackageType": "Image"} if spec.get("Code", {}).get("ImageUri") else {}
        made(function, spec=kind | spec, **options)

    return of_its_kind


def _provisioned(request: Any, *_: Any) -> tuple[int, dict[str, str], str]:
    status = {"PUT": 202, "GET": 200, "DELETE": 204}[request.method]
    return status, {"Content-Type": "application/json"}, '{"Status": "READY"}' if status != 204 else ""


def _timed(made: Callable[..., None]) -> Callable[..., None]:
    def timed(consumer: Any, *arguments: Any, **options: Any) -> None:
        made(consumer, *arguments, **options)
        consumer.consumer_arn += f":{int(consumer.created.timestamp())}"

    return timed


def _or_of_others(found: Callable[..., Any]) -> Callable[..., Any]:
    def or_of_others(backend: Any, arn: str) -> Any:
        own = arn.split(":")[4] == backend.account_id
        return found(backend, arn) if own else SimpleNamespace(arn=arn, code_size=1)

    return or_of_others


def _exports_of_others(stack: Any) -> dict[str, Any]:
    from moto.cloudformation.models import cloudformation_backends

    # the stack itself is not yet whole
    others = cloudformation_backends[stack.account_id][stack.region_name].stacks.values()
    return {export.name: export for other in others if other is not stack for export in other.exports}


def _knowing_exports(delete: Callable[..., None]) -> Callable[..., None]:
    def knowing_exports(backend: Any, name_or_id: str) -> None:
        backend.exports |= {export.name: export for stack in backend.stacks.values() for export in stack.exports}
        delete(backend, name_or_id)

    return knowing_exports


def _tolerant(step: Callable[..., Any]) -> Callable[..., Any]:
    """A resource that moto stumbles over is one that it does not play; what it refuses as AWS would, it refuses."""
    from moto.core.exceptions import ServiceException
    from werkzeug.exceptions import HTTPException

    def tolerant(*arguments: Any, **options: Any) -> Any:
        try:
            return step(*arguments, **options)
        except (HTTPException, ServiceException):
            raise
        except Exception as error:
            sys.stderr.write(f"not played: {arguments[:1]} {type(error).__name__} {error}\n")
            return None

    return tolerant


if __name__ == "__main__":
    main()
