"""Names, hosts and URLs, as the chart and the operator make them."""

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.names import Names, Scheme, chart_fullname, service_hosts, subchart_fullname
from tests.unit.components.documents import DNS_NAMES, NAMESPACES, RELEASES

DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")

NAMES = st.builds(
    Names,
    namespace=NAMESPACES,
    release=RELEASES,
    cluster_domain=DNS_NAMES,
    scheme=st.sampled_from(("http", "https")),
)


def named(release: str, *, namespace: str = "llm-d-monitoring", scheme: Scheme = "https") -> Names:
    return Names(
        namespace=namespace, release=release, cluster_domain="cluster.local", scheme=scheme
    )


class TestChartFullname:
    @pytest.mark.parametrize(
        ("release", "fullname"),
        [
            ("llmd", "llmd-kube-prometheus-stack"),  # exactly 26
            ("a", "a-kube-prometheus-stack"),
            ("monitoring", "monitoring-kube-prometheus"),
            ("my-monitoring", "my-monitoring-kube-prometh"),
            ("twenty-five-characters-xy", "twenty-five-characters-xy"),  # the cut leaves a hyphen
            ("twenty-six-characters-xyzw", "twenty-six-characters-xyzw"),
            ("a-release-much-longer-than-the-limit", "a-release-much-longer-than"),
            ("kube-prometheus-stack", "kube-prometheus-stack"),
            ("my-kube-prometheus-stack", "my-kube-prometheus-stack"),
            ("kube-prometheus-stack-of-the-team", "kube-prometheus-stack-of-t"),
            ("twenty-four-characters-x-kube", "twenty-four-characters-x-k"),
        ],
    )
    def test_is_the_charts(self, release: str, fullname: str) -> None:
        assert chart_fullname(release) == fullname

    @given(RELEASES)
    def test_is_cut_at_26_characters_and_starts_with_the_release(self, release: str) -> None:
        fullname = chart_fullname(release)
        assert len(fullname) <= 26
        assert release.startswith(fullname) or fullname.startswith(release)


class TestSubchartFullname:
    @pytest.mark.parametrize(
        ("release", "subchart", "fullname"),
        [
            ("llmd", "grafana", "llmd-grafana"),
            ("my-grafana", "grafana", "my-grafana"),
            ("r" * 53, "grafana", "r" * 53 + "-grafana"),
            ("r" * 53, "kube-state-metrics", "r" * 53 + "-kube-stat"),
            ("r" * 62, "kube-state-metrics", "r" * 62),  # the cut leaves a hyphen
        ],
    )
    def test_is_the_subcharts(self, release: str, subchart: str, fullname: str) -> None:
        assert subchart_fullname(release, subchart) == fullname


class TestServiceHosts:
    def test_go_from_the_service_to_the_cluster(self) -> None:
        assert service_hosts("prometheus", "monitoring", "cluster.local") == (
            "prometheus",
            "prometheus.monitoring",
            "prometheus.monitoring.svc",
            "prometheus.monitoring.svc.cluster.local",
        )


class TestNames:
    def test_are_those_that_people_have_written_down(self) -> None:
        names = named("llmd")
        assert names.prometheus == "llmd-kube-prometheus-stack-prometheus"
        assert names.alertmanager == "llmd-kube-prometheus-stack-alertmanager"
        assert names.grafana == "llmd-grafana"
        assert names.web_tls_secret == "prometheus-web-tls"
        assert names.web_ca_config_map == "prometheus-web-tls-ca"
        assert names.prometheus_url == (
            "https://llmd-kube-prometheus-stack-prometheus.llm-d-monitoring.svc.cluster.local:9090"
        )
        assert names.alertmanager_url == (
            "https://llmd-kube-prometheus-stack-alertmanager.llm-d-monitoring.svc.cluster.local:9093"
        )
        assert names.grafana_url == "http://llmd-grafana.llm-d-monitoring.svc.cluster.local"

    @given(NAMES)
    def test_of_services_are_dns_labels(self, names: Names) -> None:
        for service in (
            names.prometheus,
            names.alertmanager,
            names.grafana,
            names.gmp_frontend,
        ):
            assert DNS_LABEL.fullmatch(service), service

    @given(NAMES)
    def test_of_our_objects_are_distinct_and_right(self, names: Names) -> None:
        objects = [
            names.grafana_admin_secret,
            names.grafana_datasources,
            names.web_tls_secret,
            names.web_ca_config_map,
        ]
        assert len(set(objects)) == len(objects)
        assert all(len(name) <= 253 and re.fullmatch("[-a-z0-9]+", name) for name in objects)

    @given(NAMES)
    def test_of_our_secrets_are_not_the_charts(self, names: Names) -> None:
        assert names.grafana_admin_secret != names.grafana


class TestServedNames:
    @given(NAMES)
    def test_hold_the_host_of_every_url(self, names: Names) -> None:
        for url in (names.prometheus_url, names.alertmanager_url):
            assert urlsplit(url).hostname in names.served_hosts
            assert urlsplit(url).scheme == names.scheme

    @given(NAMES)
    def test_are_distinct_and_fit_into_a_dns_name(self, names: Names) -> None:
        assert len(set(names.served_hosts)) == len(names.served_hosts)
        assert all(len(host) <= 253 for host in names.served_hosts)

    @pytest.mark.parametrize(
        "service",
        [
            "llmd-kube-prometheus-stack-prometheus",
            "prometheus-operated",
            "llmd-kube-prometheus-stack-alertmanager",
            "alertmanager-operated",
        ],
    )
    @pytest.mark.parametrize(
        "suffix",
        ["", ".llm-d-monitoring", ".llm-d-monitoring.svc", ".llm-d-monitoring.svc.cluster.local"],
    )
    def test_hold_every_form_of_every_service(self, service: str, suffix: str) -> None:
        assert service + suffix in named("llmd").served_hosts

    def test_hold_what_a_port_forward_is_reached_by(self) -> None:
        assert "localhost" in named("llmd").served_hosts
        assert named("llmd").served_addresses == ("127.0.0.1",)
