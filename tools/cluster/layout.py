"""Where each thing of one embedded cluster lies inside its directory."""

from dataclasses import dataclass
from pathlib import Path

from tools.cluster.private_files import half_written


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The files of one cluster.

    Attributes:
        directory: absolute, without symbolic links; it also names the cluster in the process table.
    """

    directory: Path

    @property
    def kubeconfig(self) -> Path:
        """The administrator's kubeconfig, self-contained."""
        return self.directory / "kubeconfig"

    @property
    def state(self) -> Path:
        """Pulumi's file backend; it describes objects of this cluster and goes with it."""
        return self.directory / "state"

    @property
    def data(self) -> Path:
        """The data of etcd."""
        return self.directory / "etcd"

    @property
    def credentials(self) -> Path:
        """The certificate authority, certificates and keys."""
        return self.directory / "credentials"

    @property
    def generated(self) -> Path:
        """Configuration files of the parts, written anew at every start."""
        return self.directory / "generated"

    @property
    def logs(self) -> Path:
        """One log for each part, and the one of its run before."""
        return self.directory / "logs"

    @property
    def ports(self) -> Path:
        """The ports that were chosen, kept so that the address stays the same."""
        return self.directory / "ports.json"

    @property
    def lock(self) -> Path:
        """Held while the cluster is being started, stopped or reset."""
        return self.directory / "lock"

    @property
    def stack_lock(self) -> Path:
        """Held by the commands that update the local stack; not used here."""
        return self.directory / "stack.lock"

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that a start makes, for this user only."""
        return (self.data, self.credentials, self.generated, self.logs)

    @property
    def disposable(self) -> tuple[Path, ...]:
        """What a reset removes: everything that belongs to this incarnation of the cluster."""
        return (
            self.data,
            self.credentials,
            self.generated,
            self.kubeconfig,
            half_written(self.kubeconfig),
            self.state,
        )

    @property
    def own(self) -> frozenset[str]:
        """The names in the directory that belong to the cluster."""
        files = (self.ports, half_written(self.ports), self.lock, self.stack_lock)
        return frozenset(path.name for path in (*self.folders, *self.disposable, *files))
