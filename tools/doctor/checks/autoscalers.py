"""What autoscalers verify Prometheus with."""

from collections.abc import Iterator
from typing import Final

from components.pem import Served
from tools.doctor.authority import held_by, served_certificate, verifies
from tools.doctor.checks.certificates import UNKNOWN_AUTHORITY
from tools.doctor.checks.scheme import used_schemes
from tools.doctor.clients import KEDA_OPERATORS, Client, arguments, clients
from tools.doctor.finding import Finding, error, warning
from tools.doctor.installation import APPS_API, Installation, full_name
from tools.doctor.mounted import mounted_at, source_of

AGREED: Final = (
    "`pulumi refresh` and `pulumi up` where this stack installs it, else give its chart what `llmd-monitoring values "
    "--ca-file` writes"
)
UNVERIFIED: Final = "anybody on the way can answer in Prometheus' place"

_NOT_STARTED: Final = "new pods of it can't start: `MountVolume.SetUp failed for volume`"


def autoscalers(installation: Installation) -> Iterator[Finding]:
    """Yields findings about CAs that are missing or old, and about verification that is off."""
    served = served_certificate(installation)
    if served is None:
        return
    for client in clients(installation):
        if "https" in used_schemes(client.url, installation.names.prometheus):
            yield from _of_client(installation, client, served)
    yield from _of_keda(installation)


def _of_client(installation: Installation, client: Client, served: Served) -> Iterator[Finding]:
    if not client.verifies:
        yield warning(
            client.where,
            "doesn't verify Prometheus' certificate (PROMETHEUS_TLS_INSECURE_SKIP_VERIFY)",
            why=UNVERIFIED,
            mend="set wva.prometheus.tls.insecureSkipVerify: false, and wva.prometheus.caCert to the CA",
        )
    elif not client.ca_file:
        yield error(
            client.where,
            "queries Prometheus over https and names no CA",
            why=UNKNOWN_AUTHORITY,
            mend=AGREED,
        )
    source = source_of(client.pod, client.container, client.ca_file)
    if source is None:
        return
    what = f"verifies with {source.kind} {client.namespace}/{source.name}, which"
    held = held_by(installation, source.kind, client.namespace, source.name)
    if held is None:
        yield error(client.where, f"{what} doesn't exist", why=_NOT_STARTED, mend=AGREED)
    elif not held.get(source.key):
        problem = f"{what} has no {source.key}"
        yield error(client.where, problem, why=UNKNOWN_AUTHORITY, mend=AGREED)
    elif client.verifies and not verifies(served, held[source.key]):
        yield error(
            client.where,
            f"{what} doesn't verify the certificate that Prometheus serves",
            why=UNKNOWN_AUTHORITY,
            mend=f"{AGREED}; then restart it, since it reads the CA once",
        )


def _of_keda(installation: Installation) -> Iterator[Finding]:
    """What its CA is good for depends on its triggers."""
    for deployment in installation.everywhere(APPS_API, "deployments", KEDA_OPERATORS):
        namespace = deployment["metadata"]["namespace"]
        pod = deployment["spec"]["template"]["spec"]
        for container in pod["containers"]:
            for folder in arguments(container, "ca-dir"):
                for mounted in mounted_at(pod, container, folder):
                    if held_by(installation, mounted.kind, namespace, mounted.name) is None:
                        yield error(
                            full_name("Deployment", deployment),
                            f"verifies with {mounted.kind} {namespace}/{mounted.name}, which doesn't exist",
                            why=_NOT_STARTED,
                            mend=AGREED,
                        )
