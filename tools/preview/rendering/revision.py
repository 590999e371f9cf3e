"""Files of a revision, in a folder of their own."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.errors import UserError


def resolved(repository: Path, revision: str) -> str:
    """Returns the commit that a revision names.

    Raises:
        UserError: There is none.
    """
    done = _git(repository, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if done.returncode != 0:
        raise UserError(
            f"The revision {revision!r} isn't in the git repository {repository}; allowed: a branch, "
            "tag or commit that has been fetched.",
            "A shallow clone holds few commits: `git fetch --unshallow` gets the rest.",
        )
    return done.stdout.decode().strip()


@contextmanager
def checked_out(repository: Path, commit: str, project: Path) -> Iterator[Path]:
    """Gives a project's folder as it was at a commit; nothing of the repository itself is touched.

    Args:
        repository: Any folder of the git repository.
        commit: The commit.
        project: The project's folder in the working tree.
    """
    top = Path(_git(repository, "rev-parse", "--show-toplevel").stdout.decode().strip())
    with tempfile.TemporaryDirectory(prefix="llmd-preview-") as folder:
        files = Path(folder) / "files"
        # An index of its own, so that the user's stays as it is.
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        for command in (
            ("read-tree", commit),
            ("checkout-index", "--all", f"--prefix={files}/"),
        ):
            done = _git(top, *command, **index)
            if done.returncode != 0:
                raise UserError(
                    f"git can't write the files of {commit[:12]}: {done.stderr.decode().strip()}"
                )
        yield files / project.resolve().relative_to(top.resolve())


def changed_files(project: Path, commit: str) -> frozenset[Path] | None:
    """Returns which files of a project's folder differ from a commit, new ones too; `None` where git can't tell.

    Args:
        project: The project's folder in the working tree.
        commit: The commit.
    """
    listings = (
        _git(project, "diff", "--name-only", "-z", "--relative", commit, "--", "."),
        _git(project, "ls-files", "--others", "--exclude-standard", "-z"),
    )
    if any(listing.returncode != 0 for listing in listings):
        return None
    names = b"".join(listing.stdout for listing in listings).split(b"\0")
    return frozenset(project / os.fsdecode(name) for name in names if name)


def _git(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["git", "--no-optional-locks", "-C", str(folder), *arguments],
        capture_output=True,
        env={**os.environ, **variables},
        check=False,
    )
