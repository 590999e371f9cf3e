"""`llmd-monitoring cluster`: the embedded cluster on the command line."""

from pathlib import Path
from typing import Annotated

import typer

from tools import paths
from tools.cluster.embedded import EmbeddedCluster
from tools.cluster.progress import Stopwatch

app = typer.Typer(
    help="A Kubernetes control plane on this machine, as ordinary processes on loopback.",
    no_args_is_help=True,
)

Directory = Annotated[
    Path, typer.Option(help="Where the cluster keeps its data, keys, logs and kubeconfig.")
]


@app.command()
def start(directory: Directory = paths.CLUSTER_DIR) -> None:
    """Start the cluster, or what of it doesn't run; ends when everything is ready."""
    cluster, watch = EmbeddedCluster(directory), Stopwatch()
    typer.echo(f"Embedded cluster in {cluster.directory}")
    started = cluster.start(typer.echo)
    typer.echo(f"Ready after {watch.elapsed():.1f} s." if started else "It was running already.")
    typer.echo(f"export KUBECONFIG={cluster.kubeconfig}")


@app.command()
def stop(directory: Directory = paths.CLUSTER_DIR) -> None:
    """Stop the cluster and leave no process; its data stays for the next start."""
    cluster, watch = EmbeddedCluster(directory), Stopwatch()
    ran = cluster.stop(typer.echo)
    typer.echo(f"Stopped after {watch.elapsed():.1f} s." if ran else "The cluster was not running.")


@app.command()
def status(directory: Directory = paths.CLUSTER_DIR) -> None:
    """Show every part; the exit code is 0 only if all of them are ready."""
    cluster = EmbeddedCluster(directory)
    now = cluster.status()
    for part in now.parts:
        pid = "" if part.pid is None else f"pid {part.pid}"
        typer.echo(f"{part.name:<24}{part.word:<11}{pid}".rstrip())
    if not now.running:
        state = (
            "stopped" if now.stopped else "not complete; `llmd-monitoring cluster start` heals it"
        )
        typer.echo(f"The cluster is {state}.")
        raise typer.Exit(1)
    typer.echo(f"The cluster is ready at {now.server}.")
    typer.echo(f"export KUBECONFIG={cluster.kubeconfig}")


@app.command()
def reset(directory: Directory = paths.CLUSTER_DIR) -> None:
    """Stop the cluster and delete its data, keys, kubeconfig and the Pulumi state beside them."""
    cluster = EmbeddedCluster(directory)
    cluster.reset(typer.echo)
    typer.echo(f"{cluster.directory} holds no cluster any more.")
