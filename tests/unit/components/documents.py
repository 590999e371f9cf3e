"""Stack files that are right: examples that name every key, and a strategy that draws any of them."""

from collections.abc import Mapping
from string import ascii_letters, ascii_lowercase, digits
from typing import Any, Final

from hypothesis import strategies as st

from components.monitors.names import SERVER_MONITORS
from components.settings.contradictions import DEFAULT_NAMESPACE
from components.settings.dashboards import DASHBOARD_NAMES
from components.settings.models import values_folder
from components.settings.rules import ALERT_AREAS
from rules.alerts import alert_names

Document = dict[str, Any]

DEPLOYMENTS: Final = ("modelservice", "recipes")

COMPLETE: Final[Document] = {
    "platform": "generic",
    "mode": "individual",
    "namespace": "monitoring",
    "release": "metrics",
    "kubernetes": {
        "context": "prod-eu",
        "kubeconfig": "~/.kube/config",
        "clusterDomain": "cluster.test",
    },
    "chart": {
        "repository": "https://charts.example.com",
        "version": "88.5.3",
        "timeoutSeconds": 600,
        "historyLimit": 5,
    },
    "tls": {
        "enabled": True,
        "validityHours": 8760,
        "earlyRenewalHours": 168,
        "caValidityHours": 43800,
        "extraDnsNames": ["prometheus.example.com"],
        "extraIpAddresses": ["10.0.0.1", "2001:db8::1"],
        "protectCa": False,
        "rotation": 1,
        "caGenerations": [1, 2],
        "trust": [{"namespace": "keda", "secret": True}],
    },
    "prometheus": {
        "retention": "1w2d",
        "retentionSize": "45GB",
        "storage": {"size": "50Gi", "storageClass": "fast"},
        "resources": {
            "requests": {"cpu": "500m", "memory": "1Gi"},
            "limits": {"cpu": "2", "memory": "4Gi"},
        },
        "replicas": 2,
        "shards": 3,
        "startupSeconds": 600,
        "externalLabels": {"environment": "test"},
        "traceUrl": "https://jaeger.example.com/trace/{traceId}",
        "remoteWrite": [
            {
                "url": "https://store.example.com/write",
                "name": "store",
                "basicAuth": {
                    "username": {"name": "store-login", "key": "user"},
                    "password": {"name": "store-login", "key": "password"},
                },
                "ca": {"name": "store-ca", "key": "bundle.crt"},
            },
            {
                "url": "http://other.example.com:8080/write",
                "bearerToken": {"name": "store-login", "key": "token"},
            },
        ],
    },
    "alertmanager": {
        "enabled": True,
        "replicas": 3,
        "storage": {"size": "1Gi", "storageClass": "slow"},
        "receivers": [
            {
                "name": "on-call",
                "webhook": {"name": "alerting", "key": "webhook"},
                "slack": {"apiUrl": {"name": "alerting", "key": "slack"}, "channel": "#llm-d"},
                "pagerduty": {"name": "alerting", "key": "pagerduty"},
                "email": {
                    "to": "team@example.com",
                    "sender": "alerts@example.com",
                    "smarthost": "mail.example.com:587",
                    "username": "alerts",
                    "password": {"name": "alerting", "key": "mail"},
                },
            }
        ],
        "routes": [
            {
                "receiver": "on-call",
                "severities": ["critical"],
                "namespaces": ["llm-d-pd"],
                "models": ["meta-llama/Llama-3.1-8B"],
            }
        ],
    },
    "rules": {
        "recording": ["model-servers", "slo"],
        "alerts": ["slo", "stack"],
        "silenced": ["LLMDRulesLate"],
        "runbookUrl": "https://wiki.example.com/runbook",
        "grafanaUrl": "https://grafana.example.com",
        "waitingPerPod": 8,
        "kvCacheUsage": 0.9,
    },
    "slo": {
        "periodDays": 28,
        "default": {
            "availability": 0.99,
            "ttft": {"share": 0.99, "seconds": 1},
            "interToken": {"share": 0.98, "seconds": 0.1},
        },
        "models": [{"model": "meta-llama/Llama-3.1-8B", "objectives": {"availability": 0.999}}],
    },
    "grafana": {
        "enabled": True,
        "adminPassword": "correct horse",
        "persistence": {"size": "5Gi", "storageClass": "slow"},
    },
    "dashboards": {"include": ["slo", "vllm-overview"], "folder": "Inference EU"},
    "operator": {"install": "install", "admissionWebhooks": False, "upgradeCrds": False},
    "exporters": {"node": False, "kubeState": False, "controlPlane": True},
    "load": {
        "enabled": True,
        "image": "registry.example.com:5000/llmd-monitoring:0.1.0",
        "target": "http://gateway.llm-d.svc.cluster.local/v1",
        "scenario": "pd",
        "durationSeconds": 120,
        "model": "meta-llama/Llama-3.1-8B-Instruct",
        "schedule": "*/30 * * * *",
        "verify": False,
        "apiKey": {"name": "llm-key", "key": "token"},
        "resources": {"requests": {"cpu": "1"}, "limits": {"memory": "2Gi"}},
    },
    "models": [
        {
            "namespace": "llm-d-pd",
            "monitors": "stack",
            "generation": "gaie",
            "deployment": "modelservice",
            "engine": "sglang",
            "decode": {"enabled": True, "ports": ["rank0", "rank1"], "interval": "5s"},
            "prefill": {"enabled": False, "ports": ["metrics"], "interval": "1m"},
            "epp": [
                {
                    "release": "gaie-pd",
                    "authentication": True,
                    "tokenSecret": "our-token",
                    "interval": "15s",
                },
                {"release": "gaie-other", "authentication": False},
            ],
            "podLabels": {"llm-d.ai/guide": "pd-disaggregation"},
            "labels": {"team": "inference", "example.com/empty": ""},
        },
        {"namespace": "llm-d", "epp": [{"release": "optimized-baseline", "inferencePool": False}]},
    ],
    "targets": {
        "gpu": {
            "namespace": "nvidia-gpu-operator",
            "podLabels": {"app.kubernetes.io/name": "dcgm-exporter"},
            "port": "gpu-metrics",
            "interval": "15s",
        },
        "autoscaler": {
            "namespace": "autoscaling",
            "podLabels": {"app": "autoscaler"},
            "port": "metrics",
            "interval": "30s",
            "ca": {"name": "autoscaler-certificate", "key": "bundle.crt"},
            "serverName": "autoscaler.autoscaling.svc",
        },
    },
    "autoscalers": {
        "workloadVariant": {
            "namespace": "autoscaling",
            "provide": "installed",
            "generation": "v0.0",
            "chart": {
                "repository": "https://charts.example.com",
                "version": "0.0.8",
                "timeoutSeconds": 120,
            },
        },
        "prometheusAdapter": {
            "namespace": "adapter",
            "provide": "values",
            "externalMetrics": False,
            "chart": {
                "repository": "oci://registry.example.com/charts",
                "version": "5.3.0",
                "timeoutSeconds": 120,
            },
        },
        "keda": {
            "namespace": "keda",
            "provide": "installed",
            "triggerNamespaces": ["llm-d", "llm-d-pd"],
            "chart": {
                "repository": "https://charts.example.com",
                "version": "2.17.2",
                "timeoutSeconds": 120,
            },
        },
    },
}
"""Every key that can be given with the others."""

ALTERNATIVES: Final[Document] = {
    "operator": {"install": "existing"},
    "chart": {"path": "./charts/kube-prometheus-stack-88.5.3.tgz"},
    "autoscalers": {
        "workloadVariant": {"namespace": "autoscaling", "chart": {"path": "./charts/variant"}},
        "prometheusAdapter": {
            "namespace": "adapter",
            "externalMetrics": False,
            "chart": {"path": "./charts/adapter"},
        },
        "keda": {"namespace": "keda", "chart": {"path": "./charts/keda"}},
    },
    "grafana": {"adminSecret": {"name": "our-login", "userKey": "user", "passwordKey": "password"}},
}
"""The keys that exclude some of those."""

OPENSHIFT: Final[Document] = {
    "platform": "openshift",
    "openshift": {
        "userWorkloadMonitoring": "existing",
        "prometheus": {
            "retention": "7d",
            "retentionSize": "45GB",
            "storage": {"size": "50Gi", "storageClass": "fast"},
            "resources": {"requests": {"memory": "2Gi"}, "limits": {"memory": "4Gi"}},
        },
        "consoleDashboards": True,
        "tenancyNamespace": "llm-d",
    },
}
"""Every key of OpenShift's own group."""

GKE: Final[Document] = {
    "platform": "gke",
    "gke": {
        "projectId": "our-project",
        "autopilot": True,
        "automaticMonitoring": True,
        "targetStatus": False,
        "frontend": {
            "image": "registry.example.com/frontend:v1",
            "replicas": 3,
            "serviceAccount": "metrics@our-project.iam.gserviceaccount.com",
        },
    },
}
"""Every key of GKE's own group."""

SOURCES: Final[tuple[Document, ...]] = (
    {"tls": {"source": "existingSecret", "existingSecret": "server-certificate"}},
    {"tls": {"source": "certManager", "issuer": {"name": "corporate", "kind": "Issuer"}}},
)
"""Certificates that aren't the stack's own."""

EXAMPLES: Final = (COMPLETE, ALTERNATIVES, OPENSHIFT, GKE, *SOURCES)
"""Stack files that together give every key."""


def _some(optional: Mapping[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Document]:
    return st.fixed_dictionaries({}, optional=dict(optional))


def dns_labels(limit: int) -> st.SearchStrategy[str]:
    inner = ascii_lowercase + digits
    ends = st.sampled_from(inner)
    longer = st.tuples(ends, st.text(f"{inner}-", max_size=limit - 2), ends).map("".join)
    return ends | longer


DNS_NAMES: Final = st.lists(dns_labels(20), min_size=1, max_size=4).map(".".join)
RELEASES: Final = dns_labels(53)
NAMESPACES: Final = dns_labels(63)
VERSIONS: Final = st.tuples(*[st.integers(0, 999)] * 3).map(lambda parts: "{}.{}.{}".format(*parts))
DURATIONS: Final = st.lists(st.sampled_from("ywdhms"), min_size=1, unique=True).map(
    lambda units: "".join(f"{len(units)}{unit}" for unit in "ywdhms" if unit in units)
)
RETENTIONS: Final = st.builds(
    "{}{}".format, st.integers(1, 9), st.sampled_from(["w", "w1d2h", "y"])
)
"""At least as long as the longest window of an alert."""
QUANTITIES: Final = st.builds(
    "{}{}".format,
    st.integers(0, 9999),
    st.sampled_from(["", "m", "k", "Ki", "M", "Mi", "Gi", "Ti"]),
)
DISK_SIZES: Final = st.builds("{}{}".format, st.integers(0, 9999), st.sampled_from(["MB", "GB"]))
LABEL_NAMES: Final = st.builds(
    "{}{}".format,
    st.sampled_from(f"{ascii_letters}_"),
    st.text(f"{ascii_letters}{digits}_", max_size=10),
)
IP_ADDRESSES: Final = st.ip_addresses().map(str)
SECRET_KEYS: Final = st.text(f"{ascii_letters}{digits}-._", min_size=1, max_size=20)
TEXTS: Final = st.text(min_size=1, max_size=20)
URLS: Final = st.builds("https://{}/{}".format, DNS_NAMES, st.sampled_from(["", "api/v1/write"]))

_REFERENCES: Final = st.fixed_dictionaries({"name": DNS_NAMES, "key": SECRET_KEYS})
_STORAGE: Final = st.fixed_dictionaries({"size": QUANTITIES}, optional={"storageClass": DNS_NAMES})
_AMOUNTS: Final = _some({"cpu": QUANTITIES, "memory": QUANTITIES})


@st.composite
def _lifetimes(draw: st.DrawFn) -> Document:
    validity = draw(st.integers(2, 10**6))
    lifetimes = {
        "validityHours": validity,
        "caValidityHours": draw(st.integers(validity, 2 * 10**6)),
    }
    if draw(st.booleans()):
        lifetimes["earlyRenewalHours"] = draw(st.integers(1, validity - 1))
    return lifetimes


_TLS: Final = st.builds(
    lambda lifetimes, rest: lifetimes | rest,
    _lifetimes(),
    _some(
        {
            "enabled": st.booleans(),
            "extraDnsNames": st.lists(DNS_NAMES, max_size=3),
            "extraIpAddresses": st.lists(IP_ADDRESSES, max_size=3),
            "protectCa": st.booleans(),
            "rotation": st.integers(0, 9),
            "caGenerations": st.lists(st.integers(1, 9), min_size=1, max_size=3, unique=True),
            "trust": st.just([{"namespace": "clients"}]),
        }
    ),
)
_REMOTE_WRITE: Final = st.builds(
    lambda store, login: store | login,
    st.fixed_dictionaries({"url": URLS}, optional={"name": TEXTS, "ca": _REFERENCES}),
    st.one_of(
        st.just({}),
        st.fixed_dictionaries(
            {"basicAuth": st.fixed_dictionaries({"username": _REFERENCES, "password": _REFERENCES})}
        ),
        st.fixed_dictionaries({"bearerToken": _REFERENCES}),
    ),
)
_PROMETHEUS: Final = _some(
    {
        "retention": RETENTIONS,
        "retentionSize": DISK_SIZES,
        "storage": _STORAGE,
        "resources": st.fixed_dictionaries({"requests": _AMOUNTS, "limits": _AMOUNTS}),
        "replicas": st.integers(1, 10),
        "shards": st.integers(1, 50),
        "startupSeconds": st.integers(60, 7200),
        "traceUrl": st.builds("http://{}/trace/{{traceId}}".format, DNS_NAMES),
        "externalLabels": st.dictionaries(LABEL_NAMES, st.text(max_size=10), max_size=3),
        "remoteWrite": st.lists(
            _REMOTE_WRITE, max_size=2, unique_by=lambda store: store.get("name", id(store))
        ),
    }
)
_CHART: Final = st.one_of(
    _some(
        {
            "repository": URLS | st.just("oci://registry.example.com/charts"),
            "version": VERSIONS,
            "timeoutSeconds": st.integers(60, 7200),
            "historyLimit": st.integers(1, 100),
        }
    ),
    st.fixed_dictionaries({"path": TEXTS}),
)
_GRAFANA: Final = st.builds(
    lambda login, rest: login | rest,
    st.one_of(
        st.just({}),
        st.fixed_dictionaries({"adminPassword": TEXTS}),
        st.fixed_dictionaries(
            {
                "adminSecret": st.fixed_dictionaries(
                    {"name": DNS_NAMES},
                    optional={"userKey": SECRET_KEYS, "passwordKey": SECRET_KEYS},
                )
            }
        ),
    ),
    _some({"enabled": st.booleans(), "persistence": _STORAGE}),
)

INTERVALS: Final = st.integers(1, 120).map("{}s".format) | st.just("1m30s") | st.just("2m")
PORT_NAMES: Final = dns_labels(15).filter(
    lambda name: "--" not in name and not name.replace("-", "").isdigit()
)
LABEL_VALUES: Final = st.just("") | dns_labels(63) | st.just("A_b.c-D")
LABEL_KEYS: Final = dns_labels(63) | st.builds("{}/{}".format, DNS_NAMES, dns_labels(63))
LABELS: Final = st.dictionaries(LABEL_KEYS, LABEL_VALUES, max_size=3)
EPP_RELEASES: Final = dns_labels(40).filter(lambda name: name not in SERVER_MONITORS)


def _servers(enabled: bool, most_ports: int) -> st.SearchStrategy[Document]:
    return st.fixed_dictionaries(
        {"enabled": st.just(enabled)},
        optional={
            "ports": st.lists(PORT_NAMES, max_size=most_ports, unique=True),
            "interval": INTERVALS,
        },
    )


@st.composite
def models(draw: st.DrawFn) -> Document:
    """Draws one llm-d deployment."""
    monitors = draw(st.sampled_from(["stack", "charts"]))
    by_charts = monitors == "charts"
    generation = draw(st.sampled_from(["gaie", "router"]))
    releases = draw(
        st.lists(
            EPP_RELEASES,
            max_size=3,
            unique_by=lambda release: values_folder(generation, release),  # type: ignore[arg-type]
        )
    )
    model: Document = {
        "namespace": draw(NAMESPACES),
        "monitors": monitors,
        "generation": generation,
        "deployment": "modelservice" if by_charts else draw(st.sampled_from(DEPLOYMENTS)),
        "engine": draw(st.sampled_from(["vllm", "sglang"])),
        "decode": draw(_servers(True, 1 if by_charts else 8)),
        "prefill": draw(_servers(draw(st.booleans()), 1 if by_charts else 8)),
        "epp": [draw(_epps(release)) for release in releases],
        "labels": draw(LABELS),
    }
    if not by_charts:
        model["podLabels"] = draw(LABELS)
    return model


@st.composite
def _epps(draw: st.DrawFn, release: str) -> Document:
    epp: Document = {
        "release": release,
        "authentication": draw(st.booleans()),
        "interval": draw(INTERVALS),
        "inferencePool": draw(st.booleans()),
    }
    if epp["authentication"] and draw(st.booleans()):
        epp["tokenSecret"] = f"{release}-token"
    return epp


MODELS: Final = st.lists(models(), max_size=3, unique_by=lambda model: str(model["namespace"]))

_DASHBOARDS: Final = _some(
    {
        "include": st.lists(st.sampled_from(DASHBOARD_NAMES), unique=True),
        "folder": st.sampled_from(["llm-d", "Inference EU", "a", "A.b_c-1"]),
    }
)
_LABELS_OF_SOME: Final = st.dictionaries(LABEL_KEYS, LABEL_VALUES, min_size=1, max_size=2)
_TARGET: Final = {"podLabels": _LABELS_OF_SOME, "port": PORT_NAMES, "interval": INTERVALS}
_TARGETS: Final = _some(
    {
        "gpu": _some({**_TARGET, "namespace": NAMESPACES}),
        "autoscaler": st.one_of(
            st.fixed_dictionaries({"namespace": NAMESPACES}, optional=_TARGET),
            st.fixed_dictionaries(
                {
                    "namespace": NAMESPACES,
                    "ca": st.fixed_dictionaries({"name": DNS_NAMES}, optional={"key": SECRET_KEYS}),
                    "serverName": DNS_NAMES,
                },
                optional=_TARGET,
            ),
        ),
    }
)

_SHARES: Final = st.floats(0.98, 0.99999)
"""Reachable whatever the period is."""
_LATENCY: Final = st.fixed_dictionaries({"share": _SHARES, "seconds": st.floats(0.01, 1000)})
_OBJECTIVES: Final = _some({"availability": _SHARES, "ttft": _LATENCY, "interToken": _LATENCY})
_LONG_PERIODS: Final = st.fixed_dictionaries(
    {
        "periodDays": st.integers(7, 90),
        "default": st.fixed_dictionaries(
            {"ttft": _LATENCY, "interToken": _LATENCY}, optional={"availability": _SHARES}
        ),
    }
)
_RULES: Final = _some(
    {
        "recording": st.just(["gateway", "slo"]),
        "alerts": st.lists(st.sampled_from(ALERT_AREAS), unique=True),
        "silenced": st.lists(st.sampled_from(alert_names()), max_size=3),
        "waitingPerPod": st.floats(0.5, 1000),
        "kvCacheUsage": st.floats(0.1, 0.99),
    }
)
_SLO: Final = (
    _some(
        {
            "periodDays": st.integers(7, 41),
            "default": _OBJECTIVES,
            "models": st.lists(
                st.builds(lambda name, own: {"model": name, "objectives": own}, TEXTS, _OBJECTIVES),
                max_size=3,
                unique_by=lambda own: str(own["model"]),
            ),
        }
    )
    | _LONG_PERIODS
)

_LOAD: Final = st.fixed_dictionaries(
    {"image": st.just("a/b:c"), "target": URLS},
    optional={
        "enabled": st.booleans(),
        "scenario": st.sampled_from(["smoke", "errors", "saturate", "prefix", "pd", "soak"]),
        "durationSeconds": st.integers(1, 86_400),
        "model": TEXTS,
        "schedule": st.sampled_from(["0 * * * *", "*/5 1-5 * JAN MON"]),
        "verify": st.booleans(),
        "apiKey": _REFERENCES,
    },
)

_AUTOSCALER: Final = {
    "provide": st.sampled_from(["values", "installed"]),
    "chart": st.fixed_dictionaries({"version": VERSIONS}) | st.just({"path": "./chart"}),
}
_AUTOSCALERS: Final = _some(
    {
        "prometheusAdapter": st.fixed_dictionaries(
            {"namespace": NAMESPACES, "externalMetrics": st.just(False)}, optional=_AUTOSCALER
        ),
        "keda": st.fixed_dictionaries(
            {"namespace": NAMESPACES},
            optional={
                **_AUTOSCALER,
                "triggerNamespaces": st.lists(NAMESPACES, max_size=2, unique=True),
            },
        ),
    }
)
"""Those that go with every other setting."""

_EVERYWHERE: Final = {
    "rules": _RULES,
    "slo": _SLO,
    "namespace": NAMESPACES,
    "release": RELEASES,
    "kubernetes": _some({"context": TEXTS, "kubeconfig": TEXTS, "clusterDomain": DNS_NAMES}),
    "chart": _CHART,
    "grafana": _GRAFANA,
    "dashboards": _DASHBOARDS,
    "models": MODELS,
}

CENTRAL_DOCUMENTS: Final[st.SearchStrategy[Document]] = _some(
    {
        "platform": st.just("generic"),
        "mode": st.just("central"),
        **_EVERYWHERE,
        "targets": _TARGETS,
        "autoscalers": _AUTOSCALERS,
        "tls": _TLS,
        "prometheus": _PROMETHEUS,
        "alertmanager": _some(
            {"enabled": st.booleans(), "replicas": st.integers(1, 9), "storage": _STORAGE}
        ),
        "operator": _some(
            {
                "install": st.just("install"),
                "admissionWebhooks": st.booleans(),
                "upgradeCrds": st.booleans(),
            }
        )
        | st.just({"install": "existing"}),
        "load": _LOAD,
        "exporters": _some(
            {"node": st.booleans(), "kubeState": st.booleans(), "controlPlane": st.booleans()}
        ),
    }
)
"""Any right stack file of a generic cluster that is watched as a whole, sparse or full."""

GENERIC_DOCUMENTS: Final[st.SearchStrategy[Document]] = CENTRAL_DOCUMENTS | st.builds(
    lambda document, namespace: document | {"mode": "individual", "namespace": namespace},
    CENTRAL_DOCUMENTS,
    NAMESPACES.filter(lambda name: name != DEFAULT_NAMESPACE),
)
"""Any right stack file of a generic cluster."""

OPENSHIFT_DOCUMENTS: Final[st.SearchStrategy[Document]] = st.fixed_dictionaries(
    {"platform": st.just("openshift")},
    optional={
        **_EVERYWHERE,
        "targets": _TARGETS,
        "openshift": _some(
            {
                "userWorkloadMonitoring": st.sampled_from(["enable", "existing"]),
                "prometheus": _some(
                    {
                        "retention": RETENTIONS,
                        "retentionSize": DISK_SIZES,
                        "storage": _STORAGE,
                        "resources": st.fixed_dictionaries(
                            {"requests": _AMOUNTS, "limits": _AMOUNTS}
                        ),
                    }
                ),
                "consoleDashboards": st.booleans(),
                "tenancyNamespace": NAMESPACES,
            }
        ),
    },
)
"""Any right stack file of an OpenShift cluster."""

PROJECT_IDS: Final = st.from_regex(r"[a-z][-a-z0-9]{4,28}[a-z0-9]", fullmatch=True)


def _monitored_on_gke(models: list[Document]) -> bool:
    """A chart makes no monitor there for an EPP without a token, nor a Secret of another name: both are refused."""
    return all(
        epp["authentication"] and "tokenSecret" not in epp
        for model in models
        if model["monitors"] == "charts"
        for epp in model["epp"]
    )


GKE_DOCUMENTS: Final[st.SearchStrategy[Document]] = st.fixed_dictionaries(
    {
        "platform": st.just("gke"),
        "gke": st.fixed_dictionaries(
            {"projectId": PROJECT_IDS},
            optional={
                "autopilot": st.booleans(),
                "targetStatus": st.booleans(),
                "frontend": _some(
                    {
                        "image": TEXTS,
                        "replicas": st.integers(1, 10),
                        "serviceAccount": st.builds(
                            "{}@{}.iam.gserviceaccount.com".format, PROJECT_IDS, PROJECT_IDS
                        ),
                    }
                ),
            },
        ),
    },
    optional={**_EVERYWHERE, "models": MODELS.filter(_monitored_on_gke)},
)
"""Any right stack file of a GKE cluster without automatic monitoring, which excludes some deployments."""

DOCUMENTS: Final[st.SearchStrategy[Document]] = (
    GENERIC_DOCUMENTS | OPENSHIFT_DOCUMENTS | GKE_DOCUMENTS
)
"""Any right stack file, sparse or full."""
