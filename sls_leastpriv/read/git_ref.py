"""Reads files of a git ref, and checks one out into a temporary worktree."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sls_leastpriv.errors import ServiceError, UsageError

_HELP = "name a branch, a tag or a commit that is fetched; in CI fetch the base branch first: `git fetch origin main`"


@dataclass(frozen=True, slots=True)
class GitRef:
    """A commit of the repository that a service is in. `folder` is the service's, relative to the repository."""

    root: Path
    folder: Path
    commit: str
    name: str

    def read(self, file: Path) -> str | None:
        """The text of a file of the service; None where the commit has none."""
        found = _git(self.root, "show", f"{self.commit}:{(self.folder / file).as_posix()}")
        return found.stdout if found.returncode == 0 else None

    def has_service(self) -> bool:
        """Whether the service's folder is in the commit."""
        return self.folder == Path() or _git(self.root, "cat-file", "-e", f"{self.commit}:{self.folder.as_posix()}").returncode == 0

    @contextmanager
    def checked_out(self) -> Iterator[Path]:
        """The service's folder in a temporary worktree, with the `node_modules` that are installed here."""
        with TemporaryDirectory(prefix="leastpriv-base-") as temporary:
            tree = Path(temporary) / "tree"
            made = _git(self.root, "worktree", "add", "--detach", "--force", str(tree), self.commit)
            if made.returncode != 0:
                raise ServiceError(f"`{self.name}` cannot be checked out beside this tree", help="see `git worktree list`")
            try:
                for place in (self.folder, *self.folder.parents):
                    modules = self.root / place / "node_modules"
                    link = tree / place / "node_modules"
                    if modules.is_dir() and link.parent.is_dir() and not link.exists():
                        link.symlink_to(modules, target_is_directory=True)
                yield tree / self.folder
            finally:
                _git(self.root, "worktree", "remove", "--force", str(tree))

    def differs(self, file: str) -> bool:
        """Whether a file of the service or of the repository's root is not the same in the commit as in this tree."""
        names = {(place / file).as_posix() for place in (self.folder, Path())}
        return _git(self.root, "diff", "--quiet", self.commit, "--", *sorted(names)).returncode == 1


def git_ref(name: str, service: Path) -> GitRef:
    """A ref by its name. UsageError where there is no such ref, or no repository."""
    root = _git(service, "rev-parse", "--show-toplevel")
    if root.returncode != 0:
        raise UsageError(
            f"`{name}` is no file, and the service is in no git repository", help="name a policy, a report or its folder"
        )
    commit = _git(service, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if commit.returncode != 0:
        raise UsageError(f"`{name}` is neither a file nor a git ref that is known here", help=_HELP)
    top = Path(root.stdout.strip())
    return GitRef(top, service.resolve().relative_to(top.resolve()), commit.stdout.strip(), name)


def folder_in_repository(service: Path) -> Path:
    """The service's folder relative to its repository; empty where it is in none."""
    with suppress(UsageError, ValueError):
        root = _git(service, "rev-parse", "--show-toplevel")
        if root.returncode == 0:
            return service.resolve().relative_to(Path(root.stdout.strip()).resolve())
    return Path()


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, encoding="utf-8", errors="replace", check=False
        )
    except OSError:
        raise UsageError("`git` cannot be run", help="install git, or compare files: `--base FILE`") from None
