"""Mending what an interrupted update left behind, so that typing the command again converges.

A killed engine leaves up to three things: its lock on the stack, operations whose end the state doesn't know
("pending operations"), and a Helm release that is neither installed nor absent. Each is settled by looking at
what is really there; nothing that was made is made twice or lost.
"""

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil

from tools.cluster.progress import Progress
from tools.stack.engine import Engine

RELEASE_TYPE: Final = "kubernetes:helm.sh/v3:Release"
_CREATING: Final = "creating"


@dataclass(frozen=True, kw_only=True)
class PendingCreate:
    """A creation of which the state doesn't know whether it happened.

    Attributes:
        urn: The resource.
        type: Its type token.
        inputs: What it was to be made with.
    """

    urn: str
    type: str
    inputs: Mapping[str, Any]

    @property
    def cluster_id(self) -> str | None:
        """The ID that the resource has if it was made; `None` where nothing outside the state exists.

        Source: pulumi-kubernetes, `fqObjName`: `<namespace>/<name>`, or `<name>` in the cluster's scope.
        """
        if self.type == RELEASE_TYPE:
            return f"{self.inputs['namespace']}/{self.inputs['name']}"
        if not self.type.startswith("kubernetes:"):
            return None
        metadata = self.inputs["metadata"]
        namespace = metadata.get("namespace")
        name = metadata["name"]
        return f"{namespace}/{name}" if namespace else str(name)


def pending_creates(state: Mapping[str, Any]) -> tuple[PendingCreate, ...]:
    """Returns the creations that an exported state holds as pending."""
    return tuple(
        PendingCreate(
            urn=operation["resource"]["urn"],
            type=operation["resource"]["type"],
            inputs=operation["resource"].get("inputs", {}),
        )
        for operation in _pending(state)
        if operation["type"] == _CREATING
    )


def touched_releases(state: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Returns namespace and name of the Helm releases that an interrupted operation was working on."""
    return tuple(
        (operation["resource"]["inputs"]["namespace"], operation["resource"]["inputs"]["name"])
        for operation in _pending(state)
        if operation["resource"]["type"] == RELEASE_TYPE
    )


def refresh_arguments(creates: Sequence[PendingCreate]) -> tuple[str, ...]:
    """Returns the arguments of `pulumi refresh` that settle pending creations.

    What may exist in the cluster is looked up by its ID and taken into the state, or dropped where it isn't
    there; what exists nowhere else (a key, a certificate) is dropped and made again.
    """
    imports = [
        argument
        for create in creates
        if create.cluster_id is not None
        for argument in (
            f"--import-pending-creates={create.urn}",
            f"--import-pending-creates={create.cluster_id}",
        )
    ]
    return (*imports, "--clear-pending-creates")


def recover(engine: Engine, state_dir: Path, kubeconfig: Path, say: Progress) -> None:
    """Settles what an interrupted update left; does nothing where nothing was.

    Args:
        engine: The stack's engine; nobody else may be using the stack.
        state_dir: Folder of the file backend.
        kubeconfig: Kubeconfig of the embedded cluster.
        say: Tells the user what is being mended.
    """
    if stale := stale_locks(state_dir, engine.stack):
        say(f"An earlier command was killed; freeing its lock on stack {engine.stack!r}.")
        for lock in stale:
            lock.unlink(missing_ok=True)
    state = engine.export()
    if not _pending(state):
        return
    say("An earlier update was interrupted; looking at what it made before going on.")
    for namespace, name in touched_releases(state):
        _settle_release(
            Helm(kubeconfig=kubeconfig, environment=engine.environment), namespace, name, say
        )
    engine.show("refresh", "--yes", "--skip-preview", *refresh_arguments(pending_creates(state)))


def stale_locks(state_dir: Path, stack: str) -> tuple[Path, ...]:
    """Returns the lock files of a file backend whose process is gone.

    Source: pulumi's file backend writes `.pulumi/locks/<organization>/<project>/<stack>/<id>.json` with the
    process ID.
    """
    return tuple(lock for lock in _lock_files(state_dir, stack) if not _alive(lock))


def _lock_files(state_dir: Path, stack: str) -> Iterator[Path]:
    yield from (state_dir / ".pulumi" / "locks").glob(f"*/*/{stack}/*.json")


def _alive(lock: Path) -> bool:
    try:
        pid = int(json.loads(lock.read_text(encoding="utf-8"))["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        # Killed in the middle of writing it; its owner holds nothing any more.
        return False
    try:
        process = psutil.Process(pid)
        # A killed process stays a zombie until its parent takes note.
        return process.status() != psutil.STATUS_ZOMBIE and "pulumi" in process.name()
    except psutil.NoSuchProcess:
        return False


def _pending(state: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    operations = (state.get("deployment") or {}).get("pending_operations")
    return operations or ()


@dataclass(frozen=True, kw_only=True)
class Helm:
    """The helm command line on one cluster.

    Attributes:
        kubeconfig: Kubeconfig to use.
        environment: Variables of the subprocess.
    """

    kubeconfig: Path
    environment: Mapping[str, str]

    def status(self, namespace: str, name: str) -> str | None:
        """Returns the release's status, e.g. `deployed` or `pending-install`; `None` where there is none."""
        result = self._run("list", "--all", "--namespace", namespace, "--output", "json")
        releases = json.loads(result.stdout or "[]") if result.returncode == 0 else []
        return next((str(r["status"]) for r in releases if r["name"] == name), None)

    def uninstall(self, namespace: str, name: str) -> None:
        """Removes a release that never was installed completely."""
        self._run("uninstall", name, "--namespace", namespace, "--wait", "--timeout", "2m")

    def rollback(self, namespace: str, name: str) -> None:
        """Returns a release to its last complete revision."""
        self._run("rollback", name, "--namespace", namespace, "--wait", "--timeout", "5m")

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ("helm", *arguments, "--kubeconfig", str(self.kubeconfig)),
            env=dict(self.environment),
            capture_output=True,
            text=True,
            check=False,
        )


def _settle_release(helm: Helm, namespace: str, name: str, say: Progress) -> None:
    match helm.status(namespace, name):
        case "pending-install" | "failed" | "uninstalling":
            say(f"Helm release {name!r} was installed halfway; removing it, to install it anew.")
            helm.uninstall(namespace, name)
        case "pending-upgrade" | "pending-rollback":
            say(f"Helm release {name!r} was upgraded halfway; going back to its last revision.")
            helm.rollback(namespace, name)
        case _:
            return
