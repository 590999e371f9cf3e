"""The five programs of the control plane and their command lines, as data.

Every part listens on loopback only and shows nothing but its health to callers without one of the
cluster's certificates.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.cluster.credentials import (
    CONTROLLER_MANAGER,
    ETCD,
    KWOK,
    SCHEDULER,
    SERVER,
    Credentials,
    Profile,
)
from tools.cluster.layout import Layout
from tools.cluster.ports import LOOPBACK, Ports

PROGRAMS: Final = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok")
"""In the order of starting; each is also the name of its part."""

POD_NETWORK: Final = "10.244.0.0/16"
SERVICE_NETWORK: Final = "10.96.0.0/16"

STAGES: Final = (
    "node-initialize.yaml",
    "node-heartbeat.yaml",
    "pod-ready.yaml",
    "pod-complete.yaml",
    "pod-delete.yaml",
)
"""The files of kwok's `kustomize/stage` that make nodes and pods behave."""

OWN_STAGES: Final = (
    Path(__file__).with_name("kwok.yaml"),
    Path(__file__).with_name("volumes.yaml"),
)


@dataclass(frozen=True, kw_only=True)
class Part:
    """One program of the control plane.

    Attributes:
        name: the program's file name, and the part's name.
        arguments: its command line without the program itself.
        inputs: the files that it reads at its start; it has to start again when one has changed.
        ports: the ports that it listens on.
        health: the URL that answers 200 once the part is ready.
    """

    name: str
    arguments: tuple[str, ...]
    inputs: tuple[Path, ...]
    ports: tuple[int, ...]
    health: str


def kubeconfig_users() -> tuple[Profile, ...]:
    """The parts that talk to the API server with a kubeconfig of their own."""
    return (CONTROLLER_MANAGER, SCHEDULER, KWOK)


def part_kubeconfig(layout: Layout, profile: Profile) -> Path:
    """Where the kubeconfig of one part lies."""
    return layout.generated / f"{profile.name}.kubeconfig"


def api_server_url(ports: Ports) -> str:
    """The address of the API server."""
    return f"https://{LOOPBACK}:{ports.kube_apiserver}"


def control_plane(layout: Layout, ports: Ports, stages: Path) -> tuple[Part, ...]:
    """All parts, in the order of starting.

    Args:
        layout: the cluster's files.
        ports: the port of each part.
        stages: the folder that holds `STAGES`.
    """
    return (
        etcd(layout, ports),
        kube_apiserver(layout, ports),
        kube_controller_manager(layout, ports),
        kube_scheduler(layout, ports),
        kwok(layout, ports, stages),
    )


def etcd(layout: Layout, ports: Ports) -> Part:
    """The store. Clients and members need a certificate, so nobody else reads Secrets from it."""
    credentials = Credentials(folder=layout.credentials)
    pair = credentials.pair(ETCD)
    clients = f"https://{LOOPBACK}:{ports.etcd}"
    members = f"https://{LOOPBACK}:{ports.etcd_peer}"
    return Part(
        name="etcd",
        arguments=(
            f"--data-dir={layout.data}",
            "--name=local",
            f"--listen-client-urls={clients}",
            f"--advertise-client-urls={clients}",
            f"--listen-peer-urls={members}",
            f"--initial-advertise-peer-urls={members}",
            f"--initial-cluster=local={members}",
            f"--cert-file={pair}",
            f"--key-file={pair}",
            f"--trusted-ca-file={credentials.authority}",
            "--client-cert-auth=true",
            f"--peer-cert-file={pair}",
            f"--peer-key-file={pair}",
            f"--peer-trusted-ca-file={credentials.authority}",
            "--peer-client-cert-auth=true",
            # A killed process loses nothing by this, since the kernel keeps what was written;
            # only a crash of the whole machine does.
            "--unsafe-no-fsync=true",
            "--snapshot-count=5000",
            "--max-wals=2",
            "--log-level=warn",
            "--log-outputs=stderr",
        ),
        inputs=(pair, credentials.authority),
        ports=(ports.etcd, ports.etcd_peer),
        health=f"{clients}/readyz",
    )


def kube_apiserver(layout: Layout, ports: Ports) -> Part:
    """The API server, with the authorization and the admission plug-ins of an ordinary cluster."""
    credentials = Credentials(folder=layout.credentials)
    server, client = credentials.pair(SERVER), credentials.pair(ETCD)
    return Part(
        name="kube-apiserver",
        arguments=(
            f"--bind-address={LOOPBACK}",
            f"--advertise-address={LOOPBACK}",
            f"--secure-port={ports.kube_apiserver}",
            # Endpoints can't hold loopback addresses, so `kubernetes.default` gets none.
            "--endpoint-reconciler-type=none",
            f"--etcd-servers=https://{LOOPBACK}:{ports.etcd}",
            f"--etcd-cafile={credentials.authority}",
            f"--etcd-certfile={client}",
            f"--etcd-keyfile={client}",
            f"--client-ca-file={credentials.authority}",
            f"--tls-cert-file={server}",
            f"--tls-private-key-file={server}",
            "--anonymous-auth=false",
            "--authorization-mode=Node,RBAC",
            "--enable-admission-plugins=NodeRestriction",
            "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
            f"--service-account-key-file={credentials.service_account_key}",
            f"--service-account-signing-key-file={credentials.service_account_key}",
            f"--service-cluster-ip-range={SERVICE_NETWORK}",
            "--allow-privileged=true",
            "--profiling=false",
        ),
        inputs=(server, client, credentials.authority, credentials.service_account_key),
        ports=(ports.kube_apiserver,),
        health=f"{api_server_url(ports)}/readyz",
    )


def kube_controller_manager(layout: Layout, ports: Ports) -> Part:
    """All default controllers."""
    credentials = Credentials(folder=layout.credentials)
    kubeconfig = part_kubeconfig(layout, CONTROLLER_MANAGER)
    server = credentials.pair(SERVER)
    return Part(
        name="kube-controller-manager",
        arguments=(
            f"--kubeconfig={kubeconfig}",
            *_serving(server, ports.kube_controller_manager),
            # These two fill Secrets of type kubernetes.io/service-account-token.
            f"--root-ca-file={credentials.authority}",
            f"--service-account-private-key-file={credentials.service_account_key}",
            # Nodes report every 20 to 45 s; a machine that was asleep must not lose its pods.
            "--node-monitor-grace-period=5m",
            "--kube-api-qps=100",
            "--kube-api-burst=200",
        ),
        inputs=(kubeconfig, server, credentials.authority, credentials.service_account_key),
        ports=(ports.kube_controller_manager,),
        health=f"https://{LOOPBACK}:{ports.kube_controller_manager}/healthz",
    )


def kube_scheduler(layout: Layout, ports: Ports) -> Part:
    """The scheduler."""
    kubeconfig = part_kubeconfig(layout, SCHEDULER)
    server = Credentials(folder=layout.credentials).pair(SERVER)
    return Part(
        name="kube-scheduler",
        arguments=(f"--kubeconfig={kubeconfig}", *_serving(server, ports.kube_scheduler)),
        inputs=(kubeconfig, server),
        ports=(ports.kube_scheduler,),
        health=f"https://{LOOPBACK}:{ports.kube_scheduler}/readyz",
    )


def kwok(layout: Layout, ports: Ports, stages: Path) -> Part:
    """The stand-in for every node's kubelet, and for a volume provisioner."""
    kubeconfig = part_kubeconfig(layout, KWOK)
    server = Credentials(folder=layout.credentials).pair(SERVER)
    files = (*OWN_STAGES, *(stages / stage for stage in STAGES))
    return Part(
        name="kwok",
        arguments=(
            f"--kubeconfig={kubeconfig}",
            *(f"--config={file}" for file in files),
            "--v=WARN",
            "--manage-all-nodes=true",
            # With leases, a restarted kwok would wait for those of its killed predecessor to end.
            "--node-lease-duration-seconds=0",
            f"--cidr={POD_NETWORK}",
            f"--server-address={LOOPBACK}:{ports.kwok}",
            f"--tls-cert-file={server}",
            f"--tls-private-key-file={server}",
        ),
        inputs=(kubeconfig, server, *files),
        ports=(ports.kwok,),
        health=f"https://{LOOPBACK}:{ports.kwok}/readyz",
    )


def _serving(pair: Path, port: int) -> tuple[str, ...]:
    return (
        f"--bind-address={LOOPBACK}",
        f"--secure-port={port}",
        f"--tls-cert-file={pair}",
        f"--tls-private-key-file={pair}",
        # Nobody competes for the lease, and losing it on a loaded machine would end the process.
        "--leader-elect=false",
        "--profiling=false",
    )
