"""A release is taken to the nearest safe state, by where Helm stands and what the state knows."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tools.stack.helm_release import Helm, settle_release
from tools.stack.pending import RELEASE_TYPE, PendingOperation


@dataclass(frozen=True, kw_only=True)
class RecordingHelm(Helm):
    """Knows one release and notes what is done to it."""

    found: str | None
    done: list[str] = field(default_factory=list)

    def status(self, namespace: str, name: str) -> str | None:
        return self.found if (namespace, name) == ("m", "llmd") else None

    def uninstall(self, namespace: str, name: str) -> None:
        self.done.append(f"uninstall {namespace}/{name}")

    def rollback(self, namespace: str, name: str, *, revision: int | None = None) -> None:
        self.done.append(f"rollback {namespace}/{name}" + (f" {revision}" if revision else ""))


@pytest.mark.parametrize(
    ("creating", "status", "done"),
    [
        (True, None, []),
        (True, "pending-install", ["uninstall m/llmd"]),
        (True, "failed", ["uninstall m/llmd"]),
        (True, "deployed", ["uninstall m/llmd"]),
        (False, "deployed", []),
        (False, "pending-upgrade", ["rollback m/llmd"]),
        (False, "pending-rollback", ["rollback m/llmd"]),
        (False, "uninstalling", ["uninstall m/llmd"]),
        (False, None, []),
    ],
)
def test_settling(*, creating: bool, status: str | None, done: list[str]) -> None:
    helm = RecordingHelm(kubeconfig=Path("k"), environment={}, found=status)
    operation = PendingOperation(
        creating=creating, type=RELEASE_TYPE, inputs={"namespace": "m", "name": "llmd"}
    )
    said: list[str] = []
    settle_release(helm, operation, said.append)
    assert helm.done == done
    assert len(said) == len(done)
