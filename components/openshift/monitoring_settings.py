"""What the two ConfigMaps of OpenShift's monitoring will hold, from what they hold now.

Both belong to the cluster's administrator. User workload monitoring is switched on by
`openshift-monitoring/cluster-monitoring-config`, which doesn't exist by default; its Prometheus is configured by
`openshift-user-workload-monitoring/user-workload-monitoring-config`, which OpenShift makes then.
Source: cluster-monitoring-operator, `Documentation/api.md`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from components.openshift.config_yaml import ConfigYamlError, merged, parsed
from components.preflight.findings import Finding, RefusedError
from components.preflight.live_cluster import LiveCluster
from components.settings.openshift import OpenShiftSettings, UserWorkloadPrometheusSettings

CONFIG_KEY: Final = "config.yaml"


@dataclass(frozen=True, kw_only=True)
class ConfigMapName:
    """Namespace and name of a ConfigMap."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"ConfigMap {self.namespace}/{self.name}"


CLUSTER_MONITORING: Final = ConfigMapName(
    namespace="openshift-monitoring", name="cluster-monitoring-config"
)
USER_WORKLOAD: Final = ConfigMapName(
    namespace="openshift-user-workload-monitoring", name="user-workload-monitoring-config"
)

_SWITCH: Final = "enableUserWorkload"
_DEFAULT_RETENTION: Final = "24h"

# A key that OpenShift doesn't know makes it ignore the whole ConfigMap. The last two are of older releases.
_CLUSTER_KEYS: Final = frozenset(
    {
        "alertmanagerMain",
        _SWITCH,
        "kubeStateMetrics",
        "metricsServer",
        "monitoringPlugin",
        "nodeExporter",
        "openshiftStateMetrics",
        "prometheusK8s",
        "prometheusOperator",
        "prometheusOperatorAdmissionWebhook",
        "telemeterClient",
        "thanosQuerier",
        "userWorkload",
        "http",
        "k8sPrometheusAdapter",
    }
)
_USER_WORKLOAD_KEYS: Final = frozenset(
    {
        "alertmanager",
        "namespacesWithoutLabelEnforcement",
        "prometheus",
        "prometheusOperator",
        "thanosRuler",
    }
)
_BY_HAND: Final = (
    "or let its administrator do it and set openshift.userWorkloadMonitoring: existing"
)


@dataclass(frozen=True, kw_only=True)
class MonitoringSettings:
    """Texts for the key `config.yaml`; `None` where a ConfigMap is left alone.

    Attributes:
        cluster: Of `cluster-monitoring-config`.
        user_workload: Of `user-workload-monitoring-config`.
    """

    cluster: str | None
    user_workload: str | None


def monitoring_settings(cluster: LiveCluster, openshift: OpenShiftSettings) -> MonitoringSettings:
    """Reads both ConfigMaps and lays our settings into what they hold.

    Raises:
        RefusedError: One of them can't be extended, or says the contrary.
        UnreadableError: The cluster can't be read.
    """
    live = _live_text(cluster, CLUSTER_MONITORING)
    if openshift.user_workload_monitoring == "existing":
        require_enabled(live)
        enabled = None
    else:
        enabled = with_user_workload(live)
    if openshift.prometheus is None:
        return MonitoringSettings(cluster=enabled, user_workload=None)
    return MonitoringSettings(
        cluster=enabled,
        user_workload=with_prometheus(_live_text(cluster, USER_WORKLOAD), openshift.prometheus),
    )


def live_retention(cluster: LiveCluster) -> str:
    """Returns how long user workload monitoring keeps samples, as its administrator or OpenShift decided.

    Raises:
        RefusedError: What the administrator wrote is broken.
        UnreadableError: The cluster can't be read.
    """
    given = _checked(USER_WORKLOAD, _live_text(cluster, USER_WORKLOAD), _USER_WORKLOAD_KEYS)
    prometheus = given.get("prometheus")
    retention = prometheus.get("retention") if isinstance(prometheus, dict) else None
    return str(retention or _DEFAULT_RETENTION)


def require_enabled(live: str) -> None:
    """Refuses a cluster whose user workload monitoring is off.

    Raises:
        RefusedError: It is off, or the ConfigMap is broken.
    """
    if _checked(CLUSTER_MONITORING, live, _CLUSTER_KEYS).get(_SWITCH) is not True:
        raise _refused(
            CLUSTER_MONITORING,
            f"doesn't say {_SWITCH}: true, and openshift.userWorkloadMonitoring is existing",
            f"have {_SWITCH}: true set there, or set openshift.userWorkloadMonitoring: enable",
        )


def with_user_workload(live: str) -> str:
    """Returns `config.yaml` of the cluster's monitoring with user workload monitoring on.

    Raises:
        RefusedError: The text is broken, or an administrator has switched it off.
    """
    given = _checked(CLUSTER_MONITORING, live, _CLUSTER_KEYS)
    if _SWITCH in given and given[_SWITCH] is not True:
        raise _refused(
            CLUSTER_MONITORING,
            f"says {_SWITCH}: {_shown(given[_SWITCH])}",
            f"remove that line, if nobody relies on it, {_BY_HAND}",
        )
    with _refusing(CLUSTER_MONITORING):
        return merged(live, {_SWITCH: True})


def with_prometheus(live: str, prometheus: UserWorkloadPrometheusSettings) -> str:
    """Returns `config.yaml` of user workload monitoring with the settings of its Prometheus.

    Raises:
        RefusedError: The text is broken, or can't be extended.
    """
    _checked(USER_WORKLOAD, live, _USER_WORKLOAD_KEYS)
    with _refusing(USER_WORKLOAD):
        return merged(live, {"prometheus": prometheus_section(prometheus)})


def prometheus_section(prometheus: UserWorkloadPrometheusSettings) -> dict[str, Any]:
    """Returns the section `prometheus`, with what is given and nothing else."""
    section: dict[str, Any] = {}
    if prometheus.retention is not None:
        section["retention"] = prometheus.retention
    if prometheus.retention_size is not None:
        section["retentionSize"] = prometheus.retention_size
    if prometheus.resources is not None:
        section["resources"] = prometheus.resources.model_dump(exclude_none=True)
    if prometheus.storage is not None:
        claim: dict[str, Any] = {"resources": {"requests": {"storage": prometheus.storage.size}}}
        if prometheus.storage.storage_class is not None:
            claim["storageClassName"] = prometheus.storage.storage_class
        section["volumeClaimTemplate"] = {"spec": claim}
    return section


def _live_text(cluster: LiveCluster, name: ConfigMapName) -> str:
    path = f"/api/v1/namespaces/{name.namespace}/configmaps/{name.name}"
    found = cluster.find(path) or {}
    return str((found.get("data") or {}).get(CONFIG_KEY, ""))


def _checked(name: ConfigMapName, live: str, known: frozenset[str]) -> dict[str, Any]:
    with _refusing(name):
        given = parsed(live)
    if unknown := sorted(str(key) for key in given if key not in known):
        raise _refused(
            name,
            f"has keys that OpenShift doesn't know: {', '.join(unknown)}",
            f"correct them: OpenShift ignores the whole text because of them, {_BY_HAND}",
        )
    return given


@contextmanager
def _refusing(name: ConfigMapName) -> Iterator[None]:
    try:
        yield
    except ConfigYamlError as error:
        raise _refused(name, str(error), f"correct {CONFIG_KEY} there, {_BY_HAND}") from error


def _refused(name: ConfigMapName, problem: str, remedy: str) -> RefusedError:
    return RefusedError(Finding(where=f"{name}, {CONFIG_KEY}", problem=problem, remedy=remedy))


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)
