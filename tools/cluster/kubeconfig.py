"""Kubeconfig files that need no other file."""

import base64
from typing import Final

import yaml

NAME: Final = "llmd-local"
"""The context, the cluster and the user."""


def render(*, server: str, authority: bytes, certificate: bytes, key: bytes) -> str:
    """The text of a kubeconfig.

    Args:
        server: the API server's URL.
        authority: the certificate (PEM) that the server is verified with.
        certificate: the client's certificate (PEM).
        key: the client's key (PEM).
    """
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": NAME,
        "clusters": [
            {
                "name": NAME,
                "cluster": {"server": server, "certificate-authority-data": _encoded(authority)},
            }
        ],
        "contexts": [{"name": NAME, "context": {"cluster": NAME, "user": NAME}}],
        "users": [
            {
                "name": NAME,
                "user": {
                    "client-certificate-data": _encoded(certificate),
                    "client-key-data": _encoded(key),
                },
            }
        ],
    }
    return yaml.safe_dump(content, sort_keys=False)


def _encoded(pem: bytes) -> str:
    return base64.b64encode(pem).decode()
