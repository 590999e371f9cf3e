"""Which judge looks at which kind."""

from collections.abc import Callable, Mapping
from typing import Final

from tools.standins.kubernetes.kind import Kind, Object
from tools.standins.kubernetes.readiness.jobs import judge_job
from tools.standins.kubernetes.readiness.network import judge_ingress, judge_service
from tools.standins.kubernetes.readiness.others import (
    judge_definition,
    judge_quota,
    judge_secret,
)
from tools.standins.kubernetes.readiness.pods import judge_pod, workload_problems
from tools.standins.kubernetes.readiness.storage import judge_claim, judge_volume
from tools.standins.kubernetes.readiness.verdict import Judge, Related
from tools.standins.kubernetes.readiness.workloads import (
    judge_daemon_set,
    judge_deployment,
    judge_replication_controller,
    judge_stateful_set,
)

_SEEN_ON_READ: Final[Mapping[tuple[str, str], Judge]] = {
    ("apps", "Deployment"): judge_deployment,
    ("apps", "StatefulSet"): judge_stateful_set,
    ("apps", "DaemonSet"): judge_daemon_set,
    ("batch", "Job"): judge_job,
    ("", "Pod"): judge_pod,
    ("", "Service"): judge_service,
    ("networking.k8s.io", "Ingress"): judge_ingress,
}

_WAITED_FOR: Final[Mapping[tuple[str, str], Judge]] = {
    **_SEEN_ON_READ,
    ("", "PersistentVolume"): judge_volume,
    ("", "PersistentVolumeClaim"): judge_claim,
    ("", "ReplicationController"): judge_replication_controller,
    ("", "ResourceQuota"): judge_quota,
    ("", "Secret"): judge_secret,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): judge_definition,
}

_WITH_PODS: Final = frozenset(
    {
        ("apps", "Deployment"),
        ("apps", "StatefulSet"),
        ("apps", "DaemonSet"),
        ("batch", "Job"),
    }
)

SERVICE_ACCOUNT_TOKEN_SECONDS: Final = 5.0
"""How long a Secret waits for its service account's token."""


def judge_after_change(kind: Kind) -> Judge | None:
    """Return the judge to wait for after a create or an update, None when there's nothing to."""
    return _WAITED_FOR.get((kind.group, kind.kind))


def judge_on_read(kind: Kind) -> Judge | None:
    """Return the judge whose verdict a refresh reports, None when it reports none."""
    return _SEEN_ON_READ.get((kind.group, kind.kind))


def explainer(kind: Kind) -> Callable[[Object, Related], list[str]] | None:
    """Return what finds reasons in a workload's pods, None for kinds without pods."""
    return workload_problems if (kind.group, kind.kind) in _WITH_PODS else None
