"""The chart's values: what each setting does, and what never gets into them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given

from components.chart_values import chart_values, open_selectors
from components.names import Names
from components.settings import Settings
from tests.unit.components.documents import COMPLETE, GENERIC_DOCUMENTS, Document

CA = {"configMap": {"name": "prometheus-web-tls-ca", "key": "ca.crt"}}
PROMETHEUS_HOST = "llmd-kube-prometheus-stack-prometheus.llm-d-monitoring.svc.cluster.local"
ALERTMANAGER_HOST = "llmd-kube-prometheus-stack-alertmanager.llm-d-monitoring.svc.cluster.local"
CONTROL_PLANE = ("kubeControllerManager", "kubeEtcd", "kubeProxy", "kubeScheduler")


def values_of(document: Document) -> Any:  # noqa: ANN401 - any JSON
    settings = Settings.model_validate(document)
    names = Names(
        namespace=settings.namespace,
        release=settings.release,
        cluster_domain=settings.kubernetes.cluster_domain,
        scheme="https" if settings.tls.enabled else "http",
    )
    return chart_values(settings, names)


def spec_of(document: Document) -> Any:  # noqa: ANN401 - any JSON
    return values_of(document)["prometheus"]["prometheusSpec"]


def keys_in(value: object) -> Iterator[str]:
    """The keys at every level, but for the names of labels, which are the user's."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            if key != "externalLabels":
                yield from keys_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from keys_in(item)


def nulls_in(value: object) -> int:
    if isinstance(value, dict | list):
        items = value.values() if isinstance(value, dict) else value
        return sum(map(nulls_in, items))
    return value is None


class TestWithTls:
    def test_prometheus_serves_the_secrets_certificate(self) -> None:
        assert spec_of({})["web"]["tlsConfig"] == {
            "keySecret": {"name": "prometheus-web-tls", "key": "tls.key"},
            "certFile": "/etc/prometheus/web_config/secret/prometheus-web-tls-key/tls.crt",
            "minVersion": "TLS12",
        }

    def test_alertmanager_serves_it_too(self) -> None:
        alertmanager = values_of({})["alertmanager"]["alertmanagerSpec"]
        assert alertmanager["web"]["tlsConfig"] == {
            "keySecret": {"name": "prometheus-web-tls", "key": "tls.key"},
            "certFile": "/etc/alertmanager/web_config/secret/prometheus-web-tls-key/tls.crt",
            "minVersion": "TLS12",
        }

    def test_links_in_alerts_lead_to_https(self) -> None:
        assert spec_of({})["externalUrl"] == f"https://{PROMETHEUS_HOST}:9090"
        alertmanager = values_of({})["alertmanager"]["alertmanagerSpec"]
        assert alertmanager["externalUrl"] == f"https://{ALERTMANAGER_HOST}:9093"

    @pytest.mark.parametrize(
        ("part", "host"), [("prometheus", PROMETHEUS_HOST), ("alertmanager", ALERTMANAGER_HOST)]
    )
    def test_the_scrape_of_itself_is_verified(self, part: str, host: str) -> None:
        monitor = values_of({})[part]["serviceMonitor"]
        assert monitor == {"scheme": "https", "tlsConfig": {"serverName": host, "ca": CA}}

    def test_alerts_are_sent_over_a_verified_connection(self) -> None:
        alertmanager = values_of({})["alertmanager"]["alertmanagerSpec"]
        assert alertmanager["scheme"] == "https"
        assert alertmanager["tlsConfig"] == {"serverName": ALERTMANAGER_HOST, "ca": CA}

    @given(GENERIC_DOCUMENTS)
    def test_the_scheme_is_the_same_everywhere(self, document: Document) -> None:
        settings = Settings.model_validate(document)
        values = values_of(document)
        scheme = "https" if settings.tls.enabled else "http"
        assert spec_of(document)["externalUrl"].startswith(f"{scheme}://")
        assert ("web" in spec_of(document)) == settings.tls.enabled
        assert ("serviceMonitor" in values["prometheus"]) == settings.tls.enabled
        if settings.alertmanager.enabled:
            alertmanager = values["alertmanager"]
            assert alertmanager["alertmanagerSpec"]["externalUrl"].startswith(f"{scheme}://")
            assert ("web" in alertmanager["alertmanagerSpec"]) == settings.tls.enabled
            assert ("serviceMonitor" in alertmanager) == settings.tls.enabled


class TestTraces:
    def test_exemplars_are_kept_where_they_lead_to_traces(self) -> None:
        traced = {"prometheus": {"traceUrl": "https://jaeger.example.com/trace/{traceId}"}}
        assert spec_of(traced)["enableFeatures"] == ["exemplar-storage"]
        assert "enableFeatures" not in spec_of({})


class TestWithoutTls:
    @given(GENERIC_DOCUMENTS)
    def test_there_is_no_trace_of_it(self, document: Document) -> None:
        prometheus = {**document.get("prometheus", {}), "remoteWrite": [], "externalLabels": {}}
        values = values_of({**document, "prometheus": prometheus, "tls": {"enabled": False}})
        assert {"scheme", "tlsConfig", "web", "serviceMonitor"}.isdisjoint(keys_in(values))
        assert "https://" not in json.dumps(values)
        assert "prometheus-web-tls" not in json.dumps(values)


class TestSecrets:
    @given(GENERIC_DOCUMENTS)
    def test_never_get_into_the_values(self, document: Document) -> None:
        values = values_of({**document, "grafana": {"adminPassword": "canary-4711"}})
        assert "canary-4711" not in json.dumps(values)
        assert "adminPassword" not in keys_in(values)

    @given(GENERIC_DOCUMENTS)
    def test_are_sent_to_verified_servers_only(self, document: Document) -> None:
        assert [key for key in keys_in(values_of(document)) if "verify" in key.lower()] == []


class TestValues:
    @given(GENERIC_DOCUMENTS)
    def test_are_plain_json_without_nulls(self, document: Document) -> None:
        values = values_of(document)
        assert json.loads(json.dumps(values)) == values
        assert nulls_in(values) == 0


class TestCrds:
    def test_are_brought_to_the_charts_version_by_its_job(self) -> None:
        job = values_of({})["crds"]["upgradeJob"]
        assert job == {"enabled": True, "forceConflicts": True}

    def test_are_left_to_helm_where_no_job_may_run(self) -> None:
        assert "crds" not in values_of({"operator": {"upgradeCrds": False}})

    def test_are_left_to_the_operator_that_the_cluster_has(self) -> None:
        values = values_of({"operator": {"install": "existing"}})
        assert values["crds"] == {"enabled": False}
        assert values["prometheusOperator"] == {
            "enabled": False,
            "admissionWebhooks": {"enabled": False},
        }


class TestSelectors:
    @pytest.mark.parametrize(
        "kind", ["serviceMonitor", "podMonitor", "probe", "rule", "scrapeConfig"]
    )
    def test_take_objects_of_any_namespace_and_label(self, kind: str) -> None:
        spec = spec_of({})
        assert spec[f"{kind}SelectorNilUsesHelmValues"] is False
        assert spec[f"{kind}Selector"] == {}
        assert spec[f"{kind}NamespaceSelector"] == {}

    def test_are_five_kinds(self) -> None:
        assert len(open_selectors()) == 15


class TestPrometheus:
    def test_has_the_sizes_of_the_settings(self) -> None:
        spec = spec_of(COMPLETE)
        assert spec["retention"] == "1w2d"
        assert spec["retentionSize"] == "45GB"
        assert spec["replicas"] == 2
        assert spec["shards"] == 3
        assert spec["maximumStartupDurationSeconds"] == 600
        assert spec["externalLabels"] == {"environment": "test"}
        assert spec["resources"] == {
            "requests": {"cpu": "500m", "memory": "1Gi"},
            "limits": {"cpu": "2", "memory": "4Gi"},
        }

    def test_leaves_open_what_is_not_limited(self) -> None:
        resources = {"requests": {"cpu": 1}, "limits": {}}
        spec = spec_of({"prometheus": {"resources": resources}})
        assert spec["resources"] == {"requests": {"cpu": "1"}, "limits": {}}

    def test_has_a_volume_where_one_is_asked_for(self) -> None:
        assert spec_of(COMPLETE)["storageSpec"]["volumeClaimTemplate"]["spec"] == {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "50Gi"}},
            "storageClassName": "fast",
        }

    def test_takes_the_clusters_default_storage_class(self) -> None:
        spec = spec_of({"prometheus": {"storage": {"size": "1Gi"}}})
        assert "storageClassName" not in spec["storageSpec"]["volumeClaimTemplate"]["spec"]

    @pytest.mark.parametrize(
        "key", ["storageSpec", "retentionSize", "externalLabels", "remoteWrite"]
    )
    def test_says_nothing_of_what_is_unset(self, key: str) -> None:
        assert key not in spec_of({})


class TestRemoteWrite:
    def test_has_its_logins_by_reference(self) -> None:
        assert spec_of(COMPLETE)["remoteWrite"] == [
            {
                "url": "https://store.example.com/write",
                "name": "store",
                "basicAuth": {
                    "username": {"name": "store-login", "key": "user"},
                    "password": {"name": "store-login", "key": "password"},
                },
                "tlsConfig": {"ca": {"configMap": {"name": "store-ca", "key": "bundle.crt"}}},
            },
            {
                "url": "http://other.example.com:8080/write",
                "authorization": {"credentials": {"name": "store-login", "key": "token"}},
            },
        ]

    def test_is_no_more_than_a_url_where_nothing_else_is_given(self) -> None:
        store = {"url": "https://store.example.com"}
        assert spec_of({"prometheus": {"remoteWrite": [store]}})["remoteWrite"] == [store]


class TestAlertmanager:
    def test_has_the_sizes_of_the_settings(self) -> None:
        spec = values_of(COMPLETE)["alertmanager"]["alertmanagerSpec"]
        assert spec["replicas"] == 3
        assert spec["storage"]["volumeClaimTemplate"]["spec"] == {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Gi"}},
            "storageClassName": "slow",
        }

    def test_that_is_off_is_only_that(self) -> None:
        values = values_of({"alertmanager": {"enabled": False, "replicas": 3}})
        assert values["alertmanager"] == {"enabled": False}


class TestGrafana:
    def test_gets_its_datasources_from_us(self) -> None:
        datasources = values_of({})["grafana"]["sidecar"]["datasources"]
        assert datasources == {"enabled": True, "defaultDatasourceEnabled": False}

    def test_takes_dashboards_of_any_namespace_into_their_folders(self) -> None:
        sidecar = values_of({})["grafana"]["sidecar"]
        assert sidecar["dashboards"] == {
            "enabled": True,
            "searchNamespace": "ALL",
            "folderAnnotation": "grafana_folder",
            "provider": {"foldersFromFilesStructure": True},
        }
        assert sidecar["enableUniqueFilenames"] is True

    @pytest.mark.parametrize(
        ("grafana", "admin"),
        [
            ({"adminPassword": "x"}, {"existingSecret": "llmd-grafana-admin"}),
            (
                {"adminSecret": {"name": "ours"}},
                {
                    "existingSecret": "ours",
                    "userKey": "admin-user",
                    "passwordKey": "admin-password",
                },
            ),
            (
                {"adminSecret": {"name": "ours", "userKey": "u", "passwordKey": "p"}},
                {"existingSecret": "ours", "userKey": "u", "passwordKey": "p"},
            ),
        ],
    )
    def test_reads_its_login_from_a_secret(self, grafana: Document, admin: Document) -> None:
        assert values_of({"grafana": grafana})["grafana"]["admin"] == admin

    def test_makes_up_its_own_password_otherwise(self) -> None:
        assert "admin" not in values_of({})["grafana"]

    def test_with_a_volume_never_runs_twice(self) -> None:
        grafana = values_of({"grafana": {"persistence": {"size": "1Gi", "storageClass": "slow"}}})[
            "grafana"
        ]
        assert grafana["persistence"] == {
            "enabled": True,
            "size": "1Gi",
            "storageClassName": "slow",
        }
        assert grafana["deploymentStrategy"] == {"type": "Recreate"}

    def test_without_one_has_none(self) -> None:
        assert {"persistence", "deploymentStrategy"}.isdisjoint(values_of({})["grafana"])

    def test_that_is_off_is_only_that(self) -> None:
        values = values_of({"grafana": {"enabled": False, "persistence": {"size": "1Gi"}}})
        assert values["grafana"] == {"enabled": False}


class TestOperator:
    def test_sees_a_token_that_comes_after_its_monitor(self) -> None:
        operator = values_of({})["prometheusOperator"]
        assert operator["extraArgs"] == ["--watch-referenced-objects-in-all-namespaces=true"]
        assert "service-account-token" not in operator["secretFieldSelector"]

    def test_lets_rules_in_while_it_is_down(self) -> None:
        webhooks = values_of({})["prometheusOperator"]["admissionWebhooks"]
        assert webhooks == {"enabled": True, "failurePolicy": "Ignore"}

    def test_without_webhooks_needs_no_certificate_of_theirs(self) -> None:
        operator = values_of({"operator": {"admissionWebhooks": False}})["prometheusOperator"]
        assert operator["admissionWebhooks"] == {"enabled": False}
        assert operator["tls"] == {"enabled": False}

    def test_with_webhooks_serves_tls(self) -> None:
        assert "tls" not in values_of({})["prometheusOperator"]


class TestExporters:
    @pytest.mark.parametrize("wanted", [False, True])
    def test_of_the_control_plane_go_with_their_rules(self, wanted: bool) -> None:
        values = values_of({"exporters": {"controlPlane": wanted}})
        assert [values[part] for part in CONTROL_PLANE] == [{"enabled": wanted}] * 4
        rules = values["defaultRules"]["rules"]
        for rule in (
            "etcd",
            "kubeControllerManager",
            "kubeProxy",
            "kubeSchedulerAlerting",
            "kubeSchedulerRecording",
        ):
            assert rules[rule] is wanted

    def test_of_the_control_plane_are_off_by_default(self) -> None:
        assert values_of({})["kubeEtcd"] == {"enabled": False}

    @pytest.mark.parametrize("wanted", [False, True])
    def test_of_nodes_go_with_their_rules(self, wanted: bool) -> None:
        values = values_of({"exporters": {"node": wanted}})
        assert values["nodeExporter"] == {"enabled": wanted}
        rules = values["defaultRules"]["rules"]
        for rule in ("node", "nodeExporterAlerting", "nodeExporterRecording"):
            assert rules[rule] is wanted

    @pytest.mark.parametrize("wanted", [False, True])
    def test_of_objects_go_with_their_rules(self, wanted: bool) -> None:
        values = values_of({"exporters": {"kubeState": wanted}})
        assert values["kubeStateMetrics"] == {"enabled": wanted}
        assert values["defaultRules"]["rules"]["kubeStateMetrics"] is wanted
