"""Every name, host and URL of the installation, derived in one place.

The chart cuts its full name at 26 characters and its sub-charts cut theirs at 63; a name built by hand
therefore breaks for some releases. Selectors, SANs, URLs and outputs all come from `Names`.

Source: kube-prometheus-stack 88.5.3, `templates/_helpers.tpl`; grafana 12, `templates/_helpers.tpl`.
"""

from dataclasses import dataclass
from typing import Final, Literal

CHART_NAME: Final = "kube-prometheus-stack"
CHART_FULLNAME_LIMIT: Final = 26
LABEL_LIMIT: Final = 63
"""Length of a DNS label, hence of a Service's name (RFC 1123)."""

CRON_JOB_LIMIT: Final = 52
"""Length of a CronJob's name: its Jobs' names are eleven characters longer."""

PROMETHEUS_PORT: Final = 9090
ALERTMANAGER_PORT: Final = 9093

_FRONTEND: Final = "-gmp-frontend"
_LOAD: Final = "-load"

Scheme = Literal["http", "https"]


def chart_fullname(release: str) -> str:
    """Returns the prefix of all objects that the chart names itself, e.g. `llmd-kube-prometheus-stack`."""
    name = release if CHART_NAME in release else f"{release}-{CHART_NAME}"
    return name[:CHART_FULLNAME_LIMIT].removesuffix("-")


def subchart_fullname(release: str, subchart: str) -> str:
    """Returns the name that a sub-chart gives its objects, e.g. `llmd-grafana`."""
    name = release if subchart in release else f"{release}-{subchart}"
    return name[:LABEL_LIMIT].removesuffix("-")


def service_hosts(service: str, namespace: str, cluster_domain: str) -> tuple[str, ...]:
    """Returns the names under which a Service answers, from the shortest to the fully qualified one."""
    return (
        service,
        f"{service}.{namespace}",
        f"{service}.{namespace}.svc",
        f"{service}.{namespace}.svc.{cluster_domain}",
    )


@dataclass(frozen=True, kw_only=True)
class Names:
    """Names of one installation.

    Attributes:
        namespace: Namespace of the monitoring stack.
        release: Helm release name.
        cluster_domain: DNS domain of the cluster, usually `cluster.local`.
        scheme: Scheme that Prometheus and Alertmanager serve.
        web_tls_secret: Name of the Secret with the serving certificate; upstream's name by default.
    """

    namespace: str
    release: str
    cluster_domain: str
    scheme: Scheme
    web_tls_secret: str = "prometheus-web-tls"  # noqa: S105

    @property
    def fullname(self) -> str:
        """The chart's full name."""
        return chart_fullname(self.release)

    @property
    def prometheus(self) -> str:
        """Name of the Prometheus custom resource, its Service and its ServiceAccount."""
        return f"{self.fullname}-prometheus"

    @property
    def alertmanager(self) -> str:
        """Name of the Alertmanager custom resource and of its Service."""
        return f"{self.fullname}-alertmanager"

    @property
    def grafana(self) -> str:
        """Name of Grafana's Deployment and Service, and of the admin Secret that its chart makes."""
        return subchart_fullname(self.release, "grafana")

    @property
    def grafana_admin_secret(self) -> str:
        """Name of the Secret that holds a Grafana password given in the stack file."""
        return f"{self.release}-grafana-admin"

    @property
    def grafana_datasources(self) -> str:
        """Name of the ConfigMap that provisions Grafana's datasources."""
        return f"{self.release}-grafana-datasources"

    def dashboard(self, name: str) -> str:
        """Returns the name of the ConfigMap that holds a dashboard."""
        return f"{self.release}-dashboard-{name}"

    def console_dashboard(self, name: str) -> str:
        """Returns the name of the ConfigMap of a dashboard in OpenShift's console, where installations meet."""
        return f"{self.namespace}-{self.release}-dashboard-{name}"

    @property
    def load(self) -> str:
        """Name of the Job or CronJob that sends requests on demand."""
        return f"{self.release[: CRON_JOB_LIMIT - len(_LOAD)]}{_LOAD}"

    @property
    def gmp_frontend(self) -> str:
        """Name of the proxy to Google Managed Prometheus, its Service and its ServiceAccount."""
        return f"{self.release[: LABEL_LIMIT - len(_FRONTEND)]}{_FRONTEND}"

    @property
    def web_ca_config_map(self) -> str:
        """Name of the ConfigMap with the CA certificate, key `ca.crt`; upstream's name."""
        return "prometheus-web-tls-ca"

    @property
    def issuer(self) -> str:
        """Name of cert-manager's Issuer that signs the serving certificate."""
        return f"{self.release}-web-tls"

    @property
    def prometheus_host(self) -> str:
        """Fully qualified host of the Prometheus Service."""
        return self._hosts(self.prometheus)[-1]

    @property
    def gmp_frontend_host(self) -> str:
        """Fully qualified host of the proxy to Google Managed Prometheus."""
        return self._hosts(self.gmp_frontend)[-1]

    @property
    def alertmanager_host(self) -> str:
        """Fully qualified host of the Alertmanager Service."""
        return self._hosts(self.alertmanager)[-1]

    @property
    def prometheus_url(self) -> str:
        """URL of the Prometheus API inside the cluster, without a trailing slash."""
        return f"{self.scheme}://{self.prometheus_host}:{PROMETHEUS_PORT}"

    @property
    def alertmanager_url(self) -> str:
        """URL of the Alertmanager API inside the cluster, without a trailing slash."""
        return f"{self.scheme}://{self.alertmanager_host}:{ALERTMANAGER_PORT}"

    @property
    def grafana_url(self) -> str:
        """URL of Grafana inside the cluster; Grafana itself serves plain HTTP behind its Service."""
        return f"http://{self._hosts(self.grafana)[-1]}"

    @property
    def served_hosts(self) -> tuple[str, ...]:
        """Every DNS name under which a client reaches Prometheus or Alertmanager: the certificate's SANs.

        `prometheus-operated` and `alertmanager-operated` are the headless Services that the operator makes;
        autoscalers dial the first. `localhost` is for port-forwarding.
        """
        services = (
            self.prometheus,
            "prometheus-operated",
            self.alertmanager,
            "alertmanager-operated",
        )
        hosts = [host for service in services for host in self._hosts(service)]
        return (*hosts, "localhost")

    @property
    def served_addresses(self) -> tuple[str, ...]:
        """Every IP address of the certificate's SANs."""
        return ("127.0.0.1",)

    def _hosts(self, service: str) -> tuple[str, ...]:
        return service_hosts(service, self.namespace, self.cluster_domain)
