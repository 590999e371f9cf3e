"""The program on GKE: what it adds to Google Managed Prometheus."""

import json
from typing import Any

import pytest

from tests.api_server import ApiServer
from tests.embedded_chart.rendering import Helm
from tests.program.conftest import OPERATOR_CONFIG
from tests.program.recording import (
    PROJECT,
    Run,
    refusal_of,
    revealed,
    run_program,
    stack_configuration,
)

GOOGLE = "https://monitoring.googleapis.com/v1/projects/our-project/location/global/prometheus"
FRONTEND = "http://llmd-gmp-frontend.llm-d-monitoring.svc.cluster.local:9090"
MODELS = [{"namespace": "llm-d", "epp": [{"release": "epp"}]}]


def configuration(**settings: Any) -> dict[str, Any]:  # noqa: ANN401 - any setting
    gke = {"projectId": "our-project", **settings.pop("gke", {})}
    given = {"platform": "gke", "gke": gke, **settings}
    return {f"{PROJECT}:{key}": value for key, value in given.items()}


def run(**settings: Any) -> Run:  # noqa: ANN401 - any setting
    return run_program(configuration(**settings))


def pod_monitorings(of: Run) -> set[str]:
    return {resource.inputs["metadata"]["name"] for resource in of.of_type(":PodMonitoring")}


class TestManagedPrometheus:
    def test_is_told_to_show_the_status_of_targets_and_nothing_else(self) -> None:
        patch = run().one(":OperatorConfigPatch")
        metadata = patch.inputs["metadata"]
        assert metadata == {"name": "config", "namespace": "gmp-public"}
        assert patch.inputs["features"] == {"targetStatus": {"enabled": True}}
        assert set(patch.inputs) == {"apiVersion", "kind", "metadata", "features"}

    def test_is_left_alone_where_that_is_not_wanted(self) -> None:
        assert run(gke={"targetStatus": False}).of_type(":OperatorConfigPatch") == ()

    def test_scrapes_model_servers_and_pickers(self) -> None:
        assert pod_monitorings(run(models=MODELS)) == {"llmd-decode", "llmd-prefill", "epp"}

    def test_scrapes_pickers_alone_where_gke_scrapes_vllm_itself(self) -> None:
        automatic = run(models=MODELS, gke={"automaticMonitoring": True})
        assert pod_monitorings(automatic) == {"epp"}

    def test_would_double_every_sum_with_monitors_for_the_same_pods(self) -> None:
        models = [{"namespace": "llm-d", "decode": {"interval": "10s"}}]
        refusal = refusal_of(configuration(models=models, gke={"automaticMonitoring": True}))
        assert refusal.resources == ()
        assert "models.0.decode is set: those pods would be scraped twice" in refusal.message

    def test_makes_prometheus_operator_pki_and_crds_unnecessary(self) -> None:
        made = run(models=MODELS)
        assert not [r for r in made.resources if r.type.startswith("tls:")]
        assert not [r for r in made.resources if "monitoring.coreos.com" in r.type]
        assert made.one(":Release").inputs["skipCrds"] is True


class TestRules:
    def test_on_gpus_see_every_namespace_and_have_none(self) -> None:
        made = run(models=MODELS).one(":ClusterRules", "cluster-rules-llmd-recording-gpu")
        assert made.inputs["metadata"]["name"] == "llmd-recording-gpu"
        assert "namespace" not in made.inputs["metadata"]

    def test_on_models_are_in_their_namespaces(self) -> None:
        made = run(models=[*MODELS, {"namespace": "other"}]).of_type(":Rules")
        places = [(r.inputs["metadata"]["namespace"], r.inputs["metadata"]["name"]) for r in made]
        assert {namespace for namespace, _ in places} == {"llm-d", "other"}
        assert len(places) == len(set(places))


class TestCluster:
    def test_without_managed_collection_is_refused(self, cluster: ApiServer) -> None:
        del cluster.objects[OPERATOR_CONFIG]
        refusal = refusal_of(configuration(), stack="prod")
        assert refusal.resources == ()
        assert "OperatorConfig gmp-public/config: isn't there" in refusal.message
        assert "--enable-managed-prometheus" in refusal.message

    @pytest.mark.parametrize(
        ("autopilot", "collector"), [(False, "gke-gmp-system"), (True, "gmp-system")]
    )
    def test_of_the_other_mode_is_refused(
        self, cluster: ApiServer, autopilot: bool, collector: str
    ) -> None:
        cluster.objects[f"/api/v1/namespaces/{collector}/serviceaccounts/collector"] = {}
        refusal = refusal_of(configuration(gke={"autopilot": autopilot}))
        assert refusal.resources == ()
        assert f"ServiceAccount {collector}/collector: is Google's collector" in refusal.message
        assert f"next: set gke.autopilot: {str(not autopilot).lower()}" in refusal.message

    def test_of_the_mode_that_is_set_is_taken(self, cluster: ApiServer) -> None:
        cluster.objects["/api/v1/namespaces/gke-gmp-system/serviceaccounts/collector"] = {}
        assert run(gke={"autopilot": True}).resources

    def test_that_can_not_be_read_is_taken_as_it_is(self, cluster: ApiServer) -> None:
        cluster.forbidden.add(OPERATOR_CONFIG)
        assert run().resources


class TestGrafana:
    def test_queries_google_through_its_proxy(self) -> None:
        data = run().one(":ConfigMap", "grafana-datasource-config-map").inputs["data"]
        (text,) = data.values()
        (datasource,) = json.loads(text)["datasources"]
        assert datasource["url"] == FRONTEND
        assert datasource["jsonData"]["httpMethod"] == "GET"
        assert "secureJsonData" not in datasource

    def test_is_alone_and_admitted_at_the_strictest_level(self, helm: Helm) -> None:
        made = run(grafana={"persistence": {"size": "1Gi"}})
        labels = made.one(":NamespacePatch").inputs["metadata"]["labels"]
        assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
        rendered = helm.template(revealed(made.one(":Release").inputs["values"]))  # type: ignore[arg-type]
        assert rendered.names("Deployment") == {"llmd-grafana"}
        assert not rendered.names("ServiceMonitor")
        pod = rendered.get("Deployment", "llmd-grafana")["spec"]["template"]["spec"]
        assert "initContainers" not in pod
        assert pod["securityContext"]["fsGroup"] == 472

    def test_is_left_out_with_its_proxy(self) -> None:
        without = run(grafana={"enabled": False}, models=MODELS)
        assert without.of_type(":Release") == ()
        assert without.of_type(":Deployment") == ()
        assert without.outputs["prometheusUrl"] == GOOGLE
        assert "grafana" not in without.outputs


class TestProxy:
    @staticmethod
    def pod(of: Run) -> Any:  # noqa: ANN401 - any JSON
        return of.one(":Deployment").inputs["spec"]["template"]["spec"]

    def test_is_known_to_google_by_its_account(self) -> None:
        account = "grafana@our-project.iam.gserviceaccount.com"
        made = run(gke={"frontend": {"serviceAccount": account}})
        annotations = made.one(":ServiceAccount").inputs["metadata"]["annotations"]
        assert annotations["iam.gke.io/gcp-service-account"] == account
        assert self.pod(made)["serviceAccountName"] == "llmd-gmp-frontend"
        assert "iam.gke.io/gcp-service-account" not in str(run().one(":ServiceAccount").inputs)

    def test_asks_for_metrics_of_the_project_and_rules_of_the_cluster(self) -> None:
        (container,) = self.pod(run(gke={"autopilot": True}))["containers"]
        assert "--query.project-id=our-project" in container["args"]
        assert (
            "--rules.target-urls=http://rule-evaluator.gke-gmp-system.svc.cluster.local:19092"
            in container["args"]
        )

    def test_is_found_by_the_service_that_the_datasource_names(self) -> None:
        made = run()
        service = made.one(":Service").inputs
        labels = made.one(":Deployment").inputs["spec"]["template"]["metadata"]["labels"]
        assert service["spec"]["selector"].items() <= labels.items()
        assert service["metadata"]["name"] == "llmd-gmp-frontend"

    def test_has_a_name_that_a_service_may_have(self) -> None:
        made = run(release="r" * 53)
        assert len(made.one(":Service").inputs["metadata"]["name"]) <= 63


class TestOutputs:
    def test_lead_to_google_and_its_dashboards(self) -> None:
        outputs = run_program(stack_configuration("gke-prod")).outputs
        assert outputs["prometheusUrl"] == FRONTEND
        assert outputs["autoscaler"] == {
            "prometheusUrl": GOOGLE.replace("our-project", "example-project")
        }
        assert outputs["managedDashboards"]["dashboards"].endswith("?project=example-project")
        assert "caConfigMap" not in outputs
