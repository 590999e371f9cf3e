"""No two objects get one name, whatever namespaces and EPPs are called."""

import re
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from components.monitors import prometheus_operator
from components.monitors.managed_prometheus import epp_monitoring, server_monitoring
from components.monitors.manifest import Manifest, Monitoring, identity
from components.monitors.names import epp_monitor, epp_service, epp_token, server_monitor
from components.namespace_monitors import logical_name
from components.settings import Settings
from components.settings.models import ModelSettings
from tests.unit.components.documents import EPP_RELEASES, MODELS, Document
from tests.unit.components.monitors.examples import LABELS

SUBDOMAIN: Final = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")


def objects(made: Monitoring) -> tuple[Manifest, ...]:
    return (*made.access, *made.monitors)


def by_operator(model: ModelSettings) -> tuple[Manifest, ...]:
    return objects(prometheus_operator.monitoring(model, LABELS))


def by_google(model: ModelSettings) -> tuple[Manifest, ...]:
    servers = server_monitoring(model, LABELS)
    epps = epp_monitoring(model, LABELS, "gmp-system")
    return (*objects(servers), *objects(epps))


def all_of(document: list[Document]) -> tuple[ModelSettings, ...]:
    return Settings.model_validate({"models": document}).models


class TestObjects:
    @given(MODELS)
    def test_of_all_deployments_have_names_of_their_own(self, document: list[Document]) -> None:
        for make in (by_operator, by_google):
            found = [identity(manifest) for model in all_of(document) for manifest in make(model)]
            assert len(found) == len(set(found))

    @given(MODELS)
    def test_have_names_that_kubernetes_takes(self, document: list[Document]) -> None:
        for model in all_of(document):
            for manifest in (*by_operator(model), *by_google(model)):
                name = manifest["metadata"]["name"]
                assert len(name) <= 253
                assert all(SUBDOMAIN.fullmatch(part) for part in name.split(":"))

    @given(MODELS)
    def test_lie_in_their_namespace_or_name_it(self, document: list[Document]) -> None:
        for model in all_of(document):
            for manifest in (*by_operator(model), *by_google(model)):
                metadata = manifest["metadata"]
                if manifest["kind"].startswith("Cluster"):
                    assert "namespace" not in metadata
                    assert f":{model.namespace}:" in metadata["name"]
                else:
                    assert metadata["namespace"] == model.namespace

    @given(MODELS)
    def test_are_resources_of_different_names(self, document: list[Document]) -> None:
        for make in (by_operator, by_google):
            names = [
                logical_name(f"{model.namespace}.monitors", manifest)
                for model in all_of(document)
                for manifest in make(model)
            ]
            assert len(names) == len(set(names))


class TestEpp:
    @given(EPP_RELEASES)
    def test_is_called_as_its_chart_calls_it(self, release: str) -> None:
        assert epp_service(release) == f"{release[:40]}-epp"

    @given(st.lists(EPP_RELEASES, unique=True, min_size=2, max_size=4))
    def test_has_monitor_and_secret_of_its_own(self, releases: list[str]) -> None:
        for name in (epp_monitor, epp_token):
            assert len({name(release) for release in releases}) == len(releases)


def test_monitors_of_the_servers_have_these_names() -> None:
    assert (server_monitor("decode"), server_monitor("prefill")) == ("llmd-decode", "llmd-prefill")
