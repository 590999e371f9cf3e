"""Rules that every resource keeps, whatever the settings."""

from functools import cache
from typing import Any

import pytest

from components.settings.dashboards import DASHBOARD_NAMES
from components.settings.rules import ALERT_AREAS, RECORDING_AREAS
from tests.program.recording import (
    PROJECT,
    Recorded,
    Run,
    in_clear,
    revealed,
    run_program,
    stack_configuration,
    stacks,
    stacks_on,
)

PASSWORD = "canary-4711"
WITH_PASSWORD = {f"{PROJECT}:grafana": {"adminPassword": PASSWORD}}
WITHOUT_TLS = {f"{PROJECT}:tls": {"enabled": False}}

TLS = "tls:index"
OURS = "llmd-monitoring:index"
URNS = {
    ("pulumi:providers:kubernetes", "cluster", ""),
    ("pulumi:providers:tls", "pki", ""),
    (f"{OURS}:MonitoringNamespace", "monitoring", ""),
    ("kubernetes:core/v1:NamespacePatch", "monitoring-namespace", "monitoring"),
    (f"{OURS}:CertificateAuthority", "ca", ""),
    (f"{TLS}/privateKey:PrivateKey", "ca-key", "ca"),
    (f"{TLS}/selfSignedCert:SelfSignedCert", "ca-certificate", "ca"),
    (f"{OURS}:ServerCertificate", "server", ""),
    (f"{TLS}/privateKey:PrivateKey", "server-key", "server"),
    (f"{TLS}/certRequest:CertRequest", "server-request", "server"),
    (f"{TLS}/locallySignedCert:LocallySignedCert", "server-certificate", "server"),
    (f"{OURS}:WebTls", "web-tls", ""),
    ("kubernetes:core/v1:Secret", "web-tls-secret", "web-tls"),
    ("kubernetes:core/v1:ConfigMap", "web-tls-ca", "web-tls"),
    (f"{OURS}:GrafanaDatasource", "grafana-datasource", ""),
    ("kubernetes:core/v1:ConfigMap", "grafana-datasource-config-map", "grafana-datasource"),
    (f"{OURS}:GrafanaAdmin", "grafana-admin", ""),
    ("kubernetes:core/v1:Secret", "grafana-admin-secret", "grafana-admin"),
    (f"{OURS}:GrafanaDashboards", "grafana-dashboards", ""),
    *(
        ("kubernetes:core/v1:ConfigMap", f"grafana-dashboards-{name}", "grafana-dashboards")
        for name in DASHBOARD_NAMES
    ),
    (f"{OURS}:KubePrometheusStack", "kube-prometheus-stack", ""),
    ("kubernetes:helm.sh/v3:Release", "kube-prometheus-stack-release", "kube-prometheus-stack"),
    (f"{OURS}:PrometheusRules", "rules", ""),
    *(
        (
            "kubernetes:monitoring.coreos.com/v1:PrometheusRule",
            f"rules-llmd-{rules}",
            "rules",
        )
        for rules in (
            *(f"recording-{area}" for area in (*RECORDING_AREAS, "certificate")),
            *(f"alerts-{area}" for area in ALERT_AREAS),
        )
    ),
}


CONFIGURATIONS: dict[str, dict[str, Any]] = {
    "empty": {},
    "without TLS": WITHOUT_TLS,
    **{stack: stack_configuration(stack) for stack in stacks()},
}


@cache
def with_password() -> Run:
    return run_program(WITH_PASSWORD, secret_keys=(f"{PROJECT}:grafana",))


@cache
def run_of(name: str) -> Run:
    return run_program(CONFIGURATIONS[name])


def urn(resource: Recorded) -> tuple[str, str, str]:
    return resource.type, resource.name, resource.parent


def is_component(resource: Recorded) -> bool:
    return resource.type.startswith(f"{PROJECT}:")


def is_provider(resource: Recorded) -> bool:
    return resource.type.startswith("pulumi:providers:")


def custom(run: Run) -> list[Recorded]:
    return [r for r in run.resources if not is_component(r) and not is_provider(r)]


def namespace_of(resource: Recorded) -> str | None:
    """Where an object is, or a release; `None` for one of the cluster's."""
    where: Any = resource.inputs.get("metadata", resource.inputs)
    found: str | None = where.get("namespace")
    return found


def test_urns_never_change() -> None:
    """A changed one is a deletion and a creation, of the CA for one, on every cluster that has it."""
    assert {urn(resource) for resource in with_password().resources} == URNS


class TestEveryResource:
    @pytest.mark.parametrize("name", CONFIGURATIONS)
    def test_has_a_name_of_its_own(self, name: str) -> None:
        names = [resource.name for resource in run_of(name).resources]
        assert len(names) == len(set(names))

    @pytest.mark.parametrize("name", CONFIGURATIONS)
    def test_has_the_explicit_provider_of_its_kind(self, name: str) -> None:
        for resource in custom(run_of(name)):
            expected = {"kubernetes": "cluster", "tls": "pki"}[resource.type.partition(":")[0]]
            assert resource.provider == expected, resource.name

    @pytest.mark.parametrize("name", CONFIGURATIONS)
    def test_belongs_to_a_component_and_bears_its_name(self, name: str) -> None:
        run = run_of(name)
        components = {resource.name for resource in run.resources if is_component(resource)}
        for resource in custom(run):
            assert resource.parent in components
            assert resource.name.startswith(f"{resource.parent}-")

    @pytest.mark.parametrize("name", CONFIGURATIONS)
    def test_in_the_cluster_has_its_name_and_namespace_given(self, name: str) -> None:
        for resource in custom(run_of(name)):
            if resource.type.startswith("kubernetes:core/v1:"):
                assert resource.inputs["metadata"]["name"]
            if resource.type in {"kubernetes:core/v1:Secret", "kubernetes:core/v1:ConfigMap"}:
                assert resource.inputs["metadata"]["namespace"]

    @pytest.mark.parametrize("name", CONFIGURATIONS)
    def test_in_the_monitoring_namespace_comes_after_it(self, name: str) -> None:
        run = run_of(name)
        monitoring = run.one(":NamespacePatch", "monitoring-namespace").inputs["metadata"]["name"]
        there = [r for r in custom(run) if namespace_of(r) == monitoring]
        assert there
        for resource in there:
            assert "monitoring-namespace" in resource.depends_on


class TestProvider:
    def test_updates_secrets_and_config_maps_in_place(self) -> None:
        provider = run_of("empty").one("pulumi:providers:kubernetes")
        assert provider.inputs["enableSecretMutable"] == "true"
        assert provider.inputs["enableConfigMapMutable"] == "true"
        assert provider.inputs["enableServerSideApply"] == "true"

    def test_goes_to_the_cluster_of_the_stack_file(self) -> None:
        provider = run_program(stack_configuration("local")).one("pulumi:providers:kubernetes")
        assert provider.inputs["context"] == "llmd-local"
        assert provider.inputs["kubeconfig"] == ".cluster/kubeconfig"

    def test_holds_nothing_of_the_machine_it_runs_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("KUBECONFIG", "/somewhere/kubeconfig")
        provider = run_program({}).one("pulumi:providers:kubernetes")
        assert provider.inputs["kubeconfig"] == ""
        assert "context" not in provider.inputs


class TestSecrets:
    def test_of_the_pki_are_never_in_clear(self) -> None:
        run = with_password()
        shown = {resource.name: in_clear(resource.inputs) for resource in run.resources}
        assert [name for name, inputs in shown.items() if "private key of" in str(inputs)] == []
        assert "private key of" not in str(in_clear(run.outputs))

    def test_of_the_pki_go_where_they_have_to(self) -> None:
        run = with_password()
        holders = {r.name for r in run.resources if "private key of" in str(revealed(r.inputs))}
        assert holders == {
            "ca-certificate",
            "server-request",
            "server-certificate",
            "web-tls-secret",
        }

    def test_of_the_ca_never_reach_the_cluster(self) -> None:
        run = with_password()
        for resource in run.resources:
            if resource.type.startswith("kubernetes:"):
                assert "private key of ca-key" not in str(resource.inputs)

    def test_keys_are_encrypted_in_the_state(self) -> None:
        for key in with_password().of_type(":PrivateKey"):
            assert {"privateKeyPem", "privateKeyPemPkcs8"} <= set(key.secret_outputs)

    def test_the_password_is_in_one_place_and_never_in_clear(self) -> None:
        run = with_password()
        holders = {r.name for r in run.resources if PASSWORD in str(r.inputs)}
        assert holders == {"grafana-admin-secret"}
        assert PASSWORD not in str([in_clear(resource.inputs) for resource in run.resources])
        assert PASSWORD not in str(run.outputs)

    def test_of_the_user_are_read_by_reference(self) -> None:
        run = run_program({f"{PROJECT}:grafana": {"adminSecret": {"name": "ours"}}})
        assert run.of_type(":GrafanaAdmin") == ()
        values = run.one(":Release").inputs["values"]
        assert values["grafana"]["admin"]["existingSecret"] == "ours"


class TestProtection:
    @pytest.mark.parametrize(
        ("stack", "protected"),
        [
            ("staging", {"ca-key", "ca-certificate"}),
            ("prod", {"ca-key", "ca-certificate"}),
            ("local", set()),
            ("dev", set()),
        ],
    )
    def test_is_for_the_ca_of_stacks_that_matter(self, stack: str, protected: set[str]) -> None:
        run = run_program(stack_configuration(stack), stack=stack)
        assert {resource.name for resource in run.resources if resource.protect} == protected

    def test_is_on_unless_a_stack_file_says_otherwise(self) -> None:
        protected = {resource.name for resource in run_of("empty").resources if resource.protect}
        assert protected == {"ca-key", "ca-certificate"}


class TestRelease:
    def test_comes_after_what_its_pods_mount_and_read(self) -> None:
        needed = set(with_password().one(":Release").depends_on)
        assert {
            "web-tls-secret",
            "web-tls-ca",
            "grafana-datasource-config-map",
            "grafana-admin-secret",
        } <= needed

    def test_has_a_fixed_name_and_is_rolled_back_when_it_fails(self) -> None:
        release = revealed(run_of("empty").one(":Release").inputs)
        assert isinstance(release, dict)
        assert release["name"] == "llmd"
        assert release["namespace"] == "llm-d-monitoring"
        assert release["atomic"] is True
        assert release["cleanupOnFail"] is True
        assert release["timeout"] == 900
        assert release["maxHistory"] == 10


class TestCertificates:
    def test_are_of_a_curve_that_clients_offer(self) -> None:
        keys = run_of("empty").of_type(":PrivateKey")
        assert [dict(key.inputs) for key in keys] == [
            {"algorithm": "ECDSA", "ecdsaCurve": "P256"}
        ] * 2

    def test_name_every_host_of_the_settings_too(self) -> None:
        tls = {"extraDnsNames": ["prometheus.example.com"], "extraIpAddresses": ["10.0.0.1"]}
        request = run_program({f"{PROJECT}:tls": tls}).one(":CertRequest")
        assert "prometheus.example.com" in request.inputs["dnsNames"]
        assert "prometheus-operated" in request.inputs["dnsNames"]
        assert request.inputs["ipAddresses"] == ["127.0.0.1", "10.0.0.1"]

    @pytest.mark.parametrize("kind", [":CertRequest", ":SelfSignedCert"])
    def test_have_a_common_name_within_its_limit(self, kind: str) -> None:
        run = run_program({f"{PROJECT}:namespace": "n" * 63, f"{PROJECT}:release": "r" * 53})
        assert len(run.one(kind).inputs["subject"]["commonName"]) <= 64

    def test_only_the_ca_may_sign(self) -> None:
        run = run_of("empty")
        assert run.one(":SelfSignedCert").inputs["isCaCertificate"] is True
        leaf = run.one(":LocallySignedCert").inputs
        assert "isCaCertificate" not in leaf
        assert set(leaf["allowedUses"]) == {"digital_signature", "server_auth"}

    def test_without_tls_there_are_none(self) -> None:
        run = run_of("without TLS")
        assert not [resource for resource in run.resources if resource.type.startswith("tls:")]
        assert run.of_type(":WebTls") == ()


class TestOutputs:
    NAMES = frozenset(
        {"prometheusUrl", "caConfigMap", "grafana", "helmValues", "autoscaler", "deployed"}
    )

    @pytest.mark.parametrize("name", ["empty", *stacks_on("generic"), *stacks_on("openshift")])
    def test_have_their_documented_names(self, name: str) -> None:
        assert set(run_of(name).outputs) == self.NAMES

    def test_give_autoscalers_the_ca_and_no_key(self) -> None:
        autoscaler = run_of("empty").outputs["autoscaler"]
        assert set(autoscaler) == {"prometheusUrl", "caConfigMap", "caCertificate"}
        assert autoscaler["caCertificate"] == "certificate of ca-certificate"

    def test_without_tls_leave_the_ca_out(self) -> None:
        outputs = run_of("without TLS").outputs
        assert set(outputs) == self.NAMES - {"caConfigMap"}
        assert set(outputs["autoscaler"]) == {"prometheusUrl"}
        assert outputs["prometheusUrl"].startswith("http://")

    def test_without_grafana_leave_it_out(self) -> None:
        run = run_program({f"{PROJECT}:grafana": {"enabled": False}})
        assert set(run.outputs) == self.NAMES - {"grafana"}
