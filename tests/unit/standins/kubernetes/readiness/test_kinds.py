"""When the other kinds are ready."""

import pytest

from tests.unit.standins.kubernetes.readiness.objects import (
    NOTHING,
    Object,
    Surroundings,
    condition,
    pod,
)
from tools.standins.kubernetes.kind import Kind
from tools.standins.kubernetes.readiness.jobs import judge_job
from tools.standins.kubernetes.readiness.network import judge_ingress, judge_service
from tools.standins.kubernetes.readiness.others import (
    judge_definition,
    judge_quota,
    judge_secret,
)
from tools.standins.kubernetes.readiness.pods import judge_pod
from tools.standins.kubernetes.readiness.registry import judge_after_change, judge_on_read
from tools.standins.kubernetes.readiness.storage import judge_claim, judge_volume


def test_a_pod_is_ready_or_has_succeeded() -> None:
    assert judge_pod(pod(conditions=[condition("Ready", True)]), NOTHING).ready
    assert judge_pod(pod(phase="Succeeded"), NOTHING).ready


def test_a_pod_waits_step_by_step() -> None:
    scheduled, initialized = condition("PodScheduled", True), condition("Initialized", True)
    told = [
        judge_pod(pod(conditions=conditions), NOTHING).waiting_for.rpartition(" ")[2]
        for conditions in ([], [scheduled], [scheduled, initialized])
    ]
    assert told == ["scheduled", "initialized", "ready"]


def test_a_pod_that_failed_will_not_become_ready() -> None:
    assert judge_pod(pod(phase="Failed", message="evicted"), NOTHING).failed


def test_a_job_is_ready_when_complete_and_failed_when_it_has_given_up() -> None:
    job = {"metadata": {"name": "j"}, "status": {"active": 1}}
    assert judge_job(job, NOTHING).waiting_for.endswith("(Active: 1 | Succeeded: 0 | Failed: 0)")
    job["status"] = {"conditions": [condition("Complete", True)]}
    assert judge_job(job, NOTHING).ready
    gave_up = condition("Failed", True, "BackoffLimitExceeded", "Job has reached the limit")
    job["status"] = {"conditions": [gave_up]}
    verdict = judge_job(job, NOTHING)
    assert verdict.failed
    assert "[BackoffLimitExceeded] Job has reached the limit" in verdict.reasons[0]


def service(**spec: object) -> Object:
    return {"metadata": {"name": "s", "namespace": "ns"}, "spec": spec}


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"selector": {"a": "b"}, "clusterIP": "None"},
        {"selector": {"a": "b"}, "type": "ExternalName"},
    ],
)
def test_services_without_pods_to_wait_for_are_ready(spec: Object) -> None:
    assert judge_service(service(**spec), NOTHING).ready


def test_a_service_waits_for_the_pods_that_start_behind_it() -> None:
    waiting = service(selector={"a": "b"})
    assert "does not target any Pods" in judge_service(waiting, NOTHING).reasons[0]
    for ready in (True, False):
        endpoints = [{"conditions": {"ready": True}}, {"conditions": {"ready": ready}}]
        around = Surroundings(slices=[{"endpoints": endpoints}])
        assert judge_service(waiting, around).ready is ready


def test_a_service_does_not_wait_for_pods_that_end() -> None:
    ending = {"conditions": {"ready": False, "terminating": True}}
    around = Surroundings(slices=[{"endpoints": [ending]}])
    assert judge_service(service(selector={"a": "b"}), around).ready


def test_a_load_balancer_needs_an_address() -> None:
    balanced = service(type="LoadBalancer")
    assert "not allocated an IP address" in judge_service(balanced, NOTHING).reasons[0]
    balanced["status"] = {"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}}
    assert judge_service(balanced, NOTHING).ready
    assert judge_ingress(balanced, NOTHING).ready
    assert not judge_ingress(service(), NOTHING).ready


def test_a_claim_is_bound_or_waits_for_its_first_consumer() -> None:
    claim = {
        "metadata": {"name": "c"},
        "spec": {"storageClassName": "late"},
        "status": {"phase": "Pending"},
    }
    late = Surroundings(classes={"late": {"volumeBindingMode": "WaitForFirstConsumer"}})
    now = Surroundings(classes={"late": {"volumeBindingMode": "Immediate"}})
    assert judge_claim(claim, late).ready
    assert not judge_claim(claim, now).ready
    assert "'late' does not exist" in judge_claim(claim, NOTHING).reasons[0]
    assert judge_claim({**claim, "status": {"phase": "Bound"}}, now).ready


@pytest.mark.parametrize(
    ("phase", "ready"), [("Available", True), ("Bound", True), ("Pending", False)]
)
def test_a_volume_is_available_or_bound(phase: str, ready: bool) -> None:
    volume = {"metadata": {"name": "v"}, "status": {"phase": phase}}
    assert judge_volume(volume, NOTHING).ready is ready


def test_a_definition_is_ready_when_established() -> None:
    clash = condition("NamesAccepted", False, "PluralConflict", "dogs is in use")
    verdict = judge_definition({"status": {"conditions": [clash]}}, NOTHING)
    assert verdict.reasons == ("[PluralConflict] dogs is in use",)
    established = {"status": {"conditions": [condition("Established", True)]}}
    assert judge_definition(established, NOTHING).ready


def test_only_a_service_account_s_token_is_waited_for() -> None:
    token = {"metadata": {"name": "t"}, "type": "kubernetes.io/service-account-token"}
    assert not judge_secret(token, NOTHING).ready
    assert judge_secret({**token, "data": {"token": "eA=="}}, NOTHING).ready
    assert judge_secret({"metadata": {"name": "t"}, "type": "Opaque"}, NOTHING).ready


def test_a_quota_is_in_force_when_its_controller_has_it() -> None:
    quota = {"metadata": {"name": "q"}, "spec": {"hard": {"pods": "1"}}}
    assert not judge_quota(quota, NOTHING).ready
    assert judge_quota({**quota, "status": {"hard": {"pods": "1"}}}, NOTHING).ready


def test_most_kinds_are_ready_once_they_exist() -> None:
    for api_version, name in (("v1", "ConfigMap"), ("v1", "Namespace"), ("example.com/v1", "Dog")):
        kind = Kind(api_version=api_version, kind=name)
        assert judge_after_change(kind) is None
        assert judge_on_read(kind) is None
