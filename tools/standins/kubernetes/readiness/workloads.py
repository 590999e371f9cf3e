"""Deployments, StatefulSets, DaemonSets and ReplicationControllers."""

from tools.standins.kubernetes.kind import Object, name_of
from tools.standins.kubernetes.readiness.verdict import (
    READY,
    Related,
    Verdict,
    conditions,
    describe,
    holds,
    observed,
    status_number,
    waiting,
)


def judge_deployment(deployment: Object, _related: Related) -> Verdict:
    """Ready when the latest ReplicaSet has all its pods and the Deployment is available."""
    if not observed(deployment):
        return waiting("Waiting for the Deployment controller to see the change")
    wanted = _replicas(deployment)
    updated = status_number(deployment, "updatedReplicas")
    ready = min(updated, status_number(deployment, "readyReplicas"))
    progressing = conditions(deployment).get("Progressing", {})
    rolled_out = progressing.get("reason") in (None, "NewReplicaSetAvailable")
    if holds(deployment, "Available") and rolled_out and ready >= wanted:
        return READY
    troubles = [
        describe(condition)
        for kind, condition in conditions(deployment).items()
        if (kind in ("Available", "Progressing") and condition.get("status") != "True")
        or (kind == "ReplicaFailure" and condition.get("status") == "True")
    ]
    return waiting(
        f"Waiting for app ReplicaSet to be available ({ready}/{wanted} Pods available)",
        f"Minimum number of live Pods was not attained: {ready} of {wanted} are ready",
        *troubles,
    )


def judge_stateful_set(stateful_set: Object, _related: Related) -> Verdict:
    """Ready when all pods are, and are of the latest revision unless updates wait for deletion."""
    if not observed(stateful_set):
        return waiting("Waiting for the StatefulSet controller to see the change")
    wanted = _replicas(stateful_set)
    ready = status_number(stateful_set, "readyReplicas")
    status = stateful_set.get("status") or {}
    complete = wanted == ready == status_number(stateful_set, "replicas")
    strategy = ((stateful_set.get("spec") or {}).get("updateStrategy") or {}).get("type")
    current, update = status.get("currentRevision"), status.get("updateRevision")
    if complete and (strategy == "OnDelete" or (current and current == update)):
        return READY
    reasons = [] if complete else [f"{ready} out of {wanted} replicas succeeded readiness checks"]
    if current != update:
        reasons.append(f"the rollout has not advanced from revision {current!r} to {update!r}")
    return waiting(
        f"Waiting for StatefulSet update to roll out ({ready}/{wanted} Pods ready)", *reasons
    )


def judge_daemon_set(daemon_set: Object, _related: Related) -> Verdict:
    """Ready when every node that should run a pod runs an updated, available one."""
    if not observed(daemon_set):
        return waiting("Waiting for the DaemonSet controller to see the change")
    wanted = status_number(daemon_set, "desiredNumberScheduled")
    for field, word in (
        ("updatedNumberScheduled", "updated"),
        ("numberAvailable", "available"),
        ("numberReady", "ready"),
    ):
        reached = status_number(daemon_set, field)
        if reached < wanted:
            told = f"{reached} of {wanted} pods are {word}"
            return waiting(f"Waiting for DaemonSet {name_of(daemon_set)!r}: {told}", told)
    return READY


def judge_replication_controller(controller: Object, _related: Related) -> Verdict:
    """Ready when all replicas are available."""
    wanted, available = _replicas(controller), status_number(controller, "availableReplicas")
    if observed(controller) and available >= wanted:
        return READY
    told = f"{available} of {wanted} replicas are available"
    return waiting(f"Waiting for ReplicationController: {told}", told)


def _replicas(workload: Object) -> int:
    replicas = (workload.get("spec") or {}).get("replicas")
    return replicas if isinstance(replicas, int) else 1
