"""One stack from its first preview to its removal, on the real engine and a real API server.

The steps build on each other, in the order of the file.
"""

import json
from collections.abc import Mapping

import pytest

from components.labels import MANAGED_BY, MANAGED_BY_LABEL
from components.names import Names
from components.settings.dashboards import DASHBOARD_NAMES
from tests.cluster.conftest import NewProject, Settings
from tests.cluster.live import Live
from tests.cluster.project import NAMESPACE, STACK, Project
from tests.cluster.tls_server import handshake, serving
from tests.tls_clients.clients import VERIFIED, Client

PASSWORD = "canary-7f3a9c-in-no-output"
RETENTION = "3d"
EXTRA_NAME = "prometheus.example.com"
NAMES = Names(namespace=NAMESPACE, release="llmd", cluster_domain="cluster.local", scheme="https")
PROMETHEUS = NAMES.prometheus


@pytest.fixture(scope="class")
def project(new_project: NewProject, settings: Settings) -> Project:
    return new_project(settings)


class TestLifecycle:
    def test_a_preview_makes_nothing(self, project: Project, live: Live) -> None:
        assert "helm.sh/v3:Release" in project.pulumi("preview").succeeded()
        assert live.namespace_labels() is None

    def test_an_update_installs_everything(self, project: Project, live: Live) -> None:
        project.set_secret("grafana.adminPassword", PASSWORD)
        assert PASSWORD not in project.up().succeeded()
        deployments = live.list("deployments")
        assert {"llmd-grafana", "llmd-kube-prometheus-stack-operator"} <= deployments.keys()
        for name, workload in {**deployments, **live.list("statefulsets")}.items():
            assert workload["status"]["readyReplicas"] == workload["spec"]["replicas"], name
        for name, workload in live.list("daemonsets").items():
            status = workload["status"]
            assert status["numberReady"] == status["desiredNumberScheduled"] > 0, name
        for name, job in live.list("jobs").items():
            assert job["status"]["succeeded"], name

    def test_dashboards_lie_where_grafanas_sidecar_looks(self, live: Live) -> None:
        found = {
            name: config_map
            for name, config_map in live.list("configmaps").items()
            # A chart may bring dashboards of its own.
            if config_map["metadata"].get("labels", {}).items()
            >= {"grafana_dashboard": "1", MANAGED_BY_LABEL: MANAGED_BY}.items()
        }
        assert found.keys() == {f"llmd-dashboard-{name}" for name in DASHBOARD_NAMES}
        for config_map in found.values():
            assert config_map["metadata"]["annotations"]["grafana_folder"] == "llm-d"
            (document,) = map(json.loads, config_map["data"].values())
            assert config_map["data"].keys() == {f"{document['uid']}.json"}
            assert document["templating"]["list"][0]["name"] == "datasource"

    def test_prometheus_is_told_to_serve_and_scrape_over_tls(self, live: Live) -> None:
        spec = live.get("prometheuses", PROMETHEUS)["spec"]
        key = {"name": "prometheus-web-tls", "key": "tls.key"}
        assert spec["web"]["tlsConfig"]["keySecret"] == key
        assert spec["podMonitorSelector"] == {}
        monitor = live.get("servicemonitors", PROMETHEUS)["spec"]
        assert {endpoint["scheme"] for endpoint in monitor["endpoints"]} == {"https"}

    @pytest.mark.parametrize("language", ["go", "python"])
    def test_every_name_of_the_certificate_is_verified_by_the_published_ca(
        self, live: Live, clients: Mapping[str, Client], language: str
    ) -> None:
        secret = live.secret("prometheus-web-tls")
        ca = live.get("configmaps", "prometheus-web-tls-ca")["data"]["ca.crt"]
        assert secret["ca.crt"] == ca
        hosts = [*NAMES.served_hosts, *NAMES.served_addresses]
        urls = [f"https://{host}:9090/" for host in hosts]
        with serving(certificate=secret["tls.crt"], key=secret["tls.key"]) as address:
            assert clients[language](address, ca, urls) == [VERIFIED] * len(urls)
            (error,) = clients[language](address, ca, ["https://prometheus.elsewhere.svc:9090/"])
        assert "certificate is" in error
        assert "prometheus.elsewhere.svc" in error

    def test_the_outputs_are_the_documented_interface(self, project: Project) -> None:
        outputs = project.outputs()
        host = f"{PROMETHEUS}.{NAMESPACE}.svc.cluster.local"
        assert outputs["prometheusUrl"] == f"https://{host}:9090"
        assert outputs["caConfigMap"]["name"] == "prometheus-web-tls-ca"
        assert outputs["grafana"]["adminSecret"]["name"] == "llmd-grafana-admin"
        assert outputs["autoscaler"]["caCertificate"].startswith("-----BEGIN CERTIFICATE-----")
        assert outputs["helmValues"] == {}

    def test_no_secret_is_anywhere_in_clear(self, project: Project, live: Live) -> None:
        public = [json.dumps(project.state()), json.dumps(live.list("configmaps"))]
        for text in public:
            assert PASSWORD not in text
            assert "PRIVATE KEY" not in text
        assert live.secret("llmd-grafana-admin")["admin-password"] == PASSWORD

    def test_a_second_update_changes_nothing(self, project: Project) -> None:
        project.up("--expect-no-changes").succeeded()

    def test_a_changed_setting_touches_only_what_it_is_about(
        self, project: Project, live: Live, settings: Settings
    ) -> None:
        before = live.get("secrets", "prometheus-web-tls")["metadata"]
        project.configure({**settings, "prometheus": {"retention": RETENTION}})
        project.set_secret("grafana.adminPassword", PASSWORD)
        diff = project.pulumi("preview", "--diff").succeeded()
        assert RETENTION in diff
        assert "web-tls-secret" not in diff
        project.up().succeeded()
        after = live.get("secrets", "prometheus-web-tls")["metadata"]
        assert (after["uid"], after["resourceVersion"]) == (
            before["uid"],
            before["resourceVersion"],
        )
        assert live.get("prometheuses", PROMETHEUS)["spec"]["retention"] == RETENTION

    def test_a_new_name_renews_the_leaf_in_place_and_keeps_the_ca(
        self, project: Project, live: Live, settings: Settings
    ) -> None:
        before = live.get("secrets", "prometheus-web-tls")
        ca = live.get("configmaps", "prometheus-web-tls-ca")
        tls = {"protectCa": False, "extraDnsNames": [EXTRA_NAME]}
        project.configure({**settings, "tls": tls, "prometheus": {"retention": RETENTION}})
        project.set_secret("grafana.adminPassword", PASSWORD)
        project.up().succeeded()
        after = live.get("secrets", "prometheus-web-tls")
        assert after["metadata"]["uid"] == before["metadata"]["uid"]
        assert after["data"]["tls.crt"] != before["data"]["tls.crt"]
        assert after["data"]["ca.crt"] == before["data"]["ca.crt"]
        assert live.get("configmaps", "prometheus-web-tls-ca")["data"] == ca["data"]
        renewed = live.secret("prometheus-web-tls")
        with serving(certificate=renewed["tls.crt"], key=renewed["tls.key"]) as address:
            handshake(address, ca["data"]["ca.crt"], server_name=EXTRA_NAME)

    def test_a_change_by_hand_is_seen_and_healed(self, project: Project, live: Live) -> None:
        name = "llmd-grafana-datasources"
        good = live.get("configmaps", name)["data"]
        live.patch("configmaps", name, {"data": {f"{name}.yaml": "changed by hand"}})
        seen = project.pulumi("refresh", "--preview-only", "--expect-no-changes").failed()
        assert "grafana-datasource-config-map" in seen
        project.up("--refresh").succeeded()
        assert live.get("configmaps", name)["data"] == good

    def test_an_object_deleted_by_hand_comes_back(self, project: Project, live: Live) -> None:
        live.delete("configmaps", "prometheus-web-tls-ca")
        project.up("--refresh").succeeded()
        assert live.get("configmaps", "prometheus-web-tls-ca")["data"]["ca.crt"]

    def test_a_destroy_takes_all_of_ours_and_nothing_of_the_users(
        self, project: Project, live: Live, elsewhere: Live
    ) -> None:
        for namespace in (live, elsewhere):
            namespace.create_config_map("my-dashboard", {"a": "b"})
        project.pulumi("destroy", "--yes", "--skip-preview").succeeded()
        for namespace in (live, elsewhere):
            assert namespace.get("configmaps", "my-dashboard")["data"] == {"a": "b"}
            namespace.delete("configmaps", "my-dashboard")
        assert live.list("configmaps").keys() == {"kube-root-ca.crt"}
        assert live.list("secrets") == {}
        assert live.list("deployments") == {}
        assert project.resources().keys() <= {f"llmd-monitoring-{STACK}"}
        assert live.namespace_labels() == {"kubernetes.io/metadata.name": NAMESPACE}

    def test_the_stack_can_be_installed_again_without_tls(
        self, project: Project, live: Live, settings: Settings
    ) -> None:
        project.configure({**settings, "tls": {"enabled": False}})
        project.up().succeeded()
        assert live.find("secrets", "prometheus-web-tls") is None
        assert project.outputs()["prometheusUrl"].startswith("http://")
        assert "web" not in live.get("prometheuses", PROMETHEUS)["spec"]
        assert "https://" not in json.dumps(live.get("configmaps", "llmd-grafana-datasources"))

    def test_tls_can_be_switched_on_in_place(
        self, project: Project, live: Live, settings: Settings
    ) -> None:
        project.configure(settings)
        project.up().succeeded()
        assert live.secret("prometheus-web-tls")["tls.key"]
        assert live.get("prometheuses", PROMETHEUS)["spec"]["web"]
        project.up("--expect-no-changes").succeeded()
