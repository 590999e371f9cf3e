"""A reader of the cluster's objects, for what has to be known before anything is planned.

The kubernetes provider can read an object by name only, and fails where there is none. This reader uses the
same kubeconfig and context, and tells a missing object from an unreachable cluster.
"""

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from components.settings import KubernetesSettings

if TYPE_CHECKING:
    from kubernetes.client import ApiClient, Configuration

Object = Mapping[str, Any]

_TIMEOUT_SECONDS: Final = (5, 20)
"""For the connection, and for the answer."""

_NOT_FOUND: Final = 404

_BUSY: Final = 429
"""An API server that has too much to do, or hasn't read all objects of a new kind itself yet."""

_PAUSES_SECONDS: Final = (0.5, 1, 2, 4, 4)
"""Between one question and the next, where it is busy."""


class UnreadableError(Exception):
    """The cluster, or one of its collections, can't be read; the message says why."""


@dataclass(frozen=True, kw_only=True)
class LiveCluster:
    """One cluster, read only."""

    client: "ApiClient"

    def find(self, path: str) -> Object | None:
        """Returns the object at a path of the API, or `None` where there is none.

        Raises:
            UnreadableError: The cluster doesn't answer, or forbids it.
        """
        return self._get(path, {})

    def list(self, path: str, *, label_selector: str) -> tuple[Object, ...]:
        """Returns the objects of a collection that carry labels; none where the kind isn't known.

        Raises:
            UnreadableError: The cluster doesn't answer, or forbids it.
        """
        answer = self._get(path, {"labelSelector": label_selector})
        return () if answer is None else tuple(answer["items"])

    def _get(self, path: str, query: Mapping[str, str]) -> Object | None:
        answer = ask(self.client, "GET", path, query=query)
        if answer.status == _NOT_FOUND:
            return None
        if answer.refusal is not None:
            raise UnreadableError(f"{path}: {answer.refusal} ({answer.status})")
        return answer.document


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the API server answers.

    Attributes:
        status: HTTP status.
        document: The object; empty where it sent none.
        refusal: Why it refuses, in its own words; `None` where it doesn't.
    """

    status: int
    document: Object
    refusal: str | None


def ask(
    client: "ApiClient",
    method: str,
    path: str,
    *,
    query: Mapping[str, str],
    content_type: str | None = None,
    body: Object | None = None,
) -> Answer:
    """Asks the API server, again where it is busy.

    Raises:
        UnreadableError: It doesn't answer.
    """
    from kubernetes.client import ApiException  # noqa: PLC0415 - few platforms read the cluster
    from urllib3.exceptions import HTTPError  # noqa: PLC0415

    content = {} if content_type is None else {"Content-Type": content_type}
    request = client.param_serialize(
        method,
        path,
        query_params=list(query.items()),
        header_params={"Accept": "application/json", **content},
        body=body,
        auth_settings=["BearerToken"],
    )
    for pause in (*_PAUSES_SECONDS, 0):
        try:
            response = client.call_api(*request, _request_timeout=_TIMEOUT_SECONDS)
            sent = response.read()  # type: ignore[no-untyped-call]
        except (ApiException, HTTPError, OSError) as error:
            raise UnreadableError(f"{path}: {_reason(error)}") from error
        if response.status != _BUSY:
            break
        time.sleep(pause)
    try:
        document = json.loads(sent)
    except ValueError:
        document = {}
    failed = response.status >= 400  # noqa: PLR2004 - HTTP's first error
    refusal = str(document.get("message") or response.reason) if failed else None
    return Answer(status=response.status, document=document, refusal=refusal)


@contextmanager
def connected(settings: KubernetesSettings) -> Iterator[LiveCluster]:
    """Gives a reader of the cluster that the settings name.

    Raises:
        UnreadableError: The kubeconfig leads to no cluster.
    """
    from kubernetes.client import ApiClient  # noqa: PLC0415 - few platforms read the cluster

    with ApiClient(_configuration(settings)) as client:
        try:
            yield LiveCluster(client=client)
        finally:
            client.rest_client.pool_manager.clear()


def _configuration(settings: KubernetesSettings) -> "Configuration":
    from kubernetes import config  # noqa: PLC0415
    from kubernetes.client import Configuration  # noqa: PLC0415

    configuration = Configuration()
    configuration.retries = False
    kubeconfig = settings.kubeconfig or os.environ.get("KUBECONFIG") or "~/.kube/config"
    try:
        if settings.kubeconfig is None and not _exists(kubeconfig):
            config.load_incluster_config(  # type: ignore[no-untyped-call]
                client_configuration=configuration
            )
        else:
            config.load_kube_config(  # type: ignore[no-untyped-call]
                config_file=kubeconfig,
                context=settings.context,
                client_configuration=configuration,
                persist_config=False,
            )
    except (config.ConfigException, OSError, ValueError, TypeError) as error:
        raise UnreadableError(f"no cluster is configured: {_reason(error)}") from error
    return configuration


def _exists(kubeconfig: str) -> bool:
    """Tells whether any file of a path list is there, as kubectl reads `$KUBECONFIG`."""
    return any(Path(path).expanduser().exists() for path in kubeconfig.split(os.pathsep) if path)


def _reason(error: Exception) -> str:
    """Returns the innermost cause, on one line: outer ones repeat it among addresses of objects."""
    cause: BaseException = error
    while (inner := getattr(cause, "reason", None)) is not None and isinstance(inner, Exception):
        cause = inner
    text = str(cause).rpartition(">: ")[2] or type(cause).__name__
    return " ".join(text.split())
