"""The program on OpenShift: what it adds to the cluster's own monitoring, and what it leaves alone."""

import json
from typing import Any

import pulumi
import pytest
import yaml

from tests.api_server import ApiServer
from tests.embedded_chart.rendering import Helm, Manifest, Rendered, container
from tests.program.conftest import ADMINISTRATORS, CLUSTER_MONITORING
from tests.program.recording import (
    PROJECT,
    Run,
    in_clear,
    refusal_of,
    revealed,
    run_program,
    stack_configuration,
)

USER_WORKLOAD = "/api/v1/namespaces/openshift-user-workload-monitoring/configmaps/user-workload-monitoring-config"
ENABLED = "user-workload-monitoring-cluster"
PROMETHEUS = "user-workload-monitoring-prometheus"
THANOS = "https://thanos-querier.openshift-monitoring.svc.cluster.local"


def configuration(**settings: Any) -> dict[str, Any]:  # noqa: ANN401 - any setting
    return {
        f"{PROJECT}:{key}": value for key, value in {"platform": "openshift", **settings}.items()
    }


def run(**settings: Any) -> Run:  # noqa: ANN401 - any setting
    return run_program(configuration(**settings))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The warnings of a run."""
    warnings: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", warnings.append)
    return warnings


def datasource(of: Run) -> Any:  # noqa: ANN401 - any JSON
    data = of.one(":ConfigMap", "grafana-datasource-config-map").inputs["data"]
    (text,) = data.values()
    (found,) = json.loads(text)["datasources"]
    return found


def values(of: Run) -> Any:  # noqa: ANN401 - any JSON
    return revealed(of.one(":Release").inputs["values"])


class TestConsoleDashboards:
    def test_are_made_where_they_are_wanted(self) -> None:
        wanted = run(
            openshift={"consoleDashboards": True}, dashboards={"include": ["slo", "drilldown"]}
        )
        assert len(wanted.of_type(":ConsoleDashboards")) == 1
        for name in ("slo", "drilldown"):
            made = wanted.one(":ConfigMap", f"console-dashboards-{name}").inputs
            assert made["metadata"]["namespace"] == "openshift-config-managed"
            assert made["metadata"]["name"] == f"llm-d-monitoring-llmd-dashboard-{name}"
            labels = made["metadata"]["labels"]
            assert labels["console.openshift.io/dashboard"] == "true"
            assert labels["console.openshift.io/odc-dashboard"] == "true"
            (text,) = made["data"].values()
            assert json.loads(text)["rows"]

    def test_are_left_out_otherwise(self) -> None:
        assert run().of_type(":ConsoleDashboards") == ()
        none = run(openshift={"consoleDashboards": True}, dashboards={"include": []})
        assert none.of_type(":ConsoleDashboards") == ()
        assert none.of_type(":GrafanaDashboards") == ()


class TestUserWorkloadMonitoring:
    def test_is_switched_on_beside_what_the_administrator_wrote(self) -> None:
        patch = run().one(":ConfigMapPatch", ENABLED)
        assert patch.inputs["data"] == {
            "config.yaml": ADMINISTRATORS.replace(
                "prometheusK8s", "enableUserWorkload: true\nprometheusK8s"
            )
        }
        assert patch.inputs["metadata"]["namespace"] == "openshift-monitoring"
        assert patch.inputs["metadata"]["name"] == "cluster-monitoring-config"

    def test_stays_on_after_a_destroy(self) -> None:
        patches = run(openshift={"prometheus": {"retention": "7d"}}).of_type(":ConfigMapPatch")
        assert {patch.name: patch.retain_on_delete for patch in patches} == {
            ENABLED: True,
            PROMETHEUS: True,
        }

    def test_is_configured_once_it_is_on(self) -> None:
        patch = run(openshift={"prometheus": {"retention": "7d"}}).one(
            ":ConfigMapPatch", PROMETHEUS
        )
        assert yaml.safe_load(patch.inputs["data"]["config.yaml"]) == {
            "prometheus": {"retention": "7d"}
        }
        assert patch.depends_on == (ENABLED,)

    def test_that_others_manage_is_not_touched(self, cluster: ApiServer) -> None:
        cluster.objects[CLUSTER_MONITORING] = {"data": {"config.yaml": "enableUserWorkload: true"}}
        existing = run(openshift={"userWorkloadMonitoring": "existing"})
        assert existing.of_type(":ConfigMapPatch") == ()

    @pytest.mark.parametrize(
        "text", ["enableUserWorkload: false", "enableUserWorkloads: true", "a: [", "- a"]
    )
    def test_that_can_not_be_switched_on_ends_the_run_before_it_starts(
        self, cluster: ApiServer, text: str
    ) -> None:
        cluster.objects[CLUSTER_MONITORING] = {"data": {"config.yaml": text}}
        refusal = refusal_of(configuration(), stack="prod")
        assert refusal.resources == ()
        assert refusal.message.startswith(
            "The cluster isn't ready for stack 'prod'; nothing was planned.\n"
            "  ConfigMap openshift-monitoring/cluster-monitoring-config, config.yaml: "
        )

    def test_of_a_cluster_that_can_not_be_read_ends_the_run(self, cluster: ApiServer) -> None:
        cluster.forbidden.add(CLUSTER_MONITORING)
        refusal = refusal_of(configuration())
        assert refusal.resources == ()
        assert "is forbidden (403)" in refusal.message


class TestModels:
    @pytest.mark.parametrize(
        "label",
        [("openshift.io/user-monitoring", "false"), ("openshift.io/cluster-monitoring", "true")],
    )
    def test_in_a_namespace_that_is_left_out_are_told(
        self, cluster: ApiServer, label: tuple[str, str]
    ) -> None:
        key, value = label
        metadata = {"name": "llm-d", "labels": {key: value}}
        cluster.objects["/api/v1/namespaces/llm-d"] = {"metadata": metadata}
        cluster.objects[CLUSTER_MONITORING] = {"data": {"config.yaml": "a: ["}}
        refusal = refusal_of(configuration(models=[{"namespace": "llm-d"}]))
        assert refusal.resources == ()
        assert f"Namespace llm-d: has the label {key}: {value}" in refusal.message
        assert "cluster-monitoring-config" in refusal.message

    def test_in_any_other_namespace_are_scraped(self, cluster: ApiServer) -> None:
        metadata = {"name": "llm-d", "labels": {"openshift.io/user-monitoring": "true"}}
        cluster.objects["/api/v1/namespaces/llm-d"] = {"metadata": metadata}
        made = run(models=[{"namespace": "llm-d"}, {"namespace": "to-be-made"}])
        assert len(made.of_type(":PodMonitor")) == 4


class TestSamples:
    @pytest.mark.parametrize("text", ["", "prometheus:\n  retention: 2d\n", "prometheus: {}\n"])
    def test_that_are_kept_for_less_than_alerts_look_back_are_told(
        self, cluster: ApiServer, told: list[str], text: str
    ) -> None:
        cluster.objects[USER_WORKLOAD] = {"data": {"config.yaml": text}}
        run(models=[{"namespace": "llm-d"}])
        kept = "2d" if "2d" in text else "24h"
        assert told == [
            (
                f"OpenShift's user workload monitoring: its retention is {kept}, and LLMDAvailabilityBudgetBurnsSlowly "
                "looks back 3d: it would judge by what is left. Next: have openshift.prometheus.retention: at least "
                "3d, or no slo in rules.alerts."
            )
        ]

    @pytest.mark.parametrize(
        "settings",
        [
            {"models": []},
            {"rules": {"alerts": ["availability"]}},
            {"openshift": {"prometheus": {"retention": "3d"}}},
        ],
    )
    def test_are_no_matter_where_no_alert_looks_back_further(
        self, told: list[str], settings: dict[str, Any]
    ) -> None:
        run(**{"models": [{"namespace": "llm-d"}], **settings})
        assert told == []

    def test_that_an_administrator_keeps_for_long_are_no_matter(
        self, cluster: ApiServer, told: list[str]
    ) -> None:
        cluster.objects[USER_WORKLOAD] = {"data": {"config.yaml": "prometheus: {retention: 15d}"}}
        run(models=[{"namespace": "llm-d"}])
        assert told == []


class TestWhatIsMade:
    def test_is_no_prometheus_no_pki_and_no_crd(self) -> None:
        made = run()
        assert not [r for r in made.resources if r.type.startswith("tls:")]
        assert made.of_type("pulumi:providers:tls") == ()
        assert made.one(":Release").inputs["skipCrds"] is True

    def test_is_no_grafana_where_none_is_wanted(self) -> None:
        without = run(grafana={"enabled": False}, dashboards={"include": []})
        assert without.of_type(":Release") == ()
        assert without.of_type(":MetricsReader") == ()
        assert "grafana" not in without.outputs
        assert without.one(":ConfigMap").name == "service-ca-config-map"

    def test_is_held_to_the_strictest_pod_security(self) -> None:
        labels = run().one(":NamespacePatch").inputs["metadata"]["labels"]
        assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


class TestDatasource:
    def test_queries_thanos_with_a_token_and_the_ca_of_the_services(self) -> None:
        found = datasource(run())
        assert found["url"] == f"{THANOS}:9091"
        assert found["jsonData"]["tlsAuthWithCACert"] is True
        assert found["secureJsonData"] == {
            "httpHeaderValue1": "Bearer $__file{/etc/grafana/metrics-reader/token}",
            "tlsCACert": "$__file{/etc/grafana/service-ca/service-ca.crt}",
        }
        assert "SkipVerify" not in str(found)

    def test_of_one_namespace_goes_through_the_tenancy_port(self) -> None:
        tenant = run(openshift={"tenancyNamespace": "llm-d"})
        assert datasource(tenant)["url"] == f"{THANOS}:9092"
        assert datasource(tenant)["jsonData"]["customQueryParameters"] == "namespace=llm-d"
        assert tenant.outputs["prometheusUrl"] == f"{THANOS}:9092"

    def test_reads_its_token_from_a_secret_that_never_expires(self) -> None:
        token = run().one(":Secret", "metrics-reader-token")
        assert token.inputs["type"] == "kubernetes.io/service-account-token"
        account = token.inputs["metadata"]["annotations"]["kubernetes.io/service-account.name"]
        assert account == run().one(":ServiceAccount").inputs["metadata"]["name"]
        assert "metrics-reader-account" in token.depends_on

    def test_may_read_all_metrics_or_those_of_its_namespace(self) -> None:
        everything = run().one(":ClusterRoleBinding").inputs
        assert everything["roleRef"]["name"] == "cluster-monitoring-view"
        tenant = run(openshift={"tenancyNamespace": "llm-d"})
        assert tenant.of_type(":ClusterRoleBinding") == ()
        binding = tenant.one(":RoleBinding").inputs
        assert binding["roleRef"]["name"] == "view"
        assert binding["metadata"]["namespace"] == "llm-d"
        for inputs in (everything, binding):
            assert inputs["subjects"] == [
                {
                    "kind": "ServiceAccount",
                    "name": "llmd-metrics-reader",
                    "namespace": "llm-d-monitoring",
                }
            ]

    def test_has_a_ca_that_openshift_puts_in(self) -> None:
        ca = run().one(":ConfigMap", "service-ca-config-map")
        annotations = ca.inputs["metadata"]["annotations"]
        assert annotations["service.beta.openshift.io/inject-cabundle"] == "true"
        assert "data" not in ca.inputs


class TestRelease:
    @staticmethod
    def rendered(helm: Helm, **settings: Any) -> Rendered:  # noqa: ANN401 - any setting
        return helm.template(values(run(**settings)))

    @staticmethod
    def pod(rendered: Rendered) -> Manifest:
        pod: Manifest = rendered.get("Deployment", "llmd-grafana")["spec"]["template"]["spec"]
        return pod

    def test_is_grafana_alone(self, helm: Helm) -> None:
        kinds = {kind for kind, _ in self.rendered(helm).identities()}
        assert kinds == {
            "ConfigMap",
            "Deployment",
            "Role",
            "RoleBinding",
            "Secret",
            "Service",
            "ServiceAccount",
        }
        assert self.rendered(helm).names("Deployment") == {"llmd-grafana"}

    def test_names_no_user_and_no_group(self, helm: Helm) -> None:
        persistent = self.rendered(helm, grafana={"persistence": {"size": "1Gi"}})
        for rendered in (self.rendered(helm), persistent):
            pod = self.pod(rendered)
            assert pod["securityContext"] == {"runAsNonRoot": True}
            assert "initContainers" not in pod
            for one in pod["containers"]:
                assert "runAsUser" not in one.get("securityContext", {})

    def test_mounts_what_the_datasource_reads(self, helm: Helm) -> None:
        deployment = self.rendered(helm).get("Deployment", "llmd-grafana")
        volumes = {volume["name"]: volume for volume in self.pod(self.rendered(helm))["volumes"]}
        mounts = {
            m["name"]: m["mountPath"] for m in container(deployment, "grafana")["volumeMounts"]
        }
        assert mounts["metrics-reader"] == "/etc/grafana/metrics-reader"
        assert volumes["metrics-reader"]["secret"]["secretName"] == "llmd-metrics-reader-token"
        assert mounts["service-ca"] == "/etc/grafana/service-ca"
        assert volumes["service-ca"]["configMap"]["name"] == "llmd-service-ca"

    def test_comes_after_what_its_pod_mounts(self) -> None:
        assert {
            "service-ca-config-map",
            "metrics-reader-token",
            "metrics-reader-binding",
            "grafana-datasource-config-map",
        } <= set(run().one(":Release").depends_on)


class TestOutputs:
    def test_lead_to_thanos_and_the_ca_of_the_services(self) -> None:
        outputs = run_program(stack_configuration("openshift-prod")).outputs
        ca = {"namespace": "llm-d-monitoring", "name": "llmd-service-ca", "key": "service-ca.crt"}
        assert outputs["prometheusUrl"] == f"{THANOS}:9091"
        assert outputs["caConfigMap"] == ca
        assert outputs["autoscaler"] == {"prometheusUrl": f"{THANOS}:9091", "caConfigMap": ca}
        assert outputs["grafana"]["service"] == "llmd-grafana"

    def test_hold_no_token(self, cluster: ApiServer) -> None:
        made = run()
        shown = str([in_clear(resource.inputs) for resource in made.resources]) + str(made.outputs)
        assert cluster.tokens
        assert "canary-token" not in shown
