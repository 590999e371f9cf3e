"""Keys and CAs that are changed while clients go on verifying.

The steps build on each other, in the order of the file.
"""

import json
import ssl
from dataclasses import replace
from datetime import timedelta

import pytest

from components.settings.tls import TEN_YEARS_HOURS, THIRTY_DAYS_HOURS
from tests.cluster.conftest import NewProject, Settings
from tests.cluster.live import Live
from tests.cluster.project import NAMESPACE, Project
from tests.cluster.tls_server import handshake, serving
from tools.preview.comparing.change import Operation
from tools.preview.engine.steps import changes_of
from tools.preview.masking import Masking
from tools.preview.report import Report, Stack
from tools.preview.reporting.markdown import markdown

SECRET = "prometheus-web-tls"
CONFIG_MAP = "prometheus-web-tls-ca"
SERVER = "prometheus-operated"
LEAF = "server-certificate"
LIFETIME = timedelta(hours=TEN_YEARS_HOURS)
WINDOW = timedelta(hours=THIRTY_DAYS_HOURS)

# What these steps are about needs neither; the chart is installed sooner without them.


@pytest.fixture(scope="class")
def project(new_project: NewProject, small: Settings) -> Project:
    return new_project(small)


@pytest.fixture(scope="class")
def clients(live: Live) -> Live:
    """A namespace of clients."""
    return replace(live, namespace="default")


def published(namespace: Live) -> str:
    """The CA that clients of a namespace read."""
    bundle: str = namespace.get("configmaps", CONFIG_MAP)["data"]["ca.crt"]
    return bundle


def certificates(bundle: str) -> list[str]:
    end = "-----END CERTIFICATE-----\n"
    return [f"{part}{end}" for part in bundle.split(end) if part.strip()]


def verified(namespace: Live, ca: str) -> bool:
    """Whether a client that trusts a CA can talk to a server with the Secret's certificate."""
    secret = namespace.secret(SECRET)
    with serving(certificate=secret["tls.crt"], key=secret["tls.key"]) as address:
        try:
            handshake(address, ca, server_name=SERVER)
        except ssl.SSLCertVerificationError:
            return False
    return True


class TestRotation:
    def test_an_update_gives_the_ca_to_the_namespaces_of_clients(
        self, project: Project, small: Settings, live: Live, clients: Live
    ) -> None:
        tls = {"trust": [{"namespace": "default", "secret": True}]}
        project.configure({**small, "tls": tls})
        project.up().succeeded()
        assert published(clients) == published(live)
        assert clients.secret(CONFIG_MAP) == {"ca.crt": published(live)}
        assert verified(live, published(clients))

    def test_before_its_window_an_update_renews_nothing(self, project: Project, live: Live) -> None:
        before = live.secret(SECRET)
        project.age(LEAF, LIFETIME - WINDOW - timedelta(hours=1))
        # When it ends is recorded too.
        project.up().succeeded()
        assert live.secret(SECRET) == before
        project.up("--expect-no-changes").succeeded()

    def test_within_it_a_preview_speaks_of_a_scheduled_renewal(
        self, project: Project, live: Live
    ) -> None:
        before = live.secret(SECRET)
        project.age(LEAF, timedelta(hours=2))
        printed = project.pulumi("preview", "--json").succeeded()
        steps = json.loads(printed[printed.index("{") :])["steps"]
        changes = changes_of(steps, Masking(key=b"key"))
        found = {change.resource.name: change for change in changes}
        assert found[LEAF].operation is Operation.RENEW
        assert {change.operation for change in changes} == {Operation.RENEW, Operation.UPDATE}
        assert found.keys() == {
            LEAF,
            f"{NAMESPACE}/{SECRET}",
            f"{NAMESPACE}/llmd-recording-certificate",
        }
        report = Report(base="a", head="b", stacks=(Stack(name="test", changes=changes),))
        assert "scheduled renewal" in markdown(report)
        assert live.secret(SECRET) == before

    def test_and_an_update_renews_the_certificate_and_nothing_else(
        self, project: Project, live: Live, clients: Live
    ) -> None:
        ca, before, secret = published(clients), live.get("secrets", SECRET), live.secret(SECRET)
        project.up().succeeded()
        renewed = live.secret(SECRET)
        assert live.get("secrets", SECRET)["metadata"]["uid"] == before["metadata"]["uid"]
        assert renewed["tls.crt"] != secret["tls.crt"]
        assert renewed["tls.key"] == secret["tls.key"]
        assert published(clients) == published(live) == ca
        assert verified(live, ca)
        project.up("--expect-no-changes").succeeded()

    def test_rotation_on_demand_renews_key_and_certificate_in_place(
        self, project: Project, small: Settings, live: Live, clients: Live
    ) -> None:
        ca, before = published(clients), live.get("secrets", SECRET)
        project.configure({**small, "tls": {"rotation": 1, "trust": [{"namespace": "default"}]}})
        project.up().succeeded()
        after = live.get("secrets", SECRET)
        assert after["metadata"]["uid"] == before["metadata"]["uid"]
        assert after["data"]["tls.key"] != before["data"]["tls.key"]
        assert after["data"]["tls.crt"] != before["data"]["tls.crt"]
        assert published(clients) == ca
        assert verified(live, ca)
        project.up("--expect-no-changes").succeeded()

    def test_what_is_dropped_from_the_list_is_gone(self, clients: Live) -> None:
        assert clients.find("secrets", CONFIG_MAP) is None

    def test_a_new_ca_is_published_before_it_signs(
        self, project: Project, small: Settings, live: Live, clients: Live
    ) -> None:
        (first,) = certificates(published(live))
        project.configure({**small, "tls": self.rotating([1, 2])})
        project.up().succeeded()
        assert certificates(published(clients))[0] == first
        assert len(certificates(published(clients))) == 2
        assert published(clients) == published(live) == live.secret(SECRET)["ca.crt"]
        assert verified(live, first)

    def test_then_it_signs_and_both_are_trusted(
        self, project: Project, small: Settings, live: Live, clients: Live
    ) -> None:
        first, second = certificates(published(clients))
        project.configure({**small, "tls": self.rotating([2, 1])})
        project.up().succeeded()
        assert certificates(published(clients)) == [second, first]
        assert verified(live, second)
        assert verified(live, published(clients))
        assert not verified(live, first)

    def test_then_the_old_one_is_dropped(
        self, project: Project, small: Settings, live: Live, clients: Live
    ) -> None:
        second, _ = certificates(published(clients))
        project.configure({**small, "tls": self.rotating([2])})
        project.up().succeeded()
        assert certificates(published(clients)) == [second]
        assert verified(live, published(clients))
        project.up("--expect-no-changes").succeeded()

    def test_a_ca_that_no_client_trusts_yet_must_not_sign(
        self, project: Project, small: Settings, live: Live, clients: Live
    ) -> None:
        before = published(clients)
        for generations in ([3], [3, 2]):
            project.configure({**small, "tls": self.rotating(generations)})
            output = project.up().failed()
            assert "update with tls.caGenerations: [2, 3] first" in output
        assert verified(live, before)
        assert published(clients) == before

    def rotating(self, generations: list[int]) -> Settings:
        return {"rotation": 1, "caGenerations": generations, "trust": [{"namespace": "default"}]}
