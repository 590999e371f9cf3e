"""What surrounds llm-d is scraped where it is switched on."""

from collections.abc import Mapping
from typing import Any

import pytest

from components.monitors.manifest import Manifest, Monitoring
from components.monitors.prometheus_operator import by_namespace
from components.settings.targets import TargetSettings
from tests.unit.components.monitors.examples import LABELS, Pod, deployment, targets

DCGM = Pod(labels={"app": "nvidia-dcgm-exporter"}, ports=("metrics",))
AUTOSCALER = Pod(
    labels={
        "app.kubernetes.io/name": "workload-variant-autoscaler",
        "control-plane": "controller-manager",
    },
    ports=("healthz", "https"),
)
VERIFIED = {"ca": {"name": "their-ca"}, "serverName": "autoscaler.scaling.svc"}


def made(**given: object) -> Mapping[str, Monitoring]:
    return by_namespace((), TargetSettings.model_validate(given), LABELS)


def autoscaler(**given: object) -> Monitoring:
    return made(autoscaler={"namespace": "scaling", **given})["scaling"]


def endpoint(monitor: Manifest) -> dict[str, Any]:
    (only,) = monitor["spec"]["podMetricsEndpoints"]
    assert isinstance(only, dict)
    return only


def test_nothing_is_scraped_unless_it_is_switched_on() -> None:
    assert made() == {}


class TestGpu:
    def test_is_scraped_at_the_pods_of_nvidias_operator(self) -> None:
        (monitor,) = made(gpu={})["gpu-operator"].monitors
        assert targets(monitor, DCGM) == ["metrics"]
        assert monitor["metadata"]["namespace"] == "gpu-operator"

    def test_may_have_another_namespace_label_and_port(self) -> None:
        own = {"podLabels": {"app": "dcgm"}, "port": "gpu-metrics", "namespace": "gpus"}
        (monitor,) = made(gpu=own)["gpus"].monitors
        assert targets(monitor, Pod(labels={"app": "dcgm"}, ports=("gpu-metrics",)))
        assert not targets(monitor, DCGM)

    def test_keeps_the_exporters_pod_apart_from_the_workloads(self) -> None:
        """A workload's pod is `exported_pod` on every platform, since some allow nothing else."""
        (monitor,) = made(gpu={})["gpu-operator"].monitors
        assert set(endpoint(monitor)) == {"port", "path", "interval"}


class TestAutoscaler:
    def test_is_scraped_at_the_pods_of_its_chart(self) -> None:
        (monitor,) = autoscaler().monitors
        assert targets(monitor, AUTOSCALER) == ["https"]

    def test_is_scraped_in_clear_and_without_a_token_by_default(self) -> None:
        assert autoscaler().access == ()
        assert set(endpoint(autoscaler().monitors[0])) == {"port", "path", "interval"}

    def test_is_verified_where_its_ca_is_known(self) -> None:
        secured = endpoint(autoscaler(**VERIFIED).monitors[0])
        assert secured["scheme"] == "https"
        assert secured["tlsConfig"] == {
            "ca": {"secret": {"name": "their-ca", "key": "ca.crt"}},
            "serverName": "autoscaler.scaling.svc",
        }

    def test_gets_a_token_where_it_is_verified(self) -> None:
        verified = autoscaler(**VERIFIED)
        (secret,) = [item for item in verified.access if item["kind"] == "Secret"]
        credentials = endpoint(verified.monitors[0])["authorization"]["credentials"]
        assert credentials == {"name": secret["metadata"]["name"], "key": "token"}

    @pytest.mark.parametrize("order", [VERIFIED, {}])
    def test_may_live_in_the_namespace_of_a_deployment(self, order: dict[str, Any]) -> None:
        given = {"autoscaler": {"namespace": "llm-d", **order}}
        model = deployment(epp=[{"release": "a"}])
        together = by_namespace([model], TargetSettings.model_validate(given), LABELS)["llm-d"]
        names = [(item["kind"], item["metadata"]["name"]) for item in together.access]
        assert len(names) == len(set(names))
        assert ("ServiceAccount", "llmd-metrics-reader") in names
        assert [monitor["metadata"]["name"] for monitor in together.monitors] == [
            "llmd-decode",
            "llmd-prefill",
            "llmd-epp-a",
            "llmd-autoscaler",
        ]
