"""What these tests stand on: a cluster, and stacks in a project of their own."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cluster_fixture import embedded_cluster
from tests.standins.kubernetes.api import Api
from tests.standins.kubernetes.stack import Stack
from tools.cluster.embedded import EmbeddedCluster

__all__ = ["embedded_cluster"]

NewStack = Callable[..., Stack]


@pytest.fixture
def new_stack(tmp_path: Path, embedded_cluster: EmbeddedCluster) -> NewStack:
    """Makes stacks on the cluster; arguments of the provider may be given."""

    def make(**provider: object) -> Stack:
        folder = tmp_path / f"stack-{uuid.uuid4().hex[:8]}"
        folder.mkdir()
        return Stack(folder, {"kubeconfig": str(embedded_cluster.kubeconfig), **provider})

    return make


@pytest.fixture
def api(embedded_cluster: EmbeddedCluster) -> Iterator[Api]:
    """The cluster as its administrator sees it, in a namespace of the test's own."""
    with embedded_cluster.connect() as client:
        api = Api(client=client, namespace=f"t-{uuid.uuid4().hex[:8]}")
        api.create_namespace()
        yield api
        api.delete_namespace()


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    """A chart with a hook job, a ConfigMap and, on demand, a Deployment that no node takes."""
    folder = tmp_path / "tiny"
    (folder / "templates").mkdir(parents=True)
    files = {
        "Chart.yaml": 'apiVersion: v2\nname: tiny\nversion: 0.1.0\nappVersion: "7"\n',
        "values.yaml": "greeting: hello\nstuck: false\nbroken: false\n",
        "templates/config.yaml": CONFIG,
        "templates/hook.yaml": HOOK,
        "templates/stuck.yaml": STUCK,
    }
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder


CONFIG = """
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-config
data:
  greeting: {{ .Values.greeting | quote }}
{{- if .Values.broken }}
  bad: {{ required "set a value for bad" .Values.bad }}
{{- end }}
"""

HOOK = """
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-hook
  annotations:
    helm.sh/hook: pre-install
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: job, image: busybox}]
"""

STUCK = """
{{- if .Values.stuck }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-stuck
spec:
  selector: {matchLabels: {app: stuck}}
  template:
    metadata: {labels: {app: stuck}}
    spec:
      nodeSelector: {nowhere: "true"}
      containers: [{name: app, image: busybox}]
{{- end }}
"""
