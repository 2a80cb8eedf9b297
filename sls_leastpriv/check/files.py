"""Evidence from files: the policies that `--policy` and `--boundary` name. No AWS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sls_leastpriv.check.evidence import Document, Evidence
from sls_leastpriv.check.identity import Identity
from sls_leastpriv.errors import ServiceError
from sls_leastpriv.policy.evaluate import compile_policy
from sls_leastpriv.read.json_text import parse_json
from sls_leastpriv.read.text_file import named, read_text


def evidence_of_files(policies: Sequence[str], boundaries: Sequence[str], principal: Identity | None) -> Evidence:
    """The policies in the files. ServiceError for one that cannot be read, or that IAM would refuse."""
    boundary = tuple(one for name in boundaries for one in _documents(name, "the permissions boundary"))
    return Evidence(
        kind="files",
        principal=principal,
        identity=tuple(one for name in policies for one in _documents(name, "the policy")),
        boundary=boundary if boundaries else None,
    )


def _documents(file: str, what: str) -> list[Document]:
    name = named(file, what)
    content = parse_json(read_text(file, what), name)
    found = _unwrapped(content)
    if not found:
        raise ServiceError(
            f"{name} holds no policy document", help="give the JSON of a policy, as `generate` or the AWS CLI prints it"
        )
    documents = [Document(name if len(found) == 1 else f"{name} ({number})", one) for number, one in enumerate(found, 1)]
    for one in documents:
        compile_policy(one.document, one.name)
    return documents


def _unwrapped(content: Any) -> list[Mapping[str, Any]]:
    """The documents in a file: a bare one, what the AWS CLI prints for one, or a report of ours with those of the deployer."""
    if not isinstance(content, Mapping):
        return []
    if "Statement" in content:
        return [content]
    version = content.get("PolicyVersion")
    if isinstance(version, Mapping):
        content = {"PolicyDocument": version.get("Document")}
    document = content.get("PolicyDocument")
    if isinstance(document, Mapping):
        return [document]
    listed = content.get("policies")
    found = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    documents = [one.get("document") for one in found if one.get("principal") == "deployer"]
    return [one for one in documents if isinstance(one, Mapping)]
