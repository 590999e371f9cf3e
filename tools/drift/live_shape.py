"""A live object seen through the manifest that it was made from.

The API server completes an object, other controllers and people add to it, and quantities come back in another
form. None of that is drift: only what the manifest asks for is compared. Credentials that may only read are enough
for this, which a dry run on the server wouldn't do with.
"""

import base64
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from kubernetes.utils.quantity import parse_quantity

from tools.preview.comparing.fields import LIST_KEYS

Object = Mapping[str, Any]
Path = tuple[str, ...]

_MERGED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "containers": ("name",),
    "env": ("name",),
    "ephemeralContainers": ("name",),
    "groups": ("name",),
    "hostAliases": ("ip",),
    "imagePullSecrets": ("name",),
    "initContainers": ("name",),
    "ports": ("containerPort", "port"),
    "secrets": ("name",),
    "volumeDevices": ("devicePath",),
    "volumeMounts": ("mountPath",),
    "volumes": ("name",),
    "webhooks": ("name",),
}
"""Lists whose items have owners of their own, and by what they are told apart; any other is one value.

Source: `x-kubernetes-patch-merge-key` of the API's OpenAPI document, and `x-kubernetes-list-map-keys` of the
definition of PrometheusRule.
"""

_QUANTITIES: Final = frozenset({"limits", "requests", "sizeLimit", "storage", "divisor"})
_LEFT_TO_OTHERS: Final = frozenset({"caBundle", "failurePolicy"})
"""Of webhooks: the chart's own job, or cert-manager, writes them once the webhook serves."""

_SERVERS: Final = frozenset({"apiVersion", "kind", "status"})
_COMPARED_METADATA: Final = ("labels", "annotations")


def asked_for(manifest: Object) -> dict[str, Any]:
    """Returns what a manifest asks for that can drift, in the form in which the API server keeps it."""
    content = {key: value for key, value in manifest.items() if key not in _SERVERS}
    metadata = manifest.get("metadata") or {}
    content["metadata"] = {key: metadata[key] for key in _COMPARED_METADATA if metadata.get(key)}
    if manifest.get("kind") == "Secret":
        content["data"] = {
            **{key: "".join(text.split()) for key, text in (content.get("data") or {}).items()},
            **{
                key: _encoded(text) for key, text in (content.pop("stringData", None) or {}).items()
            },
        }
    if str(manifest.get("kind")).endswith("WebhookConfiguration"):
        content["webhooks"] = [_ours(webhook) for webhook in content.get("webhooks") or ()]
    wanted: dict[str, Any] = _without_nulls(content)
    return wanted


def shape(wanted: Object, live: Object) -> dict[str, Any]:
    """Returns the live object, cut to what is asked for; equal to `wanted` where there is no drift."""
    return _mapping(wanted, live, ())


def _seen(wanted: object, live: object, path: Path) -> object:
    if isinstance(wanted, dict) and isinstance(live, dict):
        return _mapping(wanted, live, path)
    if isinstance(wanted, list) and isinstance(live, list):
        return _list(wanted, live, path)
    return wanted if _same(wanted, live, path) else live


def _mapping(wanted: Object, live: Object, path: Path) -> dict[str, Any]:
    seen = {}
    for key, value in wanted.items():
        if key in live:
            seen[key] = _seen(value, live[key], (*path, key))
        elif _is_empty(value):
            # The API server leaves out what is empty.
            seen[key] = value
    return seen


def _list(wanted: Sequence[Any], live: Sequence[Any], path: Path) -> list[Any]:
    owned = _common_key(wanted, live, _MERGED_BY.get(path[-1] if path else "", ()))
    key = owned or _common_key(wanted, live, LIST_KEYS)
    if key is None:
        shaped = [_seen(one, other, path) for one, other in zip(wanted, live, strict=False)]
        return [*shaped, *live[len(wanted) :]]
    named = {one[key]: one for one in wanted}
    return [
        _seen(named[one[key]], one, path) if one[key] in named else one
        for one in live
        if owned is None or one[key] in named
    ]


def _common_key(one: Sequence[Any], other: Sequence[Any], keys: Sequence[str]) -> str | None:
    """Returns the first key that each item has, and that no two of one side share."""
    return next((key for key in keys if _tells_apart(key, one) and _tells_apart(key, other)), None)


def _tells_apart(key: str, items: Sequence[Any]) -> bool:
    found = [one.get(key) for one in items if isinstance(one, dict)]
    return (
        len(found) == len(items)
        and all(isinstance(each, str | int) for each in found)
        and len(set(found)) == len(found)
    )


def _same(wanted: object, live: object, path: Path) -> bool:
    if wanted == live:
        return True
    if any(part in _QUANTITIES for part in path[-2:]):
        return _same_quantity(wanted, live)
    # An empty text asks for the server's default.
    return wanted == "" and path[:1] == ("spec",)


def _same_quantity(wanted: object, live: object) -> bool:
    try:
        return _quantity(wanted) == _quantity(live)
    except (ValueError, TypeError, AttributeError):
        return False


def _quantity(value: object) -> Decimal:
    parsed: Decimal = parse_quantity(value)  # type: ignore[no-untyped-call]
    return parsed


def _encoded(text: object) -> str:
    return base64.b64encode(str(text).encode()).decode()


def _ours(webhook: Object) -> dict[str, Any]:
    client = webhook.get("clientConfig") or {}
    return {
        **{key: value for key, value in webhook.items() if key not in _LEFT_TO_OTHERS},
        "clientConfig": {key: value for key, value in client.items() if key not in _LEFT_TO_OTHERS},
    }


def _without_nulls(value: Any) -> Any:  # noqa: ANN401 - JSON in, JSON out
    """A null asks for nothing."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value


def _is_empty(value: object) -> bool:
    if isinstance(value, dict):
        return all(_is_empty(item) for item in value.values())
    return value is False or value in ("", 0) or value == []
