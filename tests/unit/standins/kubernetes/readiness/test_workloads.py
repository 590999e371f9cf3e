"""When workloads are ready."""

import pytest

from tests.unit.standins.kubernetes.readiness.objects import (
    NOTHING,
    Object,
    Surroundings,
    condition,
    pod,
    workload,
)
from tools.standins.kubernetes.readiness.pods import workload_problems
from tools.standins.kubernetes.readiness.verdict import Judge
from tools.standins.kubernetes.readiness.workloads import (
    judge_daemon_set,
    judge_deployment,
    judge_replication_controller,
    judge_stateful_set,
)

AVAILABLE = condition("Available", True, "MinimumReplicasAvailable")
ROLLED_OUT = condition("Progressing", True, "NewReplicaSetAvailable")
ROLLING = condition("Progressing", True, "ReplicaSetUpdated")


def test_a_deployment_is_ready_when_all_pods_of_the_latest_revision_are() -> None:
    ready = workload(updatedReplicas=2, readyReplicas=2, conditions=[AVAILABLE, ROLLED_OUT])
    assert judge_deployment(ready, NOTHING).ready


@pytest.mark.parametrize(
    "deployment",
    [
        workload(updatedReplicas=2, readyReplicas=2, conditions=[AVAILABLE, ROLLING]),
        workload(updatedReplicas=1, readyReplicas=2, conditions=[AVAILABLE, ROLLED_OUT]),
        workload(updatedReplicas=2, readyReplicas=1, conditions=[AVAILABLE, ROLLED_OUT]),
        workload(updatedReplicas=2, readyReplicas=2, conditions=[ROLLED_OUT]),
        workload(),
    ],
)
def test_a_deployment_that_still_rolls_out_is_not(deployment: Object) -> None:
    verdict = judge_deployment(deployment, NOTHING)
    assert not verdict.ready
    assert "Pods available" in verdict.waiting_for


def test_a_deployment_scaled_to_nothing_is_ready() -> None:
    assert judge_deployment(workload(0, conditions=[AVAILABLE, ROLLED_OUT]), NOTHING).ready


def test_a_deployment_says_what_its_controller_says() -> None:
    quota = condition("ReplicaFailure", True, "FailedCreate", "exceeded quota")
    late = condition("Progressing", False, "ProgressDeadlineExceeded", "has timed out")
    reasons = judge_deployment(workload(conditions=[quota, late]), NOTHING).reasons
    assert "[FailedCreate] exceeded quota" in reasons
    assert "[ProgressDeadlineExceeded] has timed out" in reasons


@pytest.mark.parametrize("judge", [judge_deployment, judge_stateful_set, judge_daemon_set])
def test_a_change_that_the_controller_has_not_seen_is_not_done(judge: Judge) -> None:
    stale = workload(
        updatedReplicas=2,
        readyReplicas=2,
        replicas=2,
        currentRevision="a",
        updateRevision="a",
        conditions=[AVAILABLE, ROLLED_OUT],
    )
    stale["metadata"]["generation"] = 2
    assert "to see the change" in judge(stale, NOTHING).waiting_for


def test_a_stateful_set_is_ready_when_all_pods_are_of_the_latest_revision() -> None:
    done = {"replicas": 2, "readyReplicas": 2}
    assert judge_stateful_set(
        workload(currentRevision="a", updateRevision="a", **done), NOTHING
    ).ready
    rolling = judge_stateful_set(workload(currentRevision="a", updateRevision="b", **done), NOTHING)
    assert not rolling.ready
    assert "from revision 'a' to 'b'" in rolling.reasons[0]
    partly = judge_stateful_set(workload(replicas=2, readyReplicas=1), NOTHING)
    assert partly.reasons == ("1 out of 2 replicas succeeded readiness checks",)


def test_a_stateful_set_that_updates_on_deletion_needs_no_rollout() -> None:
    lazy = workload(replicas=2, readyReplicas=2, currentRevision="a", updateRevision="b")
    lazy["spec"]["updateStrategy"] = {"type": "OnDelete"}
    assert judge_stateful_set(lazy, NOTHING).ready


def test_a_daemon_set_is_ready_when_every_node_runs_an_updated_pod() -> None:
    counts = {"desiredNumberScheduled": 2, "updatedNumberScheduled": 2, "numberAvailable": 2}
    assert judge_daemon_set(workload(None, numberReady=2, **counts), NOTHING).ready
    verdict = judge_daemon_set(workload(None, numberReady=1, **counts), NOTHING)
    assert verdict.reasons == ("1 of 2 pods are ready",)


def test_a_replication_controller_is_ready_when_its_replicas_are_available() -> None:
    assert judge_replication_controller(workload(availableReplicas=2), NOTHING).ready
    assert not judge_replication_controller(workload(availableReplicas=1), NOTHING).ready


def test_the_reasons_are_found_in_pods_and_events() -> None:
    unschedulable = pod(
        conditions=[condition("PodScheduled", False, "Unschedulable", "0/1 nodes are available")]
    )
    crashing = pod(
        "app-2",
        "Running",
        containerStatuses=[
            {
                "name": "c",
                "ready": False,
                "state": {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}},
                "lastState": {"terminated": {"reason": "Error", "exitCode": 3}},
            }
        ],
    )
    ready = pod("app-3", "Running", conditions=[condition("Ready", True)])
    around = Surroundings(found_pods=[unschedulable, crashing, ready], events=["[Pod app-1]: late"])
    assert workload_problems(workload(), around) == [
        "[Pod app-1]: 0/1 nodes are available",
        "[Pod app-2]: container 'c' [ImagePullBackOff] no such image",
        "[Pod app-2]: container 'c' ended (Error: exit code 3)",
        "[Pod app-1]: late",
    ]
