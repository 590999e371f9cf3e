"""Keys, certificates and CAs change under a real Prometheus that is scraped and queried all the time.

The steps build on each other, in the order of the file.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from components.names import Names
from tests.cluster.project import NAMESPACE
from tests.live.querying import GoQuerying, PythonQuerying
from tests.live.tables import table
from tests.live.world import World
from tests.tls_clients.clients import built
from tools.live.waiting import wait_for

ROTATIONS = 20
PATIENCE_SECONDS = 60
NAMES = Names(namespace=NAMESPACE, release="llmd", cluster_domain="cluster.local", scheme="https")
OWN = f'job=~"{NAMES.prometheus}|{NAMES.alertmanager}"'
CA_FILE = f"tls-assets/*_{NAMESPACE}_{NAMES.web_ca_config_map}_ca.crt"


@dataclass(frozen=True, kw_only=True)
class Clients:
    """Those who query during all of it.

    Attributes:
        python: One in Python.
        go: One in Go.
        bundle: The file of CA certificates that both read, as from a mounted ConfigMap.
        began: Since when, in seconds since 1970.
    """

    python: PythonQuerying
    go: GoQuerying
    bundle: Path
    began: float

    @property
    def failures(self) -> list[str]:
        """Queries that failed."""
        return [*self.python.failures, *self.go.failures]


@pytest.fixture(scope="class")
def clients(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clients]:
    folder = tmp_path_factory.mktemp("clients")
    program, log = built(folder), folder / "go.log"
    socket, host = world.folder / "prometheus.sock", NAMES.prometheus_host
    bundle = folder / "ca.crt"
    bundle.write_text(world.ca, encoding="utf-8")
    with (
        PythonQuerying(socket, host, bundle) as python,
        GoQuerying(program, socket, host, bundle, log) as go,
    ):
        yield Clients(python=python, go=go, bundle=bundle, began=time.time())
    world.trust_what_is_published()


def update(world: World, **tls: object) -> None:
    """Updates the stack."""
    world.project.configure({**world.settings, "tls": {"protectCa": False, **tls}})
    world.project.up().succeeded()


def await_another_certificate(clients: Clients, known: int) -> None:
    """Waits until one more certificate is served than were known."""
    wait_for(
        lambda: len(clients.python.served) > known or None,
        PATIENCE_SECONDS,
        lambda: AssertionError(f"{known} certificates were served; {clients.failures}"),
    )


def spread(world: World, clients: Clients) -> None:
    """Lets everybody read what is published: clients, and Prometheus' own scrapes and notifications."""
    published = world.ca
    half_written = clients.bundle.with_suffix(".new")
    half_written.write_text(published, encoding="utf-8")
    half_written.replace(clients.bundle)
    pod = f"prometheus-{NAMES.prometheus}-0"
    wait_for(
        lambda: world.mounted(pod, CA_FILE) == published or None,
        PATIENCE_SECONDS,
        lambda: AssertionError("Prometheus was never given the CAs"),
    )


class TestRotation:
    def test_no_query_fails_while_keys_are_rotated(self, world: World, clients: Clients) -> None:
        for rotation in range(1, ROTATIONS + 1):
            known = len(clients.python.served)
            update(world, rotation=rotation)
            await_another_certificate(clients, known)
        assert clients.failures == []
        assert len(clients.python.served) == ROTATIONS + 1

    def test_no_query_fails_while_the_ca_is_rotated(self, world: World, clients: Clients) -> None:
        known = len(clients.python.served)
        update(world, rotation=ROTATIONS, caGenerations=[1, 2])
        spread(world, clients)
        update(world, rotation=ROTATIONS, caGenerations=[2, 1])
        await_another_certificate(clients, known)
        spread(world, clients)
        update(world, rotation=ROTATIONS, caGenerations=[2])
        spread(world, clients)
        answers = clients.python.answers
        wait_for(
            lambda: clients.python.answers > answers + 10 or None,
            PATIENCE_SECONDS,
            lambda: AssertionError(f"nobody is served with the new CA: {clients.failures}"),
        )
        assert clients.failures == []

    def test_prometheus_never_failed_to_scrape_itself_or_to_notify(
        self, world: World, clients: Clients, record_property: Callable[[str, object], None]
    ) -> None:
        world.trust_what_is_published()
        span = f"[{time.time() - clients.began:.0f}s]"
        scrapes = world.prometheus.value(f"sum(count_over_time(up{{{OWN}}}{span}))")
        failed = world.prometheus.value(f"sum(count_over_time((up{{{OWN}}} == 0){span[:-1]}:1s]))")
        assert failed is None
        sent = world.prometheus.value(f"sum(increase(prometheus_notifications_sent_total{span}))")
        errors = f"sum(increase(prometheus_notifications_errors_total{span}))"
        assert world.prometheus.value(errors) == 0
        assert scrapes
        assert sent
        rows = (
            ("queries in Python", clients.python.answers, len(clients.python.failures)),
            ("queries in Go", len(clients.go.said), len(clients.go.failures)),
            ("scrapes of itself and Alertmanager", round(scrapes), 0),
            ("alerts sent", round(sent), 0),
        )
        title = f"{ROTATIONS} rotations of the key and one of the CA, in {span[1:-1]}"
        record_property("table", table(title, ("", "verified", "failed"), rows))
