"""Any Kubernetes cluster: the whole of kube-prometheus-stack, and our own PKI."""

from dataclasses import dataclass

import pulumi

from components.certificate_authority import (
    CertificateAuthority,
    CertificateAuthorityArgs,
    common_name,
)
from components.chart_values import chart_values
from components.cluster_provider import cluster_provider, installation_options, tls_provider
from components.grafana_objects import MetricsSource, install_grafana_objects
from components.kube_prometheus_stack import KubePrometheusStack, KubePrometheusStackArgs
from components.labels import common_labels
from components.monitoring_namespace import (
    MonitoringNamespace,
    MonitoringNamespaceArgs,
    namespace_labels,
    pod_security_level,
)
from components.names import Names
from components.outputs import (
    MonitoringOutputs,
    autoscaler_output,
    ca_config_map,
    grafana_output,
)
from components.overlay import overlay
from components.platforms.models import install_models
from components.platforms.values import helm_values
from components.preflight.checking import check_cluster
from components.preflight.neighbours import findings
from components.scope import scope_labels, scope_values
from components.server_certificate import ServerCertificate, ServerCertificateArgs
from components.settings import Settings
from components.web_tls import WebTls, WebTlsArgs


@dataclass(frozen=True, kw_only=True)
class _Pki:
    """What the PKI gives to the rest; nothing where TLS is off."""

    resources: tuple[pulumi.Resource, ...] = ()
    ca_cert_pem: pulumi.Output[str] | None = None


def install(settings: Settings) -> MonitoringOutputs:
    """Installs the monitoring stack on a generic cluster."""
    check_cluster(settings.kubernetes, lambda cluster: findings(cluster, settings))
    names = Names(
        namespace=settings.namespace,
        release=settings.release,
        cluster_domain=settings.kubernetes.cluster_domain,
        scheme="https" if settings.tls.enabled else "http",
    )
    opts = installation_options(cluster_provider(settings.kubernetes), tls_provider())
    scope = scope_labels(settings)
    level = pod_security_level(settings.exporters)
    namespace = MonitoringNamespace(
        "monitoring",
        MonitoringNamespaceArgs(
            namespace=names.namespace, labels={**namespace_labels(names.release, level), **scope}
        ),
        opts,
    ).namespace
    pki = _install_pki(settings, names, namespace, opts) if settings.tls.enabled else _Pki()
    grafana = install_grafana_objects(
        settings.grafana,
        names,
        namespace,
        MetricsSource(
            prometheus_url=names.prometheus_url,
            alertmanager_url=names.alertmanager_url if settings.alertmanager.enabled else None,
            ca_cert_pem=pki.ca_cert_pem,
        ),
        opts,
    )
    stack = KubePrometheusStack(
        "kube-prometheus-stack",
        KubePrometheusStackArgs(
            namespace=namespace,
            release=names.release,
            chart=settings.chart,
            values=overlay(chart_values(settings, names), scope_values(settings)),
            requires=(*pki.resources, *grafana),
            skip_crds=settings.operator.install == "existing",
        ),
        opts,
    )
    install_models(settings, (stack,), opts, namespace_labels=scope, monitor_labels=scope)
    return MonitoringOutputs(
        prometheus_url=names.prometheus_url,
        ca_config_map=ca_config_map(names),
        grafana=grafana_output(settings.grafana, names),
        helm_values=helm_values(settings),
        autoscaler=autoscaler_output(
            prometheus_url=names.prometheus_url,
            ca_config_map=ca_config_map(names),
            ca_cert_pem=pki.ca_cert_pem,
        ),
    )


def _install_pki(
    settings: Settings,
    names: Names,
    namespace: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
) -> _Pki:
    authority = CertificateAuthority(
        "ca",
        CertificateAuthorityArgs(
            common_name=common_name(f"llm-d monitoring CA {names.namespace}/{names.release}"),
            validity_hours=settings.tls.ca_validity_hours,
            protect=settings.tls.protect_ca,
        ),
        opts,
    )
    certificate = ServerCertificate(
        "server",
        ServerCertificateArgs(
            common_name=common_name(names.prometheus),
            dns_names=(*names.served_hosts, *settings.tls.extra_dns_names),
            ip_addresses=(*names.served_addresses, *settings.tls.extra_ip_addresses),
            validity_hours=settings.tls.validity_hours,
            early_renewal_hours=settings.tls.renewal_window_hours,
            ca_private_key_pem=authority.private_key_pem,
            ca_cert_pem=authority.cert_pem,
        ),
        opts,
    )
    web_tls = WebTls(
        "web-tls",
        WebTlsArgs(
            namespace=namespace,
            secret_name=names.web_tls_secret,
            config_map_name=names.web_ca_config_map,
            labels=common_labels(names.release, "web-tls"),
            cert_pem=certificate.cert_pem,
            private_key_pem=certificate.private_key_pem,
            ca_cert_pem=authority.cert_pem,
        ),
        opts,
    )
    return _Pki(resources=(web_tls,), ca_cert_pem=authority.cert_pem)
