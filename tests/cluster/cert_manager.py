"""What cert-manager does, as far as the program sees it: its kinds, and certificates that get issued."""

import base64
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import httpx

from tests.cluster.definitions import defined
from tests.issuing import Pair, authority, leaf

GROUP: Final = "/apis/cert-manager.io/v1"
AUTHORITY: Final = authority("cert-manager's")

_POLL_SECONDS: Final = 0.2
_MERGE_PATCH: Final = {"Content-Type": "application/merge-patch+json"}


def _definition(kind: str, scope: str = "Namespaced") -> dict[str, Any]:
    plural = f"{kind.lower()}s"
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    schema = {"type": "object", "properties": {"spec": anything, "status": anything}}
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "subresources": {"status": {}},
        "schema": {"openAPIV3Schema": schema},
    }
    return {
        "metadata": {"name": f"{plural}.cert-manager.io"},
        "spec": {
            "group": "cert-manager.io",
            "names": {"kind": kind, "plural": plural},
            "scope": scope,
            "versions": [version],
        },
    }


@contextmanager
def cert_manager(client: httpx.Client, namespace: str) -> Iterator[None]:
    """Defines the kinds, and issues what is asked for in a namespace until the end."""
    stop = threading.Event()
    thread = threading.Thread(target=_issue, args=(client, namespace, stop))
    with defined(client, [_definition("Issuer"), _definition("Certificate")]):
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


def _issue(client: httpx.Client, namespace: str, stop: threading.Event) -> None:
    while not stop.wait(_POLL_SECONDS):
        for kind in ("issuers", "certificates"):
            path = f"{GROUP}/namespaces/{namespace}/{kind}"
            for one in client.get(path).raise_for_status().json()["items"]:
                if "status" in one:
                    continue
                if kind == "certificates":
                    _make_secret(client, namespace, one["spec"])
                ready = {"conditions": [{"type": "Ready", "status": "True"}]}
                name = one["metadata"]["name"]
                # It may just have been deleted.
                client.patch(f"{path}/{name}/status", json={"status": ready}, headers=_MERGE_PATCH)


def _make_secret(client: httpx.Client, namespace: str, spec: Mapping[str, Any]) -> None:
    pair = AUTHORITY
    if not spec.get("isCA"):
        pair = leaf(*spec["dnsNames"], *spec["ipAddresses"], by=AUTHORITY)
    manifest = secret(spec["secretName"], pair, AUTHORITY)
    client.post(f"/api/v1/namespaces/{namespace}/secrets", json=manifest)


def secret(name: str, pair: Pair, signer: Pair) -> dict[str, Any]:
    """Returns a Secret with a certificate, its key and its CA."""
    texts = {"tls.crt": pair.certificate, "tls.key": pair.key, "ca.crt": signer.certificate}
    data = {key: base64.b64encode(text.encode()).decode() for key, text in texts.items()}
    return {"metadata": {"name": name}, "type": "kubernetes.io/tls", "data": data}
