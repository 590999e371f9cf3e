"""What stands in the way of an installation, and the one error that tells all of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.preflight.live_cluster import UnreadableError


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing in the cluster that an installation can't be built on.

    Attributes:
        where: The object, e.g. `ConfigMap openshift-monitoring/cluster-monitoring-config`.
        problem: What was found there; never a secret.
        remedy: What to do about it.
    """

    where: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.problem}; next: {self.remedy}"


class RefusedError(Exception):
    """One finding that ends a computation."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


def unreadable(error: UnreadableError, why: str) -> Finding:
    """Returns the finding of a cluster that can't be read.

    Args:
        error: What the reader was told.
        why: Why it has to be read.
    """
    return Finding(
        where="the cluster",
        problem=f"can't be read ({error}), and {why}",
        remedy="check kubernetes.context and kubernetes.kubeconfig, and that you may read there",
    )


def refusal(findings: Sequence[Finding], *, stack: str) -> pulumi.RunError:
    """Returns the error that ends a run, with one message for all findings."""
    lines = "\n".join(f"  {finding}" for finding in findings)
    return pulumi.RunError(
        f"The cluster isn't ready for stack {stack!r}; nothing was planned.\n{lines}"
    )
