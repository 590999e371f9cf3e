"""A place to measure in: clusters, backends and projects in a temporary folder, never the user's."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from benchmarks.programs import Shell
from benchmarks.stacks import Stack, chart_of_local_stack, empty_stack, local_stack
from components.settings import Settings
from tools.cluster.embedded import EmbeddedCluster
from tools.paths import REPO
from tools.toolchain.environment import environment


@dataclass(frozen=True, kw_only=True)
class Place:
    """A fresh embedded cluster with a fresh backend.

    Attributes:
        local: The stack of this project, not yet updated.
        helm: Where Helm runs, with the cluster as its own.
        folder: For further files; removed with the place.
        kubeconfig: The cluster.
    """

    local: Stack
    helm: Shell
    folder: Path
    kubeconfig: Path


class Bench:
    """Makes places, one after the other.

    Args:
        folder: An empty folder of its own.
        chart: The chart to install, None for the `local` stack's.
    """

    def __init__(self, folder: Path, *, chart: Path | None) -> None:
        self._folder = folder
        self._numbers = count(1)
        self._chart = chart
        self.chart = chart or chart_of_local_stack()
        defaults = Settings()
        self.namespace, self.release = defaults.namespace, defaults.release
        self.environ = self._environ("empty-state")
        self.empty = empty_stack(folder / "empty", self.environ)
        self.empty.create()

    @contextmanager
    def fresh(self) -> Iterator[Place]:
        """A place that is gone afterwards, whatever happens."""
        name = f"place-{next(self._numbers)}"
        folder = self._folder / name
        folder.mkdir()
        cluster = EmbeddedCluster(folder / "cluster", owner_pid=os.getpid())
        try:
            cluster.start()
            environ = self._environ(f"{name}/state")
            local = local_stack(folder, environ, kubeconfig=cluster.kubeconfig, chart=self._chart)
            local.create()
            helm_environ = {**environ, "KUBECONFIG": str(cluster.kubeconfig)}
            yield Place(
                local=local,
                helm=Shell(folder=REPO, environ=helm_environ),
                folder=folder,
                kubeconfig=cluster.kubeconfig,
            )
        finally:
            cluster.stop()
            shutil.rmtree(folder, ignore_errors=True)

    def _environ(self, state: str) -> Mapping[str, str]:
        folder = self._folder / state
        folder.mkdir(parents=True)
        # A user's own KUBECONFIG or stack must not take part.
        base = {key: value for key, value in os.environ.items() if key != "KUBECONFIG"}
        return environment(base, state_dir=folder)
