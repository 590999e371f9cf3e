"""Stack files that are right: examples that name every key, and a strategy that draws any of them."""

from collections.abc import Mapping
from string import ascii_letters, ascii_lowercase, digits
from typing import Any, Final

from hypothesis import strategies as st

Document = dict[str, Any]

COMPLETE: Final[Document] = {
    "platform": "generic",
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
    },
    "grafana": {
        "enabled": True,
        "adminPassword": "correct horse",
        "persistence": {"size": "5Gi", "storageClass": "slow"},
    },
    "operator": {"admissionWebhooks": False},
    "exporters": {"node": False, "kubeState": False, "controlPlane": True},
}
"""Every key that can be given with the others."""

ALTERNATIVES: Final[Document] = {
    "chart": {"path": "./charts/kube-prometheus-stack-88.5.3.tgz"},
    "grafana": {"adminSecret": {"name": "our-login", "userKey": "user", "passwordKey": "password"}},
}
"""The keys that exclude some of those."""


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
        "retention": DURATIONS,
        "retentionSize": DISK_SIZES,
        "storage": _STORAGE,
        "resources": st.fixed_dictionaries({"requests": _AMOUNTS, "limits": _AMOUNTS}),
        "replicas": st.integers(1, 10),
        "shards": st.integers(1, 50),
        "startupSeconds": st.integers(60, 7200),
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

DOCUMENTS: Final[st.SearchStrategy[Document]] = _some(
    {
        "platform": st.just("generic"),
        "namespace": NAMESPACES,
        "release": RELEASES,
        "kubernetes": _some({"context": TEXTS, "kubeconfig": TEXTS, "clusterDomain": DNS_NAMES}),
        "chart": _CHART,
        "tls": _TLS,
        "prometheus": _PROMETHEUS,
        "alertmanager": _some(
            {"enabled": st.booleans(), "replicas": st.integers(1, 9), "storage": _STORAGE}
        ),
        "grafana": _GRAFANA,
        "operator": _some({"admissionWebhooks": st.booleans()}),
        "exporters": _some(
            {"node": st.booleans(), "kubeState": st.booleans(), "controlPlane": st.booleans()}
        ),
    }
)
"""Any right stack file, sparse or full."""
