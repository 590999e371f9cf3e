"""The first stage of the set-up: `.venv` with exactly the packages of `requirements.lock`.

Run by whatever python3 a machine has, so it needs the standard library only, and must be readable
for a Python that is too old, to say so. Killed at any moment, it converges when run again: the
stamp is written last, and a mark tells that packages were being written.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent.parent
OLDEST = (3, 11)
OTHER_NAMES = ("python3.14", "python3.13", "python3.12", "python3.11")
STAMP = ".llmd-made-of"
UNFINISHED = ".llmd-unfinished"
LAST_LINES = 15


class SetUpError(Exception):
    """Something that the user can solve; its text says how."""


def fingerprint(repo: Path) -> str:
    """What an environment was made of: the lock file and the project's metadata."""
    digest = hashlib.sha256()
    for name in ("requirements.lock", "pyproject.toml"):
        digest.update((repo / name).read_bytes() + b"\0")
    return digest.hexdigest()


def usable_python(version: tuple[int, ...], search_path: str | None) -> str | None:
    """A Python that is new enough.

    Args:
        version: The version of the running Python.
        search_path: The PATH to look for others.

    Returns:
        None when the running one will do, else the path of another.

    Raises:
        SetUpError: There is none.
    """
    if version >= OLDEST:
        return None
    for name in OTHER_NAMES:
        found = shutil.which(name, path=search_path)
        if found is not None:
            return found
    raise SetUpError(
        "Python >= {}.{} is needed; python3 is {}.{}, and there is no {} on PATH.\n"
        "Install one: https://www.python.org/downloads/".format(
            *OLDEST, *version[:2], " or ".join(OTHER_NAMES)
        )
    )


def runs(python: Path) -> bool:
    """Whether an environment's Python runs, is new enough and has pip."""
    check = "import sys, pip; sys.exit(sys.version_info < {!r})".format(OLDEST)  # noqa: UP032
    try:
        answer = subprocess.run([str(python), "-c", check], capture_output=True, check=False)
    except OSError:
        return False
    return answer.returncode == 0


def is_ready(venv: Path, wanted: str) -> bool:
    """Whether an environment is complete and made of what is wanted."""
    try:
        stamp = (venv / STAMP).read_text(encoding="utf-8")
    except OSError:
        return False
    return (
        stamp == wanted
        and not (venv / UNFINISHED).exists()
        and os.access(venv / "bin" / "llmd-monitoring", os.X_OK)
        and runs(venv / "bin" / "python")
    )


def make_ready(repo: Path) -> bool:
    """Makes or repairs the environment of a repository.

    An environment whose packages were being written when the process died is made anew, since
    pip can't tell half a package from a whole one. One made of an older lock is brought up to date.

    Returns:
        Whether there was something to do.

    Raises:
        SetUpError: It can't be made.
    """
    venv = repo / ".venv"
    wanted = fingerprint(repo)
    if is_ready(venv, wanted):
        return False
    python = venv / "bin" / "python"
    if (venv / UNFINISHED).exists() or not runs(python):
        require_venv()
        say("making .venv with Python {}.{}.{}".format(*sys.version_info[:3]))
        remove(venv)
        venv.mkdir()
        (venv / UNFINISHED).touch()
        run([sys.executable, "-m", "venv", str(venv)], repo)
    (venv / UNFINISHED).touch()
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--no-input"]
    say("installing the locked packages")
    run([*pip, "--require-hashes", "-r", "requirements.lock"], repo)
    run([*pip, "--no-deps", "--no-build-isolation", "-e", "."], repo)
    (venv / UNFINISHED).unlink()
    half = venv / (STAMP + ".new")
    half.write_text(wanted, encoding="utf-8")
    half.replace(venv / STAMP)
    return True


def require_venv() -> None:
    """Checks that this Python can make virtual environments.

    Raises:
        SetUpError: It can't; some Linux distributions package that apart.
    """
    try:
        import ensurepip  # noqa: F401, PLC0415
        import venv  # noqa: F401, PLC0415
    except ImportError as error:
        raise SetUpError(
            f"{sys.executable} can't make virtual environments ({error}).\n"
            "Install its venv package, on Debian and Ubuntu: apt install python3-venv"
        ) from error


def remove(venv: Path) -> None:
    """Removes a broken environment.

    Raises:
        SetUpError: It isn't a folder of this repository.
    """
    if venv.is_symlink() or (venv.exists() and not venv.is_dir()):
        raise SetUpError(
            f"{venv} is broken, and isn't a folder that may be made anew.\nMove it away."
        )
    shutil.rmtree(str(venv), ignore_errors=True)
    if venv.exists():
        raise SetUpError(f"{venv} can't be removed; remove it by hand.")


def go_warning(repo: Path, search_path: str | None) -> str:
    """What there is to say about Go before anything is built; empty when all is well.

    Only what can't be found or downloaded is built, so this doesn't end the set-up.
    """
    modules = (repo / "tools" / "toolchain" / "modules").glob("*/go.mod")
    needed = max(
        version_in(found.group(1))
        for found in (re.search(r"^go (\S+)$", m.read_text(), re.MULTILINE) for m in modules)
        if found
    )
    shown = ".".join(map(str, needed))
    go = shutil.which("go", path=search_path)
    if go is None:
        return (
            f"Go isn't on PATH; Go >= {shown} is needed for all that can't be downloaded. "
            "Install it: https://go.dev/dl/"
        )
    answer = subprocess.run(
        [go, "env", "GOVERSION"], stdout=subprocess.PIPE, check=False, cwd="/"
    ).stdout.decode()
    version = version_in(answer)
    if version < needed:
        return "{} is {}; Go >= {} is needed, which it fetches itself or not (GOTOOLCHAIN).".format(
            go, answer.strip() or "of an unknown version", shown
        )
    return ""


def version_in(text: str) -> tuple[int, ...]:
    """The numbers of a version, such as (1, 26, 7) of `go1.26.7`."""
    found = re.search(r"\d+(\.\d+)*", text)
    return tuple(int(number) for number in found.group().split(".")) if found else ()


def run(command: list[str], folder: Path) -> None:
    """Runs a command; shows on a terminal what it is doing, else nothing unless it fails.

    Raises:
        SetUpError: It failed; with the last lines of what it said.
    """
    start = time.monotonic()
    lines = []
    with subprocess.Popen(
        command,
        cwd=str(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        close_fds=False,
    ) as process:
        for raw in process.stdout or ():
            line = raw.decode(errors="replace").rstrip()
            lines.append(line)
            if sys.stdout.isatty():
                width = shutil.get_terminal_size().columns - 1
                now = f"  {time.monotonic() - start:.0f} s  {line.strip()}"
                sys.stdout.write("\r\033[K" + now[:width])
                sys.stdout.flush()
    if sys.stdout.isatty():
        sys.stdout.write("\r\033[K")
    if process.returncode != 0:
        raise SetUpError(
            "`{}` failed:\n{}\nCheck the network, the package index that pip is configured for, "
            "and the free disk space; then run it again.".format(
                " ".join(command), "\n".join("  " + line for line in lines[-LAST_LINES:])
            )
        )


def say(text: str) -> None:
    """Tells what is going on."""
    sys.stdout.write("Python environment: " + text + "\n")
    sys.stdout.flush()


@contextlib.contextmanager
def only_one(repo: Path) -> Iterator[None]:
    """Waits for another set-up of the same repository, then keeps others out.

    The commands that we run hold the lock with us (see `run`): when we are killed, the next set-up
    waits for the pip that we left behind.
    """
    folder = repo / ".tools"
    folder.mkdir(exist_ok=True)
    with (folder / "python.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            say("waiting for the set-up of process {}".format(lock.read().strip() or "unknown"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        os.set_inheritable(lock.fileno(), True)
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def main(repo: Path = REPO) -> int:
    """Makes the environment; returns the exit status."""
    try:
        other = usable_python(tuple(sys.version_info[:2]), os.environ.get("PATH"))
        if other is not None:
            sys.stdout.flush()
            os.execv(other, [other, __file__])  # noqa: S606
        start = time.monotonic()
        warning = go_warning(repo, os.environ.get("PATH"))
        if warning:
            say("note: " + warning)
        with only_one(repo):
            if make_ready(repo):
                say(f"ready ({time.monotonic() - start:.0f} s)")
    except SetUpError as error:
        sys.stderr.write(f"Error: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted; run it again to go on.\n")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
