"""Helm values of autoscalers, by platform and scheme."""

from typing import Any

import pytest
from pydantic import ValidationError

from components.autoscalers.adapter_rules import EXTERNAL, PER_POD, adapter_rules, metric_name
from components.autoscalers.keda import trigger, trigger_authentication_spec
from components.platforms.autoscaler_values import prometheus_access, values_files
from components.settings import Settings
from rules.series import BY_NAME
from tests.unit.components.documents import Document

HOST = "llmd-kube-prometheus-stack-prometheus.llm-d-monitoring.svc.cluster.local"
THANOS = "thanos-querier.openshift-monitoring.svc.cluster.local"
PROXY = "llmd-gmp-frontend.llm-d-monitoring.svc.cluster.local"
PEM = "-----BEGIN CERTIFICATE-----\nQ0E=\n-----END CERTIFICATE-----\n"
DIGEST_KEYS = {"llmd-monitoring/prometheus-ca-digest"}

ADAPTER = {"prometheusAdapter": {"namespace": "scaling"}}
KEDA = {"keda": {"namespace": "keda"}}
VARIANT = {"workloadVariant": {"namespace": "wva"}}

GENERIC: Document = {}
PLAIN: Document = {"tls": {"enabled": False}}
OPENSHIFT: Document = {"platform": "openshift"}
GKE: Document = {"platform": "gke", "gke": {"projectId": "our-project"}}


def read(platform: Document, autoscalers: Document) -> Settings:
    return Settings.model_validate({**platform, "autoscalers": autoscalers})


def values(platform: Document, autoscalers: Document) -> Any:  # noqa: ANN401 - any JSON
    """The values of the only autoscaler."""
    settings = read(platform, autoscalers)
    ((only,),) = (charts.values() for charts in values_files(settings, ca_cert_pem=PEM).values())
    return only


def mistakes(platform: Document, autoscalers: Document) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        read(platform, autoscalers)
    return [error["msg"] for error in caught.value.errors()]


class TestFiles:
    def test_there_is_one_for_each_autoscaler_that_somebody_else_installs(self) -> None:
        adapter = {"namespace": "keda", "externalMetrics": False}
        installed = {"namespace": "wva", "provide": "installed"}
        settings = read(
            GENERIC, {**KEDA, "prometheusAdapter": adapter, "workloadVariant": installed}
        )
        files = values_files(settings, ca_cert_pem=PEM)
        assert {namespace: set(charts) for namespace, charts in files.items()} == {
            "keda": {"keda", "prometheus-adapter"}
        }

    def test_there_is_none_unless_an_autoscaler_is_named(self) -> None:
        assert values_files(Settings.model_validate({}), ca_cert_pem=PEM) == {}


class TestPrometheusAdapter:
    @pytest.mark.parametrize(
        ("platform", "url", "port"),
        [
            (GENERIC, f"https://{HOST}", 9090),
            (PLAIN, f"http://{HOST}", 9090),
            (OPENSHIFT, f"https://{THANOS}", 9091),
            (GKE, f"http://{PROXY}", 9090),
        ],
    )
    def test_queries_the_platforms_prometheus(
        self, platform: Document, url: str, port: int
    ) -> None:
        assert values(platform, ADAPTER)["prometheus"] == {"url": url, "port": port}

    def test_verifies_with_the_ca_that_it_mounts(self) -> None:
        given = values(GENERIC, ADAPTER)
        (volume,) = given["extraVolumes"]
        (mount,) = given["extraVolumeMounts"]
        assert volume["configMap"] == {"name": "llmd-autoscaler-ca"}
        assert mount["name"] == volume["name"]
        assert given["extraArguments"] == [f"--prometheus-ca-file={mount['mountPath']}/ca.crt"]

    @pytest.mark.parametrize("platform", [GENERIC, PLAIN, OPENSHIFT, GKE])
    def test_serves_with_a_certificate_of_its_own(self, platform: Document) -> None:
        assert "tls" not in values(platform, ADAPTER)

    @pytest.mark.parametrize("platform", [PLAIN, GKE])
    def test_has_no_ca_for_plain_http(self, platform: Document) -> None:
        assert set(values(platform, ADAPTER)) - {"podAnnotations"} == {"prometheus", "rules"}

    def test_on_openshift_has_a_lasting_token_and_the_ca_of_services(self) -> None:
        given = values(OPENSHIFT, ADAPTER)
        ca, token = given["extraArguments"]
        assert ca.endswith("/service-ca.crt")
        assert token.startswith("--prometheus-token-file=")
        assert "serviceaccount" not in token
        assert {"secret": {"secretName": "llmd-autoscaler-token"}}.items() <= given["extraVolumes"][
            1
        ].items()
        assert given["podSecurityContext"] == {"fsGroup": None}
        assert given["securityContext"] == {"runAsUser": None}

    def test_starts_anew_with_another_ca(self) -> None:
        settings = read(GENERIC, ADAPTER)
        first, again, other = (
            values_files(settings, ca_cert_pem=pem)["scaling"]["prometheus-adapter"][
                "podAnnotations"
            ]
            for pem in (PEM, PEM, PEM * 2)
        )
        assert first == again != other
        assert first.keys() == DIGEST_KEYS


class TestAdapterRules:
    def test_are_about_recorded_series_with_these_labels(self) -> None:
        assert all("namespace" in BY_NAME[series].labels for series in EXTERNAL)
        assert all({"namespace", "pod"} <= set(BY_NAME[series].labels) for series in PER_POD)

    def test_have_names_without_colons_and_none_twice(self) -> None:
        for kind, rules in adapter_rules(external=True).items():
            names = [rule["name"]["as"] for rule in rules or ()]
            assert not any(":" in name for name in names)
            assert len(set(names)) == len(names), kind
        assert metric_name("llmd:requests_waiting:sum") == "llmd_requests_waiting"

    def test_leave_external_metrics_to_another_server(self) -> None:
        assert "external" not in adapter_rules(external=False)
        assert adapter_rules(external=False)["custom"]

    def test_leave_out_what_the_chart_serves_by_default(self) -> None:
        assert adapter_rules(external=True)["default"] is False


class TestKeda:
    def test_verifies_with_the_ca_that_its_operator_mounts(self) -> None:
        given = values(GENERIC, KEDA)
        keda = given["volumes"]["keda"]
        assert keda["extraVolumes"][0]["configMap"] == {"name": "llmd-autoscaler-ca"}
        folder = keda["extraVolumeMounts"][0]["mountPath"]
        assert folder in given["certificates"]["operator"]["caDirs"]
        assert given["podAnnotations"]["keda"].keys() == DIGEST_KEYS

    @pytest.mark.parametrize("platform", [PLAIN, GKE])
    def test_needs_nothing_for_plain_http(self, platform: Document) -> None:
        assert values(platform, KEDA) == {}

    @pytest.mark.parametrize(
        ("platform", "url"),
        [
            (GENERIC, f"https://{HOST}:9090"),
            (PLAIN, f"http://{HOST}:9090"),
            (OPENSHIFT, f"https://{THANOS}:9091"),
            (GKE, f"http://{PROXY}:9090"),
        ],
    )
    def test_triggers_query_the_platforms_prometheus_and_verify_it(
        self, platform: Document, url: str
    ) -> None:
        made = trigger(prometheus_access(read(platform, KEDA)))
        assert made["metadata"]["serverAddress"] == url
        assert made["metadata"]["unsafeSsl"] == "false"
        assert ("authenticationRef" in made) == url.startswith("https")

    def test_triggers_verify_with_the_parameter_ca(self) -> None:
        access = prometheus_access(read(GENERIC, KEDA))
        assert trigger_authentication_spec(access) == {
            "secretTargetRef": [{"parameter": "ca", "name": "llmd-autoscaler-ca", "key": "ca.crt"}]
        }

    def test_on_openshift_triggers_have_a_token_and_name_their_tenancy(self) -> None:
        tenancy = {**OPENSHIFT, "openshift": {"tenancyNamespace": "llm-d"}}
        access = prometheus_access(read(tenancy, KEDA))
        assert trigger_authentication_spec(access) == {
            "configMapTargetRef": [
                {"parameter": "ca", "name": "llmd-autoscaler-ca", "key": "service-ca.crt"}
            ],
            "secretTargetRef": [
                {"parameter": "bearerToken", "name": "llmd-autoscaler-token", "key": "token"}
            ],
        }
        assert trigger(access)["metadata"] == {
            "serverAddress": f"https://{THANOS}:9092",
            "unsafeSsl": "false",
            "authModes": "bearer",
            "namespace": "llm-d",
        }


class TestWorkloadVariantAutoscaler:
    @pytest.mark.parametrize("generation", ["v0.0", "v0.5"])
    def test_verifies_with_a_ca_that_is_one(self, generation: str) -> None:
        given = values(GENERIC, {"workloadVariant": {"namespace": "wva", "generation": generation}})
        prometheus = given["wva"]["prometheus"]
        assert prometheus["baseURL"] == f"https://{HOST}:9090"
        assert prometheus["monitoringNamespace"] == "llm-d-monitoring"
        assert prometheus["caCert"] == PEM
        assert prometheus["tls"] == {
            "insecureSkipVerify": False,
            "caCertPath": "/etc/ssl/certs/prometheus-ca.crt",
        }

    def test_names_prometheus_service_account_in_the_generation_that_asks_for_it(self) -> None:
        first = {"workloadVariant": {"namespace": "wva", "generation": "v0.0"}}
        account = "llmd-kube-prometheus-stack-prometheus"
        assert values(GENERIC, VARIANT)["wva"]["prometheus"]["serviceAccountName"] == account
        assert "serviceAccountName" not in values(GENERIC, first)["wva"]["prometheus"]

    def test_on_openshift_verifies_with_the_ca_in_every_pod(self) -> None:
        prometheus = values(OPENSHIFT, VARIANT)["wva"]["prometheus"]
        assert prometheus["baseURL"] == f"https://{THANOS}:9091"
        assert prometheus["monitoringNamespace"] == "openshift-user-workload-monitoring"
        assert prometheus["tls"]["caCertPath"].endswith("/serviceaccount/service-ca.crt")
        assert "caCert" not in prometheus

    def test_scrapes_no_model_server_a_second_time(self) -> None:
        assert values(GENERIC, VARIANT)["vllmService"] == {"enabled": False}


class TestContradictions:
    @pytest.mark.parametrize(
        ("platform", "autoscalers", "told"),
        [
            (PLAIN, VARIANT, "tls.enabled is false: it refuses an http:// Prometheus"),
            (GKE, VARIANT, "platform is gke, where queries go through a proxy with plain HTTP"),
            (
                GENERIC,
                {"workloadVariant": {"namespace": "llm-d-monitoring"}},
                "the monitoring namespace",
            ),
            (
                {**GKE, "grafana": {"enabled": False}},
                ADAPTER,
                "grafana.enabled is false: on GKE autoscalers query through Grafana's proxy",
            ),
            (
                {**OPENSHIFT, "openshift": {"tenancyNamespace": "llm-d"}},
                ADAPTER,
                "openshift.tenancyNamespace and autoscalers.prometheusAdapter are set",
            ),
            (
                GENERIC,
                {**KEDA, **ADAPTER},
                "would both serve external metrics",
            ),
            (
                GENERIC,
                {"keda": {"namespace": "keda", "triggerNamespaces": ["a", "a"]}},
                "triggerNamespaces repeats a",
            ),
            (
                GENERIC,
                {"keda": {"namespace": "keda", "chart": {"path": "./keda", "version": "2.17.2"}}},
                "path names one chart already",
            ),
            (
                GENERIC,
                {
                    "workloadVariant": {
                        "namespace": "wva",
                        "provide": "installed",
                        "generation": "v0.0",
                    }
                },
                "generation is v0.0 and chart names no version",
            ),
        ],
    )
    def test_each_is_one_clear_error(
        self, platform: Document, autoscalers: Document, told: str
    ) -> None:
        (only,) = mistakes(platform, autoscalers)
        assert told in only

    def test_keda_is_allowed_within_one_tenancy(self) -> None:
        assert read({**OPENSHIFT, "openshift": {"tenancyNamespace": "llm-d"}}, KEDA)
