"""What `up` tells at its end: what runs, where it is, and how to look at it."""

from collections.abc import Mapping
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table

from tools.stack.workloads import Workload, workloads


def show(
    console: Console, client: httpx.Client, namespace: str, outputs: Mapping[str, Any]
) -> None:
    """Prints the workloads with their state, the addresses, and the next commands."""
    console.print(workload_table(namespace, workloads(client, namespace)))
    console.print(next_steps(namespace, outputs), markup=False)


def workload_table(namespace: str, found: tuple[Workload, ...]) -> Table:
    """Returns a table with a row a workload."""
    table = Table(title=f"Workloads in {namespace}", title_justify="left")
    for heading in ("kind", "name", "ready"):
        table.add_column(heading)
    for workload in found:
        state = f"{workload.ready}/{workload.wanted}"
        table.add_row(
            workload.kind, workload.name, state if workload.is_ready else f"[red]{state}[/red]"
        )
    return table


def next_steps(namespace: str, outputs: Mapping[str, Any]) -> str:
    """Returns the addresses and the commands that look at the installation."""
    grafana = outputs.get("grafana") or {}
    return f"""
Prometheus  {outputs["prometheusUrl"]}
Grafana     {grafana.get("url", "not installed")}

This cluster has a real API server and simulated pods: every object is there, no container runs.
Look at it:

  . .venv/bin/activate                        # pulumi, helm and the plug-ins
  export KUBECONFIG=.cluster/kubeconfig
  kubectl --namespace {namespace} get all     # any kubectl of yours
  pulumi preview --stack local                # nothing to change
  pulumi stack output --stack local --json    # what scripts and autoscalers read
  make down                                   # remove it
"""
