"""Rebuilds the published layer: the tables that are derived from what AWS publishes, committed with their provenance.

    published/actions/<iam-prefix>.json      actions and ARN formats      (actions.py)
    published/registry/<namespace>.json      handlers, tagging, shape     (registry.py)
    published/sdk.json                       services of the SDKs         (sdk_services.py)
    published/permission_only.json           actions without operation    (sdk_services.py)
    published/managed_policies.json          policies of AWS              (managed_policies.py)
    published/types.json                     namespace → number of types
    published/provenance.json                packages, dates, counts

`python -m sls_leastpriv.maintain.published` writes them; with `--check` it compares, and its exit code is 1 when they differ.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from sls_leastpriv.errors import KnowledgeError, LeastprivError, UsageError
from sls_leastpriv.knowledge.load import DATA
from sls_leastpriv.maintain.actions import action_files
from sls_leastpriv.maintain.changes import Change, compare, write
from sls_leastpriv.maintain.lines import table
from sls_leastpriv.maintain.managed_policies import managed_policy_files
from sls_leastpriv.maintain.registry import permissions_of, registry_files, registry_tables
from sls_leastpriv.maintain.sdk_services import sdk_files
from sls_leastpriv.maintain.sources import Package, Sources, installed_sources
from sls_leastpriv.maintain.spelling import (
    KINDS,
    Reviewed,
    Spelling,
    published_actions,
    read_reviewed,
    stale_reviews,
)

PUBLISHED: Final = DATA / "published"

FLOORS: Final = {
    "typesWithHandlers": 1_700,
    "typesWithTagging": 1_600,
    "actions": 15_000,
    "sdkServices": 400,
    "managedPolicies": 1_000,
}
"""The packages could stop to carry these data, or carry less of them. Then the tables must not be rebuilt from them."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a refresh made or found: `changes` against the committed tables, `counts`, and `notes` for the next review."""

    changes: tuple[Change, ...]
    counts: Mapping[str, int]
    notes: tuple[str, ...]

    def lines(self) -> list[str]:
        """The report as it is printed: the changes by item, then the notes, then the counts."""
        text = [line for change in self.changes for line in change.lines()]
        text += [f"note: {note}" for note in self.notes]
        return [*text, " · ".join(f"{value} {_words(name)}" for name, value in self.counts.items())]


def refresh(
    check: bool,
    target: Path = PUBLISHED,
    sources: Sources | None = None,
    reviewed: Reviewed | None = None,
) -> Report:
    """Rebuilds every table; writes them to `target`, or with `check` only compares.

    `sources` defaults to the installed packages, `reviewed` to the committed tables. UsageError when a package is missing,
    KnowledgeError when the data fell below a floor or a reviewed table is malformed; nothing is written then.
    """
    sources = sources or installed_sources()
    reviewed = reviewed or read_reviewed(DATA)
    spelling = Spelling(published_actions(sources.services), reviewed)
    tables = registry_tables(sources.schemas, spelling)
    counts = count(sources, spelling)
    assert_floors(counts)
    files = action_files(sources.services) | registry_files(tables)
    files["types.json"] = table({namespace: len(records) for namespace, records in tables.items()})
    files |= sdk_files(sources.models, sources.services)
    files |= managed_policy_files(sources.policies)
    files["provenance.json"] = table(_provenance(sources, counts, files))
    changes = compare(files, target)
    if not check:
        write(files, target)
    return Report(changes=tuple(changes), counts=counts, notes=tuple(_notes(sources, spelling, reviewed)))


def count(sources: Sources, spelling: Spelling) -> dict[str, int]:
    """The figures of the sources; `permissions…` count distinct permissions of the schemas by how they were found."""
    named = {permission for schema in sources.schemas.values() for permission in permissions_of(schema)}
    kinds = Counter(spelling.mend(permission).kind for permission in named)
    return {
        "types": len(sources.schemas),
        "typesWithHandlers": sum(1 for schema in sources.schemas.values() if schema.get("handlers")),
        "typesWithTagging": sum(1 for schema in sources.schemas.values() if schema.get("tagging")),
        "services": len(sources.services),
        "actions": sum(len(service.actions) for service in sources.services.values()),
        "resourceTypes": sum(len(service.resource_types) for service in sources.services.values()),
        "sdkServices": len(sources.models),
        "managedPolicies": len(sources.policies),
        "permissions": len(named),
        **{f"permissions{kind.capitalize()}": kinds[kind] for kind in KINDS},
    }


def assert_floors(counts: Mapping[str, int]) -> None:
    """KnowledgeError when a count fell below what these tables need."""
    for name, floor in FLOORS.items():
        if counts[name] < floor:
            raise KnowledgeError(
                f"the installed packages have {counts[name]} {_words(name)}, fewer than {floor:,}",
                help="these data have left the packages: keep the versions that pyproject.toml names, or find another source",
            )


def _provenance(sources: Sources, counts: Mapping[str, int], files: Mapping[str, str]) -> dict[str, Any]:
    """Where the tables come from, what they hold, and one digest per folder."""
    digests: dict[str, Any] = {}
    for path in sorted(files):
        folder = path.partition("/")[0]
        digests.setdefault(folder, sha256()).update(f"{path}\n{files[path]}".encode())
    return {
        "packages": {package.name: _origin(package) for package in sources.packages},
        "counts": dict(counts),
        "sha256": {folder: digest.hexdigest() for folder, digest in digests.items()},
    }


def _origin(package: Package) -> dict[str, str]:
    return {"version": package.version, **({"date": package.date} if package.date is not None else {})}


def _notes(sources: Sources, spelling: Spelling, reviewed: Reviewed) -> list[str]:
    """Permissions that nobody has decided on, and reviewed records that say nothing any more."""
    named = sorted({permission for schema in sources.schemas.values() for permission in permissions_of(schema)})
    undecided = [
        f"undecided: `{permission}` is no published action; mend it in mended.toml, or list it in unpublished.toml"
        for permission in named
        if spelling.mend(permission).kind == "unpublished" and not reviewed.dismisses(permission)
    ]
    return undecided + stale_reviews(reviewed, published_actions(sources.services), named)


def _words(name: str) -> str:
    """`typesWithHandlers` → `types with handlers`."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)


def main(argv: list[str]) -> int:
    """`[--check]`: rebuilds or compares, prints the report; 1 when `--check` found a difference."""
    if unknown := [argument for argument in argv if argument != "--check"]:
        raise UsageError(f"`{unknown[0]}` is no option of refresh", help="the only option is --check")
    check = "--check" in argv
    report = refresh(check)
    sys.stdout.write("".join(f"{line}\n" for line in report.lines()))
    return 1 if check and report.changes else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except LeastprivError as error:
        sys.stderr.write(f"error: {error.message}\nhelp: {error.help}\n")
        sys.exit(error.exit_code)
