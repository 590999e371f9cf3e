"""One stack from its first preview to its removal, on the real engine and a real API server.

The steps build on each other, in the order of the file.
"""

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from components.labels import MANAGED_BY, MANAGED_BY_LABEL
from components.names import Names, Scheme
from components.settings import Settings as StackSettings
from components.settings.dashboards import DASHBOARD_NAMES
from tests.cluster import canary
from tests.cluster.conftest import NewProject, Settings
from tests.cluster.live import Live
from tests.cluster.project import NAMESPACE, STACK, Project
from tests.cluster.tls_server import handshake, serving
from tests.tls_clients.clients import VERIFIED, Client
from tools.doctor.examination import examine
from tools.doctor.finding import Severity

PASSWORD = "canary-7f3a9c-in-no-output"
RETENTION = "3d"
CHANGES = 3
"""Exit code of a report that shows changes."""

EXTRA_NAME = "prometheus.example.com"
PKI = {
    *("ca", "ca-key", "ca-certificate"),
    *("server", "server-key", "server-request", "server-certificate"),
    *("web-tls", "web-tls-secret", "web-tls-ca"),
    "rules-llmd-recording-certificate",
}
"""Resources that only HTTPS needs."""

NAMES = Names(namespace=NAMESPACE, release="llmd", cluster_domain="cluster.local", scheme="https")
PROMETHEUS = NAMES.prometheus


@pytest.fixture(scope="class")
def project(new_project: NewProject, settings: Settings) -> Project:
    return new_project(settings)


def identities(live: Live) -> dict[str, str]:
    """What holds data or leads to it: another identity would mean that it was deleted and made anew."""
    found = {
        f"{kind} {name}": thing["metadata"]["uid"]
        for kind in ("prometheuses", "alertmanagers", "deployments", "configmaps", "secrets")
        for name, thing in live.list(kind).items()
        # Each upgrade adds a Secret of its history; the certificates are what goes.
        if not name.startswith(("sh.helm.release.", "prometheus-web-tls"))
    }
    assert {f"prometheuses {PROMETHEUS}", "deployments llmd-grafana"} <= found.keys()
    return found


def assert_everybody_speaks(
    scheme: Scheme, project: Project, live: Live, settings: Settings
) -> None:
    """Server and clients agree, and the doctor has nothing to say."""
    url = replace(NAMES, scheme=scheme).prometheus_url
    outputs = project.outputs()
    assert outputs["prometheusUrl"] == outputs["autoscaler"]["prometheusUrl"] == url
    prometheus = live.get("prometheuses", PROMETHEUS)["spec"]
    alertmanager = live.get("alertmanagers", NAMES.alertmanager)["spec"]
    for server in (prometheus, alertmanager):
        assert ("web" in server) is (scheme == "https")
        assert server["externalUrl"].startswith(f"{scheme}://")
    (notified,) = prometheus["alerting"]["alertmanagers"]
    assert notified.get("scheme", "http") == scheme
    for name in (PROMETHEUS, NAMES.alertmanager):
        endpoints = live.get("servicemonitors", name)["spec"]["endpoints"]
        assert {endpoint.get("scheme", "http") for endpoint in endpoints} == {scheme}
    datasources = json.dumps(live.get("configmaps", "llmd-grafana-datasources")["data"])
    assert url in datasources
    assert ("https://" in datasources) is (scheme == "https")
    found = examine(StackSettings.model_validate(settings))
    assert [finding for finding in found if finding.severity > Severity.NOTE] == []


@pytest.mark.usefixtures("without_definitions")
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

    def test_a_report_on_a_change_shows_no_secret(
        self, project: Project, settings: Settings
    ) -> None:
        who = ("-c", "user.name=test", "-c", "user.email=test@example.com")
        project.run("git", "init", "-q").succeeded()
        project.run(
            "git", "add", "--", "Pulumi.yaml", "__main__.py", "components", "stacks"
        ).succeeded()
        project.run("git", *who, "commit", "-q", "-m", "base").succeeded()
        project.configure({**settings, "grafana": {"persistence": {"size": "2Gi"}}})
        project.set_secret("grafana.adminPassword", f"{PASSWORD}-2")
        preview = ("-m", "tools.cli", "preview", "--stack", STACK, "--base", "HEAD", "--engine")
        told = project.run(".venv/bin/python", *preview, "--out", "report")
        assert told.code == CHANGES, told.output
        report = (project.folder / "report" / "preview.md").read_text(encoding="utf-8")
        assert "llmd-grafana-admin" in report
        assert canary.files_with(project.folder / "report", PASSWORD) == []
        assert canary.files_with(project.folder / "report", "PRIVATE KEY") == []
        project.configure(settings)
        project.set_secret("grafana.adminPassword", PASSWORD)

    def test_the_ca_s_key_is_in_no_object_of_the_cluster(
        self, project: Project, live: Live
    ) -> None:
        key = canary.core(project.revealed("ca-key")["privateKeyPem"])
        served = canary.core(live.secret("prometheus-web-tls")["tls.key"])
        holding: dict[str, set[str]] = {key: set(), served: set(), PASSWORD: set()}
        for one in canary.objects(live.client):
            for text in canary.texts(one):
                for secret, holders in holding.items():
                    if secret in text:
                        holders.add(f"{one['path']} {one['metadata']['name']}")
        secrets = "/api/v1/secrets"
        assert holding == {
            key: set(),
            served: {f"{secrets} prometheus-web-tls"},
            PASSWORD: {f"{secrets} llmd-grafana-admin"},
        }

    def test_no_secret_is_in_any_output_or_state_in_clear(self, project: Project) -> None:
        keys = [project.revealed(name)["privateKeyPem"] for name in ("ca-key", "server-key")]
        for secret in (PASSWORD, *map(canary.core, keys)):
            assert canary.files_with(project.folder / "state", secret) == []
            assert canary.files_with(project.folder / "stacks", secret) == []
            assert not any(secret in output for output in project.told)
        assert project.told

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
        assert_everybody_speaks("http", project, live, {**settings, "tls": {"enabled": False}})

    def test_tls_can_be_switched_on_in_place(
        self, project: Project, live: Live, settings: Settings
    ) -> None:
        before, resources = identities(live), project.resources().keys()
        project.configure(settings)
        project.up().succeeded()
        assert identities(live) == before
        assert project.resources().keys() - resources == PKI
        assert_everybody_speaks("https", project, live, settings)
        project.up("--expect-no-changes").succeeded()

    def test_and_off_again(self, project: Project, live: Live, settings: Settings) -> None:
        before, resources = identities(live), project.resources().keys()
        project.configure({**settings, "tls": {"enabled": False}})
        project.up().succeeded()
        assert identities(live) == before
        assert resources - project.resources().keys() == PKI
        assert live.find("secrets", "prometheus-web-tls") is None
        assert live.find("configmaps", "prometheus-web-tls-ca") is None
        assert_everybody_speaks("http", project, live, {**settings, "tls": {"enabled": False}})
        project.up("--expect-no-changes").succeeded()
