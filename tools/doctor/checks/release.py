"""Where Helm stands."""

from collections.abc import Iterator

from tools.doctor.finding import Finding, error
from tools.doctor.installation import CORE_API, Installation


def release(installation: Installation) -> Iterator[Finding]:
    """Yields a finding for a release that is absent, failed, or stuck in an operation."""
    names = installation.names
    if names.namespace not in installation.namespaces:
        yield error(
            f"namespace {names.namespace}",
            "does not exist",
            why="nothing is installed there",
            mend="name the right stack, namespace and context; `pulumi up` installs",
        )
        return
    selector = f"owner=helm,name={names.release}"
    revisions = [
        one["metadata"]["labels"]
        for one in installation.everywhere(CORE_API, "secrets", selector)
        if one["metadata"]["namespace"] == names.namespace
    ]
    where = f"Helm release {names.namespace}/{names.release}"
    if not revisions:
        yield error(
            where,
            "does not exist",
            why="Prometheus, Grafana and the operator are its objects",
            mend="`pulumi up` installs it",
        )
        return
    last = max(revisions, key=lambda labels: int(labels["version"]))
    status, helm = last["status"], f"helm --namespace {names.namespace}"
    if status.startswith("pending-") or status == "uninstalling":
        back = (
            f"{helm} uninstall {names.release}"
            if status in {"pending-install", "uninstalling"}
            else f"{helm} rollback {names.release}"
        )
        yield error(
            where,
            f"is stuck in {status} (revision {last['version']})",
            why="Helm refuses every further operation",
            mend=f"once no helm or pulumi runs: `{back}`, then `pulumi refresh` and `pulumi up`",
        )
    elif status == "failed":
        yield error(
            where,
            f"failed at revision {last['version']}",
            why="some of its objects may be missing or old",
            mend=f"`{helm} history {names.release}` says why; then `pulumi up`",
        )
