"""Talks to one API server over HTTPS."""

import json
import ssl
import threading
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from tools.standins.kubernetes.api_errors import ApiError, BrokenConnectionError, UnreachableError
from tools.standins.kubernetes.kind import Object
from tools.standins.kubernetes.kubeconfig import Connection
from tools.standins.kubernetes.private_files import PrivateFiles
from tools.standins.protocol.errors import ProviderError

if TYPE_CHECKING:
    import httpx

JSON: Final = "application/json"
APPLY_PATCH: Final = "application/apply-patch+yaml"
JSON_PATCH: Final = "application/json-patch+json"
MERGE_PATCH: Final = "application/merge-patch+json"

_CONNECT_SECONDS: Final = 5.0
_ANSWER_SECONDS: Final = 60.0
_READS: Final = frozenset({"GET"})


class ApiClient:
    """A pool of connections, safe to use from several threads; opened at the first request.

    Args:
        connection: The API server and the credentials.
        files: Where client certificates are laid down, as TLS libraries want files.
    """

    def __init__(self, connection: Connection, files: PrivateFiles) -> None:
        self.connection = connection
        self._files = files
        self._lock = threading.Lock()
        self._client: httpx.Client | None = None

    def get(self, path: str, *, accept: str = JSON, **query: str) -> Object:
        """Read; a broken connection is tried once more."""
        try:
            return self._request("GET", path, query, accept=accept)
        except BrokenConnectionError:
            return self._request("GET", path, query, accept=accept)

    def post(self, path: str, body: Object, **query: str) -> Object:
        """Create."""
        return self._request("POST", path, query, body=body)

    def put(self, path: str, body: Object, **query: str) -> Object:
        """Replace."""
        return self._request("PUT", path, query, body=body)

    def patch(self, path: str, body: object, content_type: str, **query: str) -> Object:
        """Change in part."""
        return self._request("PATCH", path, query, body=body, content_type=content_type)

    def delete(self, path: str, body: Object) -> Object:
        """Remove."""
        return self._request("DELETE", path, {}, body=body)

    def _request(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        *,
        body: object = None,
        content_type: str = JSON,
        accept: str = JSON,
    ) -> Object:
        import httpx  # noqa: PLC0415 - a preview without changes asks no API server

        client = self._open()
        headers = {"Accept": accept}
        content: bytes | None = None
        if body is not None:
            headers["Content-Type"] = content_type
            content = json.dumps(body).encode()
        try:
            response = client.request(
                method, path, params=dict(query), headers=headers, content=content
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise UnreachableError(self._explain(error)) from error
        except httpx.TransportError as error:
            raise BrokenConnectionError(self._explain_broken(method, error)) from error
        return _answer(response.status_code, response.content)

    def _open(self) -> "httpx.Client":
        import httpx  # noqa: PLC0415 - a preview without changes asks no API server

        with self._lock:
            if self._client is None:
                headers = {"User-Agent": "pulumi-kubernetes-stand-in"}
                if self.connection.credentials.token:
                    headers["Authorization"] = f"Bearer {self.connection.credentials.token}"
                self._client = httpx.Client(
                    base_url=self.connection.cluster.server,
                    verify=self._tls(),
                    headers=headers,
                    timeout=httpx.Timeout(_ANSWER_SECONDS, connect=_CONNECT_SECONDS),
                    limits=httpx.Limits(max_connections=64, max_keepalive_connections=64),
                    trust_env=False,
                )
            return self._client

    def _tls(self) -> ssl.SSLContext:
        cluster, credentials = self.connection.cluster, self.connection.credentials
        try:
            context = ssl.create_default_context(cadata=cluster.ca or None)
            if cluster.skip_tls_verify:
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
            if credentials.certificate:
                certificate = self._files.write(".crt", credentials.certificate)
                key = self._files.write(".key", credentials.key)
                context.load_cert_chain(certificate, key)
        except ssl.SSLError as error:
            msg = (
                f"the CA or the client certificate for {self.connection} is not usable: "
                f"{error.reason or error}"
            )
            raise ProviderError(msg) from None
        return context

    def _explain(self, error: Exception) -> str:
        return (
            f"configured Kubernetes cluster is unreachable: {self.connection}: {_cause(error)}. "
            "Check that the cluster runs and that the kubeconfig belongs to it"
        )

    def _explain_broken(self, method: str, error: Exception) -> str:
        told = f"the connection to the Kubernetes API server {self.connection} broke"
        if method in _READS:
            return f"{told}: {_cause(error)}"
        return (
            f"{told} after a change was sent, so it's unknown whether it was made: {_cause(error)}; "
            "run `pulumi refresh` when the server is back"
        )


def _cause(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__


def _answer(status: int, content: bytes) -> Object:
    try:
        body = json.loads(content) if content else {}
    except json.JSONDecodeError:
        body = {"message": content.decode(errors="replace")[:500]}
    if not isinstance(body, dict):
        body = {"message": str(body)[:500]}
    if status >= HTTPStatus.BAD_REQUEST:
        raise ApiError(status, body)
    return body
