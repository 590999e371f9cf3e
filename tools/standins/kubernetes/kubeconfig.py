"""Finds the API server and the credentials in a kubeconfig.

Only what a cluster on loopback needs: a server, its CA, client certificates and tokens. Log-in
programs (`exec`, `auth-provider`) belong to remote clusters, which this stand-in refuses.
"""

import base64
import binascii
import ipaddress
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

DEFAULT_NAMESPACE: Final = "default"


class KubeconfigError(Exception):
    """The kubeconfig doesn't lead to a usable API server; the message says why."""


class RemoteClusterError(KubeconfigError):
    """The kubeconfig leads to an API server that isn't on loopback."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """A kubeconfig and where it was found, for messages and for relative paths."""

    source: str
    folder: Path
    content: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """Where the API server is and how to know it. PEM texts are empty when not given."""

    server: str
    ca: str = ""
    skip_tls_verify: bool = False
    tls_server_name: str = ""


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Who we are. PEM texts and the token are empty when not given, and never shown."""

    certificate: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Connection:
    """One context of a kubeconfig, resolved."""

    source: str
    context: str
    namespace: str
    cluster: Cluster
    credentials: Credentials

    def __str__(self) -> str:
        return f"{self.cluster.server} (context {self.context!r} of {self.source})"


def load(path_or_content: str) -> Document:
    """Read the kubeconfig that a provider is configured with.

    Args:
        path_or_content: A path, relative to the working directory, or YAML or JSON. Empty means
            the ambient one: the files in `KUBECONFIG`, else `~/.kube/config`.

    Raises:
        KubeconfigError: It's missing or unreadable.
    """
    if not path_or_content.strip():
        return _load_ambient()
    if _is_path(path_or_content):
        return _load_file(Path(path_or_content.strip()).expanduser())
    return Document(
        source="the provider's kubeconfig",
        folder=Path.cwd(),
        content=_parse(path_or_content, "the provider's kubeconfig"),
    )


def resolve(document: Document, *, context: str, cluster: str, namespace: str) -> Connection:
    """Follow a context to its cluster and user.

    Args:
        document: The kubeconfig.
        context: The context to use; empty for the current one.
        cluster: The cluster to use instead of the context's; empty for the context's.
        namespace: The namespace to use instead of the context's; empty for the context's.

    Raises:
        KubeconfigError: A part is missing or not supported.
        RemoteClusterError: The API server isn't on loopback.
    """
    wanted = context or document.content.get("current-context") or ""
    entry = _find(document, "contexts", wanted, "context")
    cluster_name = cluster or entry.get("cluster") or ""
    resolved_cluster = _cluster(document, _find(document, "clusters", cluster_name, "cluster"))
    require_loopback(resolved_cluster.server, document.source)
    user_name = entry.get("user") or ""
    user = _find(document, "users", user_name, "user") if user_name else {}
    return Connection(
        source=document.source,
        context=str(wanted),
        namespace=namespace or entry.get("namespace") or DEFAULT_NAMESPACE,
        cluster=resolved_cluster,
        credentials=_credentials(document, user, user_name),
    )


def active_cluster(path_or_content: str, *, context: str, cluster: str) -> object | None:
    """Return the entry of the cluster that would be used, to compare it; None when unclear."""
    try:
        document = load(path_or_content)
        wanted = context or document.content.get("current-context") or ""
        entry = _find(document, "contexts", wanted, "context")
        return _find(document, "clusters", cluster or entry.get("cluster") or "", "cluster")
    except KubeconfigError:
        return None


def require_loopback(server: str, source: str) -> None:
    """Accept an API server on this machine only.

    Raises:
        RemoteClusterError: It's somewhere else.
    """
    host = urlsplit(server).hostname or ""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        msg = (
            f"{source} leads to the API server {server}, host {host!r}. This is a stand-in for "
            "Pulumi's Kubernetes plug-in and serves clusters on loopback only (localhost, "
            "127.0.0.0/8, ::1). For any other cluster install the official one: "
            "`pulumi plugin install resource kubernetes`, and take the stand-in "
            "`pulumi-resource-kubernetes` off PATH"
        )
        raise RemoteClusterError(msg)


def to_yaml(connection: Connection) -> str:
    """Write a kubeconfig with this one context, all credentials inside."""

    def encoded(text: str) -> str:
        return base64.b64encode(text.encode()).decode()

    cluster: dict[str, Any] = {"server": connection.cluster.server}
    if connection.cluster.ca:
        cluster["certificate-authority-data"] = encoded(connection.cluster.ca)
    if connection.cluster.skip_tls_verify:
        cluster["insecure-skip-tls-verify"] = True
    if connection.cluster.tls_server_name:
        cluster["tls-server-name"] = connection.cluster.tls_server_name
    user: dict[str, Any] = {}
    if connection.credentials.certificate:
        user["client-certificate-data"] = encoded(connection.credentials.certificate)
        user["client-key-data"] = encoded(connection.credentials.key)
    if connection.credentials.token:
        user["token"] = connection.credentials.token
    name = connection.context
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": name,
            "contexts": [
                {
                    "name": name,
                    "context": {"cluster": name, "user": name, "namespace": connection.namespace},
                }
            ],
            "clusters": [{"name": name, "cluster": cluster}],
            "users": [{"name": name, "user": user}],
        }
    )


def _is_path(text: str) -> bool:
    """A kubeconfig is a mapping; its text holds a colon and a blank, or a brace, somewhere."""
    stripped = text.strip()
    return "\n" not in stripped and ": " not in stripped and not stripped.startswith("{")


def _load_ambient() -> Document:
    listed = [part for part in os.environ.get("KUBECONFIG", "").split(os.pathsep) if part]
    paths = [Path(part) for part in listed] or [Path.home() / ".kube" / "config"]
    documents = [_load_file(path) for path in paths if path.exists()]
    names = ", ".join(str(path) for path in paths)
    if not documents:
        msg = (
            f"there is no kubeconfig: {names} doesn't exist. Start the cluster, set KUBECONFIG, or "
            "give the provider a kubeconfig"
        )
        raise KubeconfigError(msg)
    return documents[0] if len(documents) == 1 else _merge(documents, names)


def _merge(documents: list[Document], names: str) -> Document:
    """Merge like kubectl: the first file to set something wins."""
    merged: dict[str, Any] = {"contexts": [], "clusters": [], "users": []}
    for document in documents:
        current = document.content.get("current-context")
        if current:
            merged.setdefault("current-context", current)
        for section in ("contexts", "clusters", "users"):
            merged[section] += document.content.get(section) or []
    return Document(source=names, folder=documents[0].folder, content=merged)


def _load_file(path: Path) -> Document:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        msg = (
            f"the kubeconfig {path} doesn't exist (looked for it from {Path.cwd()}); start the "
            "cluster that writes it, or correct the provider's `kubeconfig`"
        )
        raise KubeconfigError(msg) from None
    except (OSError, UnicodeDecodeError) as error:
        msg = f"the kubeconfig {path} can't be read: {error}"
        raise KubeconfigError(msg) from error
    return Document(
        source=str(path), folder=path.absolute().parent, content=_parse(text, str(path))
    )


def _parse(text: str, source: str) -> Mapping[str, Any]:
    import yaml  # noqa: PLC0415 - a preview without changes reads no kubeconfig

    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        # The parser's message quotes the text around the error, which may be a credential.
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        msg = f"{source} is not valid YAML{where}; expected a kubeconfig"
        raise KubeconfigError(msg) from None
    if not isinstance(content, dict):
        msg = f"{source} is not a kubeconfig: expected a mapping with `clusters` and `contexts`"
        raise KubeconfigError(msg)
    return content


def _find(document: Document, section: str, name: str, word: str) -> Mapping[str, Any]:
    entries = document.content.get(section) or []
    by_name: dict[str, Mapping[str, Any]] = {}
    for entry in entries:
        if isinstance(entry, dict) and isinstance(entry.get(word), dict):
            by_name.setdefault(str(entry.get("name")), entry[word])
    if name in by_name:
        return by_name[name]
    existing = ", ".join(repr(other) for other in by_name) or "none"
    asked = f"no {word} {name!r}" if name else f"no current {word} is set"
    msg = f"{document.source}: {asked}; it has these {section}: {existing}"
    raise KubeconfigError(msg)


def _cluster(document: Document, entry: Mapping[str, Any]) -> Cluster:
    server = entry.get("server")
    if not isinstance(server, str) or not server:
        msg = f"{document.source}: the cluster has no `server`, such as https://127.0.0.1:6443"
        raise KubeconfigError(msg)
    return Cluster(
        server=server.rstrip("/"),
        ca=_inline_or_file(document, entry, "certificate-authority"),
        skip_tls_verify=bool(entry.get("insecure-skip-tls-verify")),
        tls_server_name=entry.get("tls-server-name") or "",
    )


def _credentials(document: Document, user: Mapping[str, Any], name: str) -> Credentials:
    for unsupported in ("exec", "auth-provider"):
        if unsupported in user:
            msg = (
                f"{document.source}: user {name!r} logs in by `{unsupported}`, which the stand-in "
                "for Pulumi's Kubernetes plug-in doesn't run; use a token or a client certificate, "
                "or install the official plug-in (`pulumi plugin install resource kubernetes`)"
            )
            raise KubeconfigError(msg)
    token = user.get("token") or ""
    if not token and user.get("tokenFile"):
        token = _read(document, user["tokenFile"]).strip()
    return Credentials(
        certificate=_inline_or_file(document, user, "client-certificate"),
        key=_inline_or_file(document, user, "client-key"),
        token=token,
    )


def _inline_or_file(document: Document, entry: Mapping[str, Any], key: str) -> str:
    inline = entry.get(f"{key}-data")
    if inline:
        try:
            return base64.b64decode(inline).decode()
        except (binascii.Error, ValueError):
            msg = f"{document.source}: `{key}-data` is not base64 of a PEM text"
            raise KubeconfigError(msg) from None
    path = entry.get(key)
    return _read(document, path) if path else ""


def _read(document: Document, path: str) -> str:
    full = document.folder / Path(path).expanduser()
    try:
        return full.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        msg = f"{document.source} names {full}, which can't be read: {reason}"
        raise KubeconfigError(msg) from None
