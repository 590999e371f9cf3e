"""Which pod-security level each workload needs, so that a namespace's label can be chosen."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.embedded_chart.rendering import Helm, Manifest, Rendered

RESTRICTED = {
    "llmd-grafana",
    "llmd-kube-prometheus-stack-operator",
    "llmd-kube-state-metrics",
    "llmd-kube-prometheus-stack-admission-create",
    "llmd-kube-prometheus-stack-admission-patch",
}


def workloads(rendered: Rendered) -> Iterator[Manifest]:
    return (one for one in rendered if one["kind"] in {"Deployment", "DaemonSet", "Job"})


def is_restricted(pod: dict[str, Any]) -> bool:
    """The restricted profile of https://kubernetes.io/docs/concepts/security/pod-security-standards/."""
    if any(pod.get(field) for field in ("hostNetwork", "hostPID", "hostIPC")):
        return False
    if any("hostPath" in volume for volume in pod.get("volumes", [])):
        return False
    shared = pod.get("securityContext", {})
    return all(
        {**shared, **own}.get("runAsNonRoot") is True
        and {**shared, **own}.get("runAsUser") != 0
        and {**shared, **own}.get("seccompProfile") == {"type": "RuntimeDefault"}
        and own.get("allowPrivilegeEscalation") is False
        and own.get("capabilities") == {"drop": ["ALL"]}
        for own in (
            one.get("securityContext", {})
            for one in pod["containers"] + pod.get("initContainers", [])
        )
    )


def test_everything_but_the_node_exporter_is_restricted(helm: Helm) -> None:
    judged = {
        one["metadata"]["name"]: is_restricted(one["spec"]["template"]["spec"])
        for one in workloads(helm.template())
    }
    assert {name for name, restricted in judged.items() if restricted} == RESTRICTED
    assert set(judged) - RESTRICTED == {"llmd-prometheus-node-exporter"}


def test_the_node_exporter_reads_the_host(helm: Helm) -> None:
    pod = helm.template().only("DaemonSet")["spec"]["template"]["spec"]
    assert pod["hostNetwork"]
    assert pod["hostPID"]
    assert [volume["hostPath"]["path"] for volume in pod["volumes"]] == ["/proc", "/sys", "/"]


@pytest.mark.parametrize("chown", [True, False])
def test_a_persistent_grafana_is_restricted_once_nobody_changes_owners_as_root(
    helm: Helm,
    chown: bool,
) -> None:
    rendered = helm.template(
        {"grafana": {"persistence": {"enabled": True}, "initChownData": {"enabled": chown}}}
    )
    pod = rendered.get("Deployment", "llmd-grafana")["spec"]["template"]["spec"]
    assert is_restricted(pod) is not chown


@pytest.mark.parametrize("kind", ["Prometheus", "Alertmanager"])
def test_the_operators_pods_run_as_somebody(helm: Helm, kind: str) -> None:
    context = helm.template().only(kind)["spec"]["securityContext"]
    assert context["runAsNonRoot"] is True
    assert context["seccompProfile"] == {"type": "RuntimeDefault"}
