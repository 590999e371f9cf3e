"""Grafana's provisioning document."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from components.grafana_datasource import (
    DEFAULT_QUERIES,
    SIDECAR_LABEL,
    PrometheusQueries,
    file_content,
    provisioning,
)

PEM = "-----BEGIN CERTIFICATE-----\nZm9v\n-----END CERTIFICATE-----\n"


def datasources(
    *,
    ca_cert_pem: str | None = PEM,
    alertmanager_url: str | None = "https://alertmanager:9093",
    queries: PrometheusQueries = DEFAULT_QUERIES,
) -> dict[str, Any]:
    document = provisioning(
        prometheus_url="https://prometheus:9090",
        alertmanager_url=alertmanager_url,
        ca_cert_pem=ca_cert_pem,
        queries=queries,
    )
    assert document["apiVersion"] == 1
    return {datasource["uid"]: datasource for datasource in document["datasources"]}


def test_uids_are_fixed_so_that_dashboards_find_them() -> None:
    assert list(datasources()) == ["prometheus", "alertmanager"]


def test_each_has_its_type_and_address() -> None:
    found = datasources()
    assert found["prometheus"]["type"] == "prometheus"
    assert found["prometheus"]["url"] == "https://prometheus:9090"
    assert found["alertmanager"]["type"] == "alertmanager"
    assert found["alertmanager"]["url"] == "https://alertmanager:9093"
    assert {datasource["access"] for datasource in found.values()} == {"proxy"}


@given(ca=st.none() | st.text(min_size=1), alertmanager=st.none() | st.just("http://a:9093"))
def test_exactly_one_is_the_default(ca: str | None, alertmanager: str | None) -> None:
    found = datasources(ca_cert_pem=ca, alertmanager_url=alertmanager)
    assert [uid for uid, datasource in found.items() if datasource["isDefault"]] == ["prometheus"]


def test_with_tls_both_are_verified_with_the_ca() -> None:
    for datasource in datasources().values():
        assert datasource["jsonData"]["tlsAuthWithCACert"] is True
        assert datasource["secureJsonData"] == {"tlsCACert": PEM}


def test_without_tls_there_is_nothing_to_verify() -> None:
    for datasource in datasources(ca_cert_pem=None).values():
        assert "tlsAuthWithCACert" not in datasource["jsonData"]
        assert "secureJsonData" not in datasource


def test_verification_is_never_skipped() -> None:
    for ca_cert_pem in (PEM, None):
        assert "SkipVerify" not in str(datasources(ca_cert_pem=ca_cert_pem))


def test_the_alertmanager_is_prometheus_own() -> None:
    assert datasources()["alertmanager"]["jsonData"]["implementation"] == "prometheus"


def test_without_an_alertmanager_its_datasource_is_left_out() -> None:
    assert list(datasources(alertmanager_url=None)) == ["prometheus"]


def test_the_sidecar_finds_it_by_the_charts_default_label() -> None:
    assert SIDECAR_LABEL == {"grafana_datasource": "1"}


class TestQueries:
    def test_are_posted_without_a_token(self) -> None:
        prometheus = datasources()["prometheus"]
        assert prometheus["jsonData"]["httpMethod"] == "POST"
        assert "httpHeaderName1" not in prometheus["jsonData"]
        assert "customQueryParameters" not in prometheus["jsonData"]

    def test_carry_a_token_that_grafana_reads_from_a_file(self) -> None:
        queries = PrometheusQueries(bearer_token=file_content("/a/token"))
        found = datasources(queries=queries)
        assert found["prometheus"]["jsonData"]["httpHeaderName1"] == "Authorization"
        assert found["prometheus"]["secureJsonData"] == {
            "httpHeaderValue1": "Bearer $__file{/a/token}",
            "tlsCACert": PEM,
        }
        assert "httpHeaderValue1" not in found["alertmanager"]["secureJsonData"]

    def test_carry_parameters(self) -> None:
        found = datasources(queries=PrometheusQueries(parameters="namespace=llm-d"))
        assert found["prometheus"]["jsonData"]["customQueryParameters"] == "namespace=llm-d"


class TestTraces:
    def datasource(self, trace_url: str | None) -> dict[str, Any]:
        document = provisioning(
            prometheus_url="https://prometheus:9090",
            alertmanager_url=None,
            ca_cert_pem=None,
            queries=PrometheusQueries(trace_url=trace_url),
        )
        (found,) = document["datasources"]
        return dict(found["jsonData"])

    def test_exemplars_lead_to_the_tracing_ui(self) -> None:
        (link,) = self.datasource("https://jaeger.example.com/trace/{traceId}?a=$b")[
            "exemplarTraceIdDestinations"
        ]
        assert link["name"] == "trace_id"
        # Grafana's provisioning makes one $ of two.
        expanded = link["url"].replace("$$", "$")
        assert expanded == "https://jaeger.example.com/trace/${__value.raw}?a=$b"

    def test_they_lead_nowhere_without_one(self) -> None:
        assert "exemplarTraceIdDestinations" not in self.datasource(None)
