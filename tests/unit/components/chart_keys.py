"""The keys that llm-d's charts have for monitoring, by chart and version; `...` takes any value.

Read from each version's `values.yaml`.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

Keys = Mapping[str, Any]

_EPP_INTERVAL: Final[Keys] = {"interval": ...}
_AUTH: Final[Keys] = {
    "enabled": ...,
    "auth": {"enabled": ..., "secretName": ...},
    "extraLabels": ...,
}
_GKE_PROVIDER: Final[Keys] = {"name": ..., "gke": {"autopilot": ...}}


def _gaie(**monitoring: object) -> Keys:
    return {
        "inferenceExtension": {"monitoring": {**_EPP_INTERVAL, **monitoring}},
        "provider": _GKE_PROVIDER,
    }


GAIE: Final[Mapping[str, Keys]] = {
    "1.0": _gaie(secret={"name": ...}, prometheus={"enabled": ...}, gke={"enabled": ...}),
    "1.2": _gaie(prometheus=_AUTH, gke={"enabled": ...}),
    "1.3": _gaie(prometheus=_AUTH),
    "1.5": _gaie(prometheus=_AUTH),
}
ROUTER: Final[Mapping[str, Keys]] = {
    "0.9": {
        "router": {
            "monitoring": {
                **_EPP_INTERVAL,
                "provider": {"name": ..., "gmp": {"autopilot": ...}},
                "prometheus": _AUTH,
            }
        }
    }
}
_POD_MONITOR: Final[Keys] = {
    "monitoring": {
        "podmonitor": dict.fromkeys(
            (
                "enabled",
                "portName",
                "path",
                "interval",
                "scrapeTimeout",
                "labels",
                "annotations",
                "relabelings",
                "metricRelabelings",
                "namespaceSelector",
            ),
            ...,
        )
    }
}
MODELSERVICE: Final[Mapping[str, Keys]] = {
    "0.4": {"decode": _POD_MONITOR, "prefill": _POD_MONITOR},
}


def paths(values: Mapping[str, Any], keys: Keys, prefix: str = "") -> Iterator[str]:
    """Yields the path of each value, as deep as the chart's keys go."""
    for key, value in values.items():
        below = keys.get(key)
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            yield from paths(value, below, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"


def known(keys: Keys, prefix: str = "") -> Iterator[str]:
    """Yields the path of each key that a chart has."""
    for key, below in keys.items():
        if isinstance(below, Mapping):
            yield from known(below, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"


def merged(versions: Mapping[str, Keys]) -> Keys:
    """Returns every key that some version of a chart has."""
    union: dict[str, Any] = {}
    for keys in versions.values():
        union = _merge(union, keys)
    return union


def _merge(left: Keys, right: Keys) -> dict[str, Any]:
    both = {**left, **right}
    for key in left.keys() & right.keys():
        if isinstance(left[key], Mapping) and isinstance(right[key], Mapping):
            both[key] = _merge(left[key], right[key])
    return both
