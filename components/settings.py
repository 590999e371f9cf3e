"""The settings of a stack: typed, closed, frozen, and complete without a stack file.

The docstrings of fields and groups are their documentation: `docs/settings.md` is made from them. Keys are
written in camelCase in a stack file. This module knows nothing of Pulumi; `components.configuration` reads
the stack.
"""

import ipaddress
import re
from collections.abc import Callable
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    WithJsonSchema,
    model_validator,
)
from pydantic.alias_generators import to_camel

from components.contradiction import ContradictionError
from components.names import LABEL_LIMIT

DEFAULT_CHART_REPOSITORY: Final = "oci://ghcr.io/prometheus-community/charts"
DEFAULT_CHART_VERSION: Final = "88.5.3"
TEN_YEARS_HOURS: Final = 10 * 365 * 24
THIRTY_DAYS_HOURS: Final = 30 * 24

_DNS_LABEL: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_DNS_NAME_LIMIT: Final = 253
_CLUSTER_DOMAIN_LIMIT: Final = 140
"""Leaves room for the longest name before it, `<26>-alertmanager.<63>.svc.`, in a DNS name."""
_HELM_RELEASE_LIMIT: Final = 53
_EXACT_VERSION: Final = re.compile(r"v?[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")
_DURATION: Final = re.compile(
    r"(?=[0-9])([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?"
)
_QUANTITY: Final = re.compile(r"[0-9]+(\.[0-9]+)?(m|k|Ki|M|Mi|G|Gi|T|Ti|P|Pi|E|Ei)?")
_SIZE: Final = re.compile(r"[0-9]+(B|KB|MB|GB|TB|PB|EB)")
_LABEL_NAME: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


def _matching(pattern: re.Pattern[str], allowed: str) -> AfterValidator:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(allowed)
        return value

    return AfterValidator(check)


def _shown_as(text: str) -> WithJsonSchema:
    """Says in the schema, and so in `docs/settings.md`, what kind of text a value is."""
    return WithJsonSchema({"type": "string", "format": text})


def _dns_label(limit: int) -> AfterValidator:
    def check(value: str) -> str:
        if len(value) > limit or not _DNS_LABEL.fullmatch(value):
            raise ValueError(
                f"up to {limit} lower-case letters, digits and hyphens, with a letter or digit at both ends "
                f"(this one has {len(value)} characters)"
            )
        return value

    return AfterValidator(check)


def _dns_name(limit: int) -> AfterValidator:
    def check(value: str) -> str:
        labels = value.split(".")
        if len(value) > limit or not all(
            len(label) <= LABEL_LIMIT and _DNS_LABEL.fullmatch(label) for label in labels
        ):
            raise ValueError(
                f"a DNS name: at most {limit} characters, labels of at most {LABEL_LIMIT} lower-case "
                "letters, digits and hyphens"
            )
        return value

    return AfterValidator(check)


def _ip_address(value: str) -> str:
    # A zone such as %eth0 means something on one machine only; no certificate holds it.
    try:
        if "%" not in value:
            return str(ipaddress.ip_address(value))
    except ValueError:
        pass
    raise ValueError("an IPv4 or IPv6 address, e.g. 10.0.0.1")


def _url(*schemes: str) -> Callable[[str], str]:
    starts = " or ".join(f"{scheme}://" for scheme in schemes)

    def check(value: str) -> str:
        try:
            parts = urlsplit(value)
            well_formed = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
        except ValueError:
            # Its text repeats the host.
            well_formed = False
        if not well_formed or not value.isprintable() or " " in value:
            raise ValueError(f"a URL that starts with {starts}")
        if parts.username is not None or parts.password is not None:
            raise ValueError("a URL without user and password; credentials go into a Secret")
        return value

    return check


def _number_as_text(value: object) -> object:
    """YAML reads `cpu: 2` as a number; Kubernetes reads both forms alike."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else value


DnsLabel = Annotated[str, _dns_label(LABEL_LIMIT), _shown_as("DNS label, up to 63 characters")]
DnsName = Annotated[str, _dns_name(_DNS_NAME_LIMIT), _shown_as("DNS name")]
ClusterDomain = Annotated[
    str, _dns_name(_CLUSTER_DOMAIN_LIMIT), _shown_as("DNS name, up to 140 characters")
]
ReleaseName = Annotated[
    str, _dns_label(_HELM_RELEASE_LIMIT), _shown_as("DNS label, up to 53 characters")
]
IpAddress = Annotated[str, AfterValidator(_ip_address), _shown_as("IP address")]
ChartUrl = Annotated[
    str, AfterValidator(_url("https", "http", "oci")), _shown_as("URL: https, http or oci")
]
StoreUrl = Annotated[str, AfterValidator(_url("https", "http")), _shown_as("URL: https or http")]
ExactVersion = Annotated[
    str,
    _matching(_EXACT_VERSION, "one exact version such as 88.5.3, no range"),
    _shown_as("exact version"),
]
Duration = Annotated[
    str,
    _matching(_DURATION, "a Prometheus duration such as 15d, 12h or 1h30m"),
    _shown_as("duration such as 12h"),
]
Quantity = Annotated[
    str,
    BeforeValidator(_number_as_text),
    _matching(_QUANTITY, "a Kubernetes quantity such as 500m, 2, 512Mi or 50Gi"),
    _shown_as("Kubernetes quantity"),
]
DiskSize = Annotated[
    str,
    _matching(_SIZE, "a size with its unit such as 500MB or 45GB"),
    _shown_as("size such as 45GB"),
]
LabelName = Annotated[
    str, _matching(_LABEL_NAME, "a Prometheus label name: letters, digits and underscores")
]
SecretKey = Annotated[
    str,
    Field(min_length=1, max_length=253, pattern=r"^[-._a-zA-Z0-9]+$"),
    _shown_as("key of a Secret or ConfigMap"),
]


class _Closed(BaseModel):
    """A group of settings: unknown keys are errors, values never change."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=to_camel,
        hide_input_in_errors=True,
    )


class ChartSettings(_Closed):
    """Where kube-prometheus-stack comes from."""

    repository: ChartUrl | None = None
    """Helm repository (`https://`) or OCI registry folder (`oci://`) that holds `kube-prometheus-stack`; unset: the
    project's own, `oci://ghcr.io/prometheus-community/charts`."""

    path: Annotated[str, Field(min_length=1)] | None = None
    """Folder or `.tgz` of the chart on disk, relative to the project; excludes `repository` and `version`."""

    version: ExactVersion | None = None
    """Chart version; unset: 88.5.3, the one that this program is tested with."""

    timeout_seconds: Annotated[int, Field(ge=60, le=7200)] = 900
    """How long one install or upgrade may take before it is rolled back."""

    history_limit: Annotated[int, Field(ge=1, le=100)] = 10
    """How many revisions of the release Helm keeps."""

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if self.path is not None and (self.repository is not None or self.version is not None):
            raise ContradictionError(
                "path names one chart already", allowed="path alone, or repository and version"
            )
        return self

    @property
    def pinned_version(self) -> str | None:
        """The version to install; `None` for a chart on disk, which is its own pin."""
        return None if self.path else (self.version or DEFAULT_CHART_VERSION)


class TlsSettings(_Closed):
    """HTTPS for Prometheus and Alertmanager, with a CA of this stack's own."""

    enabled: bool = True
    """Serve HTTPS; `false` gives plain HTTP everywhere."""

    validity_hours: Annotated[int, Field(ge=2)] = TEN_YEARS_HOURS
    """Lifetime of the serving certificate, in hours (87600 are ten years)."""

    early_renewal_hours: Annotated[int, Field(ge=1)] | None = None
    """How long before its end an update renews the serving certificate, in hours; less than `validityHours`;
    unset: 720 (30 days), or a third of the lifetime where that is shorter."""

    ca_validity_hours: Annotated[int, Field(ge=1)] = TEN_YEARS_HOURS
    """Lifetime of the CA certificate, in hours; at least `validityHours`."""

    extra_dns_names: tuple[DnsName, ...] = ()
    """Further DNS names that the certificate is valid for, e.g. of an Ingress."""

    extra_ip_addresses: tuple[IpAddress, ...] = ()
    """Further IP addresses that the certificate is valid for."""

    protect_ca: bool = True
    """Refuse to delete or replace the CA, which every client trusts; set `false` and update before a destroy."""

    @model_validator(mode="after")
    def _lifetimes(self) -> Self:
        if self.early_renewal_hours is not None and self.early_renewal_hours >= self.validity_hours:
            raise ContradictionError(
                f"earlyRenewalHours is {self.early_renewal_hours}, validityHours is {self.validity_hours}",
                allowed="earlyRenewalHours less than validityHours, else every update would renew the certificate",
            )
        if self.ca_validity_hours < self.validity_hours:
            raise ContradictionError(
                f"caValidityHours is {self.ca_validity_hours}, validityHours is {self.validity_hours}",
                allowed="caValidityHours at least validityHours, else the CA ends before the certificates "
                "that it signed",
            )
        return self

    @property
    def renewal_window_hours(self) -> int:
        """Hours before the certificate's end in which an update renews it: `0 < window < validity`."""
        if self.early_renewal_hours is not None:
            return self.early_renewal_hours
        return max(1, min(THIRTY_DAYS_HOURS, self.validity_hours // 3))


class StorageSettings(_Closed):
    """A PersistentVolumeClaim."""

    size: Quantity
    """Requested size, e.g. `50Gi`."""

    storage_class: DnsName | None = None
    """StorageClass; unset: the cluster's default."""


class ResourceAmounts(_Closed):
    """Amounts of CPU and memory; an unset one is left open."""

    cpu: Quantity | None = None
    """CPU, e.g. `500m` or `2`."""

    memory: Quantity | None = None
    """Memory, e.g. `4Gi`."""


class ResourceSettings(_Closed):
    """Requests and limits of a container."""

    requests: ResourceAmounts
    """What the scheduler reserves."""

    limits: ResourceAmounts
    """What the container may use at most."""


class SecretKeyReference(_Closed):
    """One key of a Secret in the monitoring namespace."""

    name: DnsName
    """Name of the Secret."""

    key: SecretKey
    """Key in the Secret."""


class ConfigMapKeyReference(_Closed):
    """One key of a ConfigMap in the monitoring namespace."""

    name: DnsName
    """Name of the ConfigMap."""

    key: SecretKey = "ca.crt"
    """Key in the ConfigMap."""


class BasicAuthSettings(_Closed):
    """User and password, each in a Secret."""

    username: SecretKeyReference
    """Where the user name is."""

    password: SecretKeyReference
    """Where the password is."""


class RemoteWriteSettings(_Closed):
    """One long-term store that Prometheus sends its samples to."""

    url: StoreUrl
    """Address of the store's remote-write endpoint."""

    name: Annotated[str, Field(min_length=1)] | None = None
    """Name in Prometheus' own metrics; unique."""

    basic_auth: BasicAuthSettings | None = None
    """User and password; excludes `bearerToken`."""

    bearer_token: SecretKeyReference | None = None
    """Bearer token; excludes `basicAuth`."""

    ca: ConfigMapKeyReference | None = None
    """CA that signed the store's certificate; unset: the public ones."""

    @model_validator(mode="after")
    def _one_authentication(self) -> Self:
        if self.basic_auth is not None and self.bearer_token is not None:
            raise ContradictionError(
                "both basicAuth and bearerToken are set", allowed="one of them, or none"
            )
        return self


class PrometheusSettings(_Closed):
    """The Prometheus servers."""

    retention: Duration = "15d"
    """How long samples are kept."""

    retention_size: DiskSize | None = None
    """How much disk samples may fill before the oldest go, e.g. `45GB`; keep it below `storage.size`."""

    storage: StorageSettings | None = None
    """Persistent volume; unset: samples are lost with the pod."""

    resources: ResourceSettings = ResourceSettings(
        requests=ResourceAmounts(cpu="1", memory="4Gi"),
        limits=ResourceAmounts(cpu="4", memory="8Gi"),
    )
    """CPU and memory of each server."""

    replicas: Annotated[int, Field(ge=1, le=10)] = 1
    """Servers that scrape the same targets."""

    shards: Annotated[int, Field(ge=1, le=50)] = 1
    """Groups that the targets are divided into; each server then answers for its own part only."""

    startup_seconds: Annotated[int, Field(ge=60, le=7200)] = 300
    """How long a server may replay its log at start before it is restarted."""

    external_labels: dict[LabelName, str] = {}
    """Labels on everything that leaves this Prometheus: alerts, remote write, federation."""

    remote_write: tuple[RemoteWriteSettings, ...] = ()
    """Long-term stores."""

    @model_validator(mode="after")
    def _distinct_remote_writes(self) -> Self:
        names = [store.name for store in self.remote_write if store.name is not None]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ContradictionError(
                f"remoteWrite repeats the name {', '.join(repeated)}", allowed="distinct names"
            )
        return self


class AlertmanagerSettings(_Closed):
    """Alertmanager, which groups and sends alerts."""

    enabled: bool = True
    """Run Alertmanager."""

    replicas: Annotated[int, Field(ge=1, le=9)] = 1
    """Members of its cluster."""

    storage: StorageSettings | None = None
    """Persistent volume; unset: silences are lost with the pod."""


class GrafanaAdminSecret(_Closed):
    """An existing Secret with Grafana's first login."""

    name: DnsName
    """Name of the Secret in the monitoring namespace."""

    user_key: SecretKey = "admin-user"
    """Key of the user name."""

    password_key: SecretKey = "admin-password"  # noqa: S105 - the name of a key, not a password
    """Key of the password."""


class GrafanaSettings(_Closed):
    """Grafana with its datasources."""

    enabled: bool = True
    """Run Grafana."""

    admin_password: SecretStr | None = None
    """Password of `admin`, an encrypted value (`pulumi config set --secret --path ...`); unset: a random one
    that the chart makes and keeps."""

    admin_secret: GrafanaAdminSecret | None = None
    """A Secret of yours that holds the login; excludes `adminPassword`."""

    persistence: StorageSettings | None = None
    """Persistent volume for users and hand-made dashboards; unset: they are lost with the pod."""

    @model_validator(mode="after")
    def _one_login(self) -> Self:
        if self.admin_password is not None and self.admin_secret is not None:
            raise ContradictionError(
                "both adminPassword and adminSecret are set", allowed="one of them, or none"
            )
        if self.admin_password is not None and not self.admin_password.get_secret_value():
            raise ContradictionError(
                "adminPassword is empty", allowed="a password, or leave it unset for a random one"
            )
        return self


class OperatorSettings(_Closed):
    """The Prometheus operator."""

    admission_webhooks: bool = True
    """Refuse broken rules when they are applied."""


class ExporterSettings(_Closed):
    """Metrics of the cluster itself."""

    node: bool = True
    """Run node-exporter on every node; needs a namespace with the `privileged` pod-security level."""

    kube_state: bool = True
    """Run kube-state-metrics."""

    control_plane: bool = False
    """Scrape etcd, scheduler, controller manager and proxy; on managed clusters they can't be reached."""


class KubernetesSettings(_Closed):
    """The cluster to install to."""

    context: Annotated[str, Field(min_length=1)] | None = None
    """Context of the kubeconfig; unset: its current one. Set it, so that a stack can't land on another cluster."""

    kubeconfig: Annotated[str, Field(min_length=1)] | None = None
    """Path of the kubeconfig file, relative to the project; unset: `$KUBECONFIG` or `~/.kube/config`."""

    cluster_domain: ClusterDomain = "cluster.local"
    """DNS domain of the cluster."""


class Settings(_Closed):
    """Everything that a stack file can say."""

    platform: Literal["generic"] = "generic"
    """Kind of cluster: what is installed, and how."""

    namespace: DnsLabel = "llm-d-monitoring"
    """Namespace of the monitoring stack; made when missing, never deleted."""

    release: ReleaseName = "llmd"
    """Name of the Helm release."""

    kubernetes: KubernetesSettings = KubernetesSettings()
    chart: ChartSettings = ChartSettings()
    tls: TlsSettings = TlsSettings()
    prometheus: PrometheusSettings = PrometheusSettings()
    alertmanager: AlertmanagerSettings = AlertmanagerSettings()
    grafana: GrafanaSettings = GrafanaSettings()
    operator: OperatorSettings = OperatorSettings()
    exporters: ExporterSettings = ExporterSettings()
