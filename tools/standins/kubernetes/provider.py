"""The Kubernetes package: hands each operation to the object or the release it's about."""

import threading
from collections.abc import Sequence
from typing import Final

from tools.standins.kubernetes import kubeconfig
from tools.standins.kubernetes.configuration import Settings, settings_from
from tools.standins.kubernetes.diff import diff
from tools.standins.kubernetes.objects.check import check as check_object
from tools.standins.kubernetes.objects.compare import compare as compare_object
from tools.standins.kubernetes.objects.create import create as create_object
from tools.standins.kubernetes.objects.delete import delete as delete_object
from tools.standins.kubernetes.objects.read import read as read_object
from tools.standins.kubernetes.objects.update import update as update_object
from tools.standins.kubernetes.release import lifecycle
from tools.standins.kubernetes.release.compare import compare as compare_release
from tools.standins.kubernetes.session import Session
from tools.standins.protocol.engine import Engine
from tools.standins.protocol.errors import ProviderError
from tools.standins.protocol.provider import Provider
from tools.standins.protocol.requests import (
    CheckAnswer,
    CheckFailure,
    CheckRequest,
    ConfigureRequest,
    CreateAnswer,
    CreateRequest,
    DeleteRequest,
    DiffAnswer,
    DiffRequest,
    ReadAnswer,
    ReadRequest,
    UpdateRequest,
)
from tools.standins.protocol.values import Properties, contains_unknown, reveal

RELEASE: Final = "kubernetes:helm.sh/v3:Release"

_WHERE: Final = ("kubeconfig", "context", "cluster")
"""The settings that choose the cluster."""


class KubernetesProvider(Provider):
    """Serves `kubernetes:*` resources on a loopback cluster."""

    package = "kubernetes"
    version = "4.34.2"

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._cancelled = threading.Event()
        self._session = Session(
            settings=Settings(),
            engine=engine,
            cancelled=self._cancelled,
            connection=None,
            unreachable="the provider's configuration is not known yet",
        )

    def check_config(self, request: CheckRequest) -> CheckAnswer:
        """Refuse a cluster that isn't on loopback; other mistakes show when it is used."""
        inputs = request.new_inputs
        if contains_unknown(inputs):
            return CheckAnswer(inputs=inputs)
        try:
            _connect(settings_from(inputs))
        except kubeconfig.RemoteClusterError as error:
            failure = CheckFailure(property="kubeconfig", reason=str(error))
            return CheckAnswer(inputs=inputs, failures=[failure])
        except kubeconfig.KubeconfigError:
            return CheckAnswer(inputs=inputs)
        return CheckAnswer(inputs=inputs)

    def diff_config(self, request: DiffRequest) -> DiffAnswer:
        """Replace everything when the cluster is another one."""
        olds, news = request.old_inputs or request.old_outputs, request.new_inputs
        changes = diff(reveal(olds), reveal(news))
        identifier = (reveal(olds.get("clusterIdentifier")), reveal(news.get("clusterIdentifier")))
        changed: Sequence[str] = [key for key in _WHERE if key in changes]
        if all(identifier):
            replaces: Sequence[str] = (
                ["clusterIdentifier"] if identifier[0] != identifier[1] else []
            )
        elif any(contains_unknown(news.get(key)) for key in _WHERE) or _other_cluster(olds, news):
            replaces = changed
        else:
            replaces = []
        return DiffAnswer(changes=changes, replaces=replaces)

    def configure(self, request: ConfigureRequest) -> None:
        """Resolve the kubeconfig. A broken one is told at the first operation that needs it."""
        settings = settings_from(request.inputs)
        connection, unreachable = None, ""
        try:
            connection = _connect(settings)
        except kubeconfig.RemoteClusterError as error:
            raise ProviderError(str(error)) from None
        except kubeconfig.KubeconfigError as error:
            unreachable = str(error)
        self._session = Session(
            settings=settings,
            engine=self.engine,
            cancelled=self._cancelled,
            connection=connection,
            unreachable=unreachable,
        )

    def check(self, request: CheckRequest) -> CheckAnswer:
        """Validate and complete inputs."""
        if request.type == RELEASE:
            return lifecycle.check(self._session, request)
        return check_object(self._session, request)

    def diff(self, request: DiffRequest) -> DiffAnswer:
        """Compare inputs."""
        if request.type == RELEASE:
            return compare_release(request)
        return compare_object(self._session, request)

    def create(self, request: CreateRequest) -> CreateAnswer:
        """Make an object, or install a release."""
        if request.type == RELEASE:
            return lifecycle.create(self._session, request)
        return create_object(self._session, request)

    def read(self, request: ReadRequest) -> ReadAnswer:
        """Look up an object or a release."""
        if request.type == RELEASE:
            return lifecycle.read(self._session, request)
        return read_object(self._session, request)

    def update(self, request: UpdateRequest) -> Properties:
        """Change an object, or upgrade a release."""
        if request.type == RELEASE:
            return lifecycle.update(self._session, request)
        return update_object(self._session, request)

    def delete(self, request: DeleteRequest) -> None:
        """Remove an object, or uninstall a release."""
        if request.type == RELEASE:
            lifecycle.delete(self._session, request)
            return
        delete_object(self._session, request)

    def cancel(self) -> None:
        """End all waiting."""
        self._cancelled.set()


def _connect(settings: Settings) -> kubeconfig.Connection:
    return kubeconfig.resolve(
        kubeconfig.load(settings.kubeconfig),
        context=settings.context,
        cluster=settings.cluster,
        namespace=settings.namespace,
    )


def _other_cluster(olds: Properties, news: Properties) -> bool:
    old, new = (_active_cluster(settings_from(inputs)) for inputs in (olds, news))
    return old is not None and new is not None and old != new


def _active_cluster(settings: Settings) -> object | None:
    return kubeconfig.active_cluster(
        settings.kubeconfig, context=settings.context, cluster=settings.cluster
    )
