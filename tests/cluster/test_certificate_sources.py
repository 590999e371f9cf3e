"""The serving certificate comes from the user, then from cert-manager, then from the stack itself.

The steps build on each other, in the order of the file.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from components.names import Names
from components.settings import Settings as StackSettings
from tests.cluster.cert_manager import AUTHORITY, GROUP, cert_manager, secret
from tests.cluster.conftest import NewProject, Settings
from tests.cluster.live import Live
from tests.cluster.project import NAMESPACE, Project
from tests.cluster.tls_server import serving
from tests.issuing import authority, leaf
from tests.tls_clients.clients import VERIFIED, Client
from tools.doctor.examination import examine
from tools.doctor.finding import Severity

OURS = "corporate-tls"
NAMES = Names(namespace=NAMESPACE, release="llmd", cluster_domain="cluster.local", scheme="https")
CORPORATE = authority("corporate")
FIT = leaf(NAMES.prometheus_host, by=CORPORATE)
UNFIT = leaf("elsewhere", by=authority("other"))


@pytest.fixture(scope="class")
def project(new_project: NewProject, small: Settings, live: Live) -> Project:
    live.create_namespace({})
    return new_project({**small, "tls": {"source": "existingSecret", "existingSecret": OURS}})


@pytest.fixture(scope="class")
def issuing(live: Live) -> Iterator[None]:
    with cert_manager(live.client, NAMESPACE):
        yield


def served(live: Live) -> Mapping[str, str]:
    """The Secret that Prometheus is told to serve from."""
    web: dict[str, Any] = live.get("prometheuses", NAMES.prometheus)["spec"]["web"]["tlsConfig"]
    name = web["keySecret"]["name"]
    assert web["certFile"] == f"/etc/prometheus/web_config/secret/{name}-key/tls.crt"
    return live.secret(name)


def assert_verified(live: Live, clients: Mapping[str, Client]) -> None:
    """Clients with the published CA verify what Prometheus is told to serve."""
    ca = live.get("configmaps", NAMES.web_ca_config_map)["data"]["ca.crt"]
    pair = served(live)
    with serving(certificate=pair["tls.crt"], key=pair["tls.key"]) as address:
        for language in clients:
            assert clients[language](address, ca, [f"{NAMES.prometheus_url}/"]) == [VERIFIED]


class TestSources:
    def test_a_secret_that_is_not_there_is_told_at_a_preview(self, project: Project) -> None:
        told = project.pulumi("preview").failed()
        assert f"Secret {NAMESPACE}/{OURS}: doesn't exist, and tls.existingSecret names it" in told

    def test_all_that_is_wrong_with_it_is_told_at_once(self, project: Project, live: Live) -> None:
        live.create("secrets", secret(OURS, UNFIT, CORPORATE))
        told = project.up().failed()
        assert "no CA in ca.crt signed tls.crt" in told
        assert f"tls.crt isn't valid for {NAMES.prometheus_host}" in told
        assert live.list("configmaps").keys() == {"kube-root-ca.crt"}
        live.delete("secrets", OURS)

    def test_a_fitting_one_is_served_and_verified(
        self, project: Project, live: Live, clients: Mapping[str, Client]
    ) -> None:
        live.create("secrets", secret(OURS, FIT, CORPORATE))
        project.pulumi("preview").succeeded()
        project.up().succeeded()
        assert served(live)["tls.crt"] == FIT.certificate
        assert_verified(live, clients)
        assert live.find("secrets", "prometheus-web-tls") is None
        project.up("--expect-no-changes").succeeded()

    def test_the_doctor_finds_nothing_broken_with_it(self, small: Settings) -> None:
        tls = {"source": "existingSecret", "existingSecret": OURS}
        found = examine(StackSettings.model_validate({**small, "tls": tls}))
        assert [finding for finding in found if finding.severity is Severity.ERROR] == []
        (warned,) = [one for one in found if one.where == f"Secret {NAMESPACE}/{OURS}"]
        assert "prometheus-operated" in warned.what

    def test_without_cert_manager_a_preview_says_so(
        self, project: Project, small: Settings
    ) -> None:
        project.configure({**small, "tls": {"source": "certManager"}})
        assert "the cluster: has no cert-manager.io/v1" in project.pulumi("preview").failed()

    @pytest.mark.usefixtures("issuing")
    def test_cert_manager_issues_and_every_client_follows(
        self, project: Project, live: Live, clients: Mapping[str, Client]
    ) -> None:
        project.pulumi("preview").succeeded()
        project.up().succeeded()
        ca = live.get("configmaps", NAMES.web_ca_config_map)["data"]["ca.crt"]
        assert ca == served(live)["ca.crt"] == AUTHORITY.certificate
        assert_verified(live, clients)
        assert live.secret(OURS)["tls.crt"] == FIT.certificate
        project.up("--expect-no-changes").succeeded()

    @pytest.mark.usefixtures("issuing")
    def test_the_stacks_own_ca_takes_over_and_leaves_what_is_the_users(
        self, project: Project, live: Live, small: Settings, clients: Mapping[str, Client]
    ) -> None:
        project.configure(small)
        project.up().succeeded()
        assert_verified(live, clients)
        assert live.secret(OURS)["tls.crt"] == FIT.certificate
        for kind in ("issuers", "certificates"):
            path = f"{GROUP}/namespaces/{NAMESPACE}/{kind}"
            assert live.client.get(path).raise_for_status().json()["items"] == []
        project.up("--expect-no-changes").succeeded()
