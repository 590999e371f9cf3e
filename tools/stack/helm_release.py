"""Helm releases that are neither installed nor absent."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.cluster.progress import Progress
from tools.stack.pending import PendingOperation


@dataclass(frozen=True, kw_only=True)
class Helm:
    """The helm command line on one cluster.

    Attributes:
        kubeconfig: Kubeconfig to use; `None` for the environment's.
        environment: Variables of the subprocess.
        context: Context of the kubeconfig; `None` for its current one.
    """

    kubeconfig: Path | None
    environment: Mapping[str, str]
    context: str | None = None

    def status(self, namespace: str, name: str) -> str | None:
        """Returns the release's status, e.g. `deployed` or `pending-install`; `None` where there is none."""
        result = self._run("list", "--all", "--namespace", namespace, "--output", "json")
        releases = json.loads(result.stdout or "[]") if result.returncode == 0 else []
        return next((str(r["status"]) for r in releases if r["name"] == name), None)

    def uninstall(self, namespace: str, name: str) -> None:
        """Removes a release that never was installed completely."""
        self._run("uninstall", name, "--namespace", namespace, "--wait", "--timeout", "2m")

    def rollback(self, namespace: str, name: str, *, revision: int | None = None) -> str | None:
        """Returns a release to a revision, by default the one before; tells why that failed, `None` where it didn't."""
        to = () if revision is None else (str(revision),)
        options = ("--namespace", namespace, "--wait", "--timeout", "5m")
        result = self._run("rollback", name, *to, *options)
        return None if result.returncode == 0 else " ".join(result.stderr.split())

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        kubeconfig = () if self.kubeconfig is None else ("--kubeconfig", str(self.kubeconfig))
        context = () if self.context is None else ("--kube-context", self.context)
        return subprocess.run(
            ("helm", *arguments, *kubeconfig, *context),
            env=dict(self.environment),
            capture_output=True,
            text=True,
            check=False,
        )


def settle_release(helm: Helm, operation: PendingOperation, say: Progress) -> None:
    """Takes a release that an interrupted operation worked on to the nearest safe state.

    Args:
        helm: Helm on the cluster.
        operation: What was interrupted. Of a release that was being made the state knows nothing, so it is
            removed even where Helm came to its end.
        say: Tells the user what is being mended.
    """
    namespace, name = operation.inputs["namespace"], operation.inputs["name"]
    match helm.status(namespace, name):
        case None:
            return
        case "deployed" if not operation.creating:
            return
        case "pending-upgrade" | "pending-rollback":
            say(f"Helm release {name!r} was upgraded halfway; going back to its last revision.")
            helm.rollback(namespace, name)
        case _:
            say(f"Helm release {name!r} was installed halfway; removing it, to install it anew.")
            helm.uninstall(namespace, name)
