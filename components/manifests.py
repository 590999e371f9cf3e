"""Manifests of the kinds that this program makes most."""

from collections.abc import Mapping
from typing import Any

import pulumi

Manifest = Mapping[str, Any]
Content = Mapping[str, pulumi.Input[str]]


def config_map(metadata: Mapping[str, Any], data: Content) -> Manifest:
    """Returns a ConfigMap."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def opaque_secret(metadata: Mapping[str, Any], content: Content) -> Manifest:
    """Returns a Secret of content in clear, which the API server encodes."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata,
        "type": "Opaque",
        "stringData": content,
    }


def service_account(metadata: Mapping[str, Any]) -> Manifest:
    """Returns a ServiceAccount."""
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
