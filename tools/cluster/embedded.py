"""The embedded cluster: start it, look at it, stop it, reset it.

Every command first looks at what is really there and then does only what is missing. So it doesn't
matter how the command before it ended, or whether a part has died since.
"""

import shutil
from pathlib import Path

import httpx
import psutil

from tools import paths
from tools.cluster import api, ports, processes
from tools.cluster.credentials import Credentials
from tools.cluster.exclusive import exclusive
from tools.cluster.layout import Layout
from tools.cluster.parts import PROGRAMS, api_server_url, control_plane
from tools.cluster.ports import Ports
from tools.cluster.private_files import make_private_folder
from tools.cluster.progress import Progress, silent
from tools.cluster.starting import Start, bring_up, require_programs
from tools.cluster.status import ClusterStatus, PartStatus
from tools.cluster.stopping import stop_all
from tools.errors import UserError


class EmbeddedCluster:
    """A control plane on loopback that keeps everything in one directory.

    Two objects with the same directory are the same cluster, also in different processes.
    """

    def __init__(
        self,
        directory: Path = paths.CLUSTER_DIR,
        *,
        binaries: Path = paths.BIN_DIR,
        stages: Path = paths.KWOK_STAGE_DIR,
        owner_pid: int | None = None,
    ) -> None:
        """Describe a cluster; nothing is touched yet.

        Args:
            directory: where it keeps its data, keys, logs and kubeconfig.
            binaries: the folder of the five programs.
            stages: the folder of kwok's stages.
            owner_pid: a process whose end, however it comes, stops the cluster soon after. Without
                one, the cluster runs until it is stopped.
        """
        self._layout = Layout(directory=directory.expanduser().resolve())
        self._binaries = binaries
        self._stages = stages
        self._owner_pid = owner_pid

    @property
    def directory(self) -> Path:
        """Where the cluster keeps everything, as an absolute path."""
        return self._layout.directory

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig; it is there once the cluster was started."""
        return self._layout.kubeconfig

    def start(self, report: Progress = silent) -> bool:
        """Start what does not run, start anew what does not respond; return when all is ready.

        Args:
            report: is given a line for each part.

        Returns:
            Whether anything had to be started.

        Raises:
            UserError: a program is missing, or a part did not become ready.
        """
        owner = psutil.Process(self._owner_pid) if self._owner_pid is not None else None
        start = Start(
            layout=self._layout, binaries=self._binaries, stages=self._stages, owner=owner
        )
        require_programs(start)
        self._make_directory()
        with exclusive(self._layout.lock, report):
            return bring_up(start, report)

    def stop(self, report: Progress = silent) -> bool:
        """End every process of the cluster; its data stays.

        Args:
            report: is given a line when another command has to be waited for.

        Returns:
            Whether anything ran.

        Raises:
            UserError: a process could not be ended.
        """
        if not self.directory.is_dir():
            return stop_all(self.directory) > 0
        with exclusive(self._layout.lock, report):
            return stop_all(self.directory) > 0

    def reset(self, report: Progress = silent) -> None:
        """Stop the cluster and delete its data, credentials, kubeconfig and Pulumi state.

        Logs, ports and whatever else lies in the directory stay.

        Args:
            report: is given a line when another command has to be waited for.

        Raises:
            UserError: a process could not be ended; nothing was deleted.
        """
        if not self.directory.is_dir():
            stop_all(self.directory)
            return
        with exclusive(self._layout.lock, report):
            stop_all(self.directory)
            for path in self._layout.disposable:
                _delete(path)

    def status(self) -> ClusterStatus:
        """Look at every part; takes no lock and changes nothing."""
        pids = {
            running.part: running.process.pid
            for running in reversed(processes.find(self.directory))
        }
        chosen = self._ports()
        server = None if chosen is None else api_server_url(chosen)
        client = self._client()
        if chosen is None or client is None:
            unknown = (
                PartStatus(name=name, pid=pids.get(name), healthy=False) for name in PROGRAMS
            )
            return ClusterStatus(parts=tuple(unknown), server=server)
        with client:
            parts = tuple(
                PartStatus(
                    name=part.name,
                    pid=pids.get(part.name),
                    healthy=part.name in pids and api.healthy(client, part.health),
                )
                for part in control_plane(self._layout, chosen, self._stages)
            )
        return ClusterStatus(parts=parts, server=server)

    def connect(self) -> httpx.Client:
        """The administrator's client of the running API server; paths are relative to it.

        Raises:
            UserError: the cluster was never started.
        """
        chosen, client = self._ports(), self._client()
        if chosen is None or client is None:
            raise UserError(
                f"No cluster was started in {self.directory}.",
                "`llmd-monitoring cluster start` does that.",
            )
        client.base_url = httpx.URL(api_server_url(chosen))
        return client

    def _ports(self) -> Ports | None:
        try:
            return Ports(**ports.remembered(self._layout.ports))
        except TypeError:
            return None

    def _client(self) -> httpx.Client | None:
        """None while the credentials are missing or damaged, until the next start."""
        try:
            return api.connect(Credentials(folder=self._layout.credentials))
        except OSError:
            return None

    def _make_directory(self) -> None:
        directory = self.directory
        if directory.exists() and not directory.is_dir():
            raise UserError(
                f"{directory} is a file.", "Give `--directory` a folder for the cluster's data."
            )
        present = {path.name for path in directory.iterdir()} if directory.exists() else set()
        # A folder that also serves for other things keeps its mode; ours inside it are closed.
        if present <= self._layout.own:
            make_private_folder(directory)


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
