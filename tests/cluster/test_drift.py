"""What was changed by hand is found, whoever made the object, and undone; what others add is no drift.

One installation; the steps build on each other, in the order of the file.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.conftest import NewProject, Settings
from tests.cluster.faults import Fault, Object, data, labelled, put_in, replaced, spec
from tests.cluster.live import Live
from tests.cluster.project import CHART, NAMESPACE, STACK, Ended, Project

CLI = (".venv/bin/python", "-m", "tools.cli")
CORE = f"/api/v1/namespaces/{NAMESPACE}"
APPS = f"/apis/apps/v1/namespaces/{NAMESPACE}"
MONITORING = f"/apis/monitoring.coreos.com/v1/namespaces/{NAMESPACE}"
RBAC = "/apis/rbac.authorization.k8s.io/v1"
ADMISSION = "/apis/admissionregistration.k8s.io/v1"
STACK_NAME = "llmd-kube-prometheus-stack"
PROMETHEUS = f"{STACK_NAME}-prometheus"
PASSWORD = "canary-4b1d-the-password"
BY_HAND = "canary-9e2f-put-in-by-hand"


def dashboard(thing: Object) -> None:
    for key, text in thing["data"].items():
        document = json.loads(text)
        document["panels"][-1]["title"] = "Changed in Grafana, and saved"
        thing["data"][key] = json.dumps(document)


def threshold(thing: Object) -> None:
    thing["spec"]["groups"][0]["rules"][0]["expr"] = "vector(1) > 2"


def first_container(**values: Any) -> Any:  # noqa: ANN401 - fields of any kind
    def change(thing: Object) -> None:
        thing["spec"]["template"]["spec"]["containers"][0].update(values)

    return change


def short_and_plain(thing: Object) -> None:
    thing["spec"]["retention"] = "1h"
    del thing["spec"]["web"]["tlsConfig"]


def scraped_over_http(thing: Object) -> None:
    thing["spec"]["endpoints"][0]["scheme"] = "http"


def may_do_anything(thing: Object) -> None:
    thing["rules"].append({"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]})


def bound_to_somebody(thing: Object) -> None:
    thing["subjects"].append({"kind": "ServiceAccount", "name": "somebody", "namespace": "default"})


def another_port(thing: Object) -> None:
    thing["spec"]["ports"][0]["targetPort"] = 9999


OWN = (
    Fault(
        name="the datasource's address is changed",
        path=f"{CORE}/configmaps/llmd-grafana-datasources",
        change=replaced(":9090", ":9091"),
        found=("ConfigMap", "url"),
    ),
    Fault(
        name="the CA's ConfigMap is deleted",
        path=f"{CORE}/configmaps/prometheus-web-tls-ca",
        found=("ConfigMap", "gone"),
    ),
    Fault(
        name="a dashboard is changed",
        path=f"{CORE}/configmaps/llmd-dashboard-vllm-overview",
        change=dashboard,
        found=("ConfigMap", "panel"),
    ),
    Fault(
        name="a dashboard's label is changed, so that Grafana doesn't find it",
        path=f"{CORE}/configmaps/llmd-dashboard-inference-gateway",
        change=labelled(grafana_dashboard="0"),
        found=("ConfigMap", "grafana_dashboard"),
    ),
    Fault(
        name="the serving certificate is changed",
        path=f"{CORE}/secrets/prometheus-web-tls",
        change=data(tls_crt=BY_HAND),
        found=("Secret", "tls.crt"),
    ),
    Fault(
        name="Grafana's password is changed",
        path=f"{CORE}/secrets/llmd-grafana-admin",
        change=data(**{"admin-password": BY_HAND}),
        found=("Secret", "admin-password"),
    ),
    Fault(
        name="an alert's expression is changed",
        path=f"{MONITORING}/prometheusrules/llmd-alerts-stack",
        change=threshold,
        found=("PrometheusRule", "expr"),
    ),
    Fault(
        name="recording rules are deleted",
        path=f"{MONITORING}/prometheusrules/llmd-recording-gateway",
        found=("PrometheusRule", "gone"),
    ),
)

OF_THE_CHART = (
    Fault(
        name="Grafana is scaled to nothing",
        path=f"{APPS}/deployments/llmd-grafana",
        change=spec(replicas=0),
        found=("Deployment", "spec.replicas"),
    ),
    Fault(
        name="the operator runs another image",
        path=f"{APPS}/deployments/{STACK_NAME}-operator",
        change=first_container(image="example.com/operator:latest"),
        found=("Deployment", "image"),
    ),
    Fault(
        name="kube-state-metrics is deleted",
        path=f"{APPS}/deployments/llmd-kube-state-metrics",
        found=("Deployment", "gone"),
    ),
    Fault(
        name="the node exporter gets other arguments",
        path=f"{APPS}/daemonsets/llmd-prometheus-node-exporter",
        change=first_container(args=["--web.listen-address=:1"]),
        found=("DaemonSet", "args"),
    ),
    Fault(
        name="Prometheus keeps less history, and serves plain HTTP",
        path=f"{MONITORING}/prometheuses/{PROMETHEUS}",
        change=short_and_plain,
        found=("Prometheus", "spec.retention", "spec.web"),
    ),
    Fault(
        name="a monitor of the chart is deleted",
        path=f"{MONITORING}/servicemonitors/{STACK_NAME}-kubelet",
        found=("ServiceMonitor", "gone"),
    ),
    Fault(
        name="Prometheus is scraped over HTTP",
        path=f"{MONITORING}/servicemonitors/{PROMETHEUS}",
        change=scraped_over_http,
        found=("ServiceMonitor", "scheme"),
    ),
    Fault(
        name="a rule of the chart is changed",
        path=f"{MONITORING}/prometheusrules/{PROMETHEUS}",
        change=threshold,
        found=("PrometheusRule", "expr"),
    ),
    Fault(
        name="Grafana lets in anybody",
        path=f"{CORE}/configmaps/llmd-grafana",
        change=data(grafana_ini="[auth.anonymous]\nenabled = true\n"),
        found=("ConfigMap", "grafana.ini"),
    ),
    Fault(
        name="Alertmanager's configuration is changed",
        path=f"{CORE}/secrets/alertmanager-{STACK_NAME}-alertmanager",
        change=data(alertmanager_yaml=f"password: {BY_HAND}"),
        found=("Secret", "alertmanager.yaml"),
    ),
    Fault(
        name="a Service leads to another port",
        path=f"{CORE}/services/{PROMETHEUS}",
        change=another_port,
        found=("Service", "targetPort"),
    ),
    Fault(
        name="a role may do anything",
        path=f"{RBAC}/clusterroles/llmd-kube-state-metrics",
        change=may_do_anything,
        found=("ClusterRole", "rules"),
    ),
    Fault(
        name="a role is given to somebody else",
        path=f"{RBAC}/clusterrolebindings/{PROMETHEUS}",
        change=bound_to_somebody,
        found=("ClusterRoleBinding", "subjects"),
    ),
    Fault(
        name="rules are no longer validated",
        path=f"{ADMISSION}/validatingwebhookconfigurations/{STACK_NAME}-admission",
        found=("ValidatingWebhookConfiguration", "gone"),
    ),
)

FAULTS = (*OWN, *OF_THE_CHART)


def name_of(fault: Fault) -> str:
    return fault.path.rpartition("/")[2]


def command(project: Project, *arguments: str) -> Ended:
    return project.run(*CLI, *arguments, "--stack", STACK)


@pytest.fixture(scope="class")
def project(new_project: NewProject, settings: Settings) -> Project:
    project = new_project(settings)
    project.set_secret("grafana.adminPassword", PASSWORD)
    project.up().succeeded()
    return project


@pytest.fixture(scope="class")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("drift")


def document(folder: Path) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads((folder / "drift.json").read_text(encoding="utf-8"))
    return found


def words(drift: Mapping[str, Any]) -> str:
    return " ".join([drift["kind"], drift["is"], *(field["path"] for field in drift["fields"])])


def drifts_of(folder: Path, fault: Fault) -> Sequence[str]:
    return [
        words(drift)
        for drift in document(folder)["drifts"]
        if drift["name"].rpartition("/")[2] == name_of(fault) and drift["kind"] == fault.found[0]
    ]


class TestDrift:
    def test_nothing_is_found_in_a_fresh_installation(self, project: Project) -> None:
        ended = command(project, "drift")
        assert ended.code == 0, ended.output
        assert "is as it was made" in ended.output

    def test_what_others_add_is_no_drift(self, project: Project, live: Live) -> None:
        mark = {"metadata": {"annotations": {"example.com/seen": "yes"}}}
        live.patch("prometheuses", PROMETHEUS, mark)
        live.patch("configmaps", "llmd-grafana", {"data": {"more.ini": "[x]"}})
        restart = {"kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z"}
        live.patch(
            "deployments",
            "llmd-grafana",
            {"spec": {"template": {"metadata": {"annotations": restart}}}},
        )
        ended = command(project, "drift")
        assert ended.code == 0, ended.output

    def test_changes_by_hand_are_drift(self, project: Project, live: Live, report: Path) -> None:
        for fault in FAULTS:
            put_in(live.client, fault, propagation="Background")
        ended = command(project, "drift", "--out", str(report))
        assert ended.code == 3, ended.output
        assert "llmd-monitoring up --stack test --yes" in ended.output

    @pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
    def test_a_change_is_told_by_object_and_field(self, report: Path, fault: Fault) -> None:
        (told,) = drifts_of(report, fault)
        for word in fault.found:
            assert word in told

    def test_nothing_else_is_told(self, report: Path) -> None:
        assert len(document(report)["drifts"]) == len(FAULTS)
        by_source = [drift["source"] for drift in document(report)["drifts"]]
        assert by_source.count("program") == len(OWN)

    def test_no_secret_is_shown(self, project: Project, report: Path) -> None:
        shown = command(project, "drift", "--json").output
        for text in (shown, *(file.read_text(encoding="utf-8") for file in report.iterdir())):
            assert PASSWORD not in text
            assert BY_HAND not in text
            assert "admin-password" in text

    def test_the_same_drift_has_the_same_fingerprint(
        self, project: Project, report: Path, tmp_path: Path
    ) -> None:
        command(project, "drift", "--out", str(tmp_path))
        assert document(tmp_path)["fingerprint"] == document(report)["fingerprint"] != ""

    def test_an_update_undoes_all_of_it(self, project: Project, live: Live) -> None:
        command(project, "up", "--yes").succeeded()
        ended = command(project, "drift")
        assert ended.code == 0, ended.output
        assert live.get("prometheuses", PROMETHEUS)["spec"]["web"]["tlsConfig"]
        assert live.get("deployments", "llmd-kube-state-metrics")["status"]["readyReplicas"]
        assert live.secret("llmd-grafana-admin")["admin-password"] == PASSWORD

    def test_an_upgrade_by_hand_is_found_and_rolled_back(
        self, project: Project, live: Live, settings: Settings, tmp_path: Path
    ) -> None:
        retention = live.get("prometheuses", PROMETHEUS)["spec"]["retention"]
        project.run(
            "helm", "upgrade", "llmd", CHART, "--namespace", NAMESPACE, "--reuse-values",
            "--set", "prometheus.prometheusSpec.retention=99d",
            "--kubeconfig", settings["kubernetes"]["kubeconfig"],
        ).succeeded()  # fmt: skip
        assert command(project, "drift", "--out", str(tmp_path)).code == 3
        told = [words(drift) for drift in document(tmp_path)["drifts"]]
        assert any(text.startswith("Release changed revision") for text in told)
        assert any("Prometheus" in text and "spec.retention" in text for text in told)
        assert "by hand" in command(project, "up", "--yes").succeeded()
        assert live.get("prometheuses", PROMETHEUS)["spec"]["retention"] == retention
        assert command(project, "drift").code == 0

    def test_an_update_without_changes_heals_nothing(self, project: Project) -> None:
        project.up("--expect-no-changes").succeeded()
