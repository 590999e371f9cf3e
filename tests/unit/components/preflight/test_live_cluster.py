"""Reading the cluster before anything is planned, over real HTTP."""

from pathlib import Path

import pytest

from components.preflight import live_cluster
from components.preflight.live_cluster import UnreadableError, connected
from components.settings import KubernetesSettings
from tests.api_server import TOKEN, ApiServer, api_server, write_kubeconfig

PATH = "/api/v1/namespaces/a/configmaps/b"
DEPLOYMENTS = "/apis/apps/v1/deployments"


@pytest.fixture
def settings(server: ApiServer, tmp_path: Path) -> KubernetesSettings:
    write_kubeconfig(tmp_path / "config", server.url, "one", "two")
    return KubernetesSettings.model_validate({"kubeconfig": str(tmp_path / "config")})


class TestReading:
    def test_finds_an_object(self, server: ApiServer, settings: KubernetesSettings) -> None:
        server.objects[PATH] = {"data": {"a": "b"}}
        with connected(settings) as cluster:
            assert cluster.find(PATH) == {"data": {"a": "b"}}
        assert server.tokens == [f"Bearer {TOKEN}"]

    def test_tells_that_there_is_none(self, settings: KubernetesSettings) -> None:
        with connected(settings) as cluster:
            assert cluster.find(PATH) is None

    def test_lists_what_carries_a_label(
        self, server: ApiServer, settings: KubernetesSettings
    ) -> None:
        wanted = {"metadata": {"name": "x", "labels": {"app": "a"}}}
        other = {"metadata": {"name": "y", "labels": {"app": "c"}}}
        server.objects[DEPLOYMENTS] = {"items": [wanted, other]}
        with connected(settings) as cluster:
            assert cluster.list(DEPLOYMENTS, label_selector="app in (a, b)") == (wanted,)

    def test_lists_nothing_of_a_kind_that_is_not_served(self, settings: KubernetesSettings) -> None:
        with connected(settings) as cluster:
            assert cluster.list("/apis/x/v1/ys", label_selector="a in (b)") == ()

    def test_changes_nothing_of_the_kubeconfig(self, settings: KubernetesSettings) -> None:
        before = Path(settings.kubeconfig or "").read_bytes()
        with connected(settings) as cluster:
            cluster.find(PATH)
        assert Path(settings.kubeconfig or "").read_bytes() == before


class TestKubeconfig:
    def test_is_the_one_of_the_environment_where_none_is_named(
        self, server: ApiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_kubeconfig(tmp_path / "second", server.url, "here")
        monkeypatch.setenv("KUBECONFIG", f"{tmp_path / 'first'}:{tmp_path / 'second'}")
        with connected(KubernetesSettings(context="here")) as cluster:
            assert cluster.find(PATH) is None

    def test_that_is_nowhere_leads_to_no_cluster(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("KUBECONFIG", str(tmp_path / "nowhere"))
        monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
        with (
            pytest.raises(UnreadableError, match="no cluster is configured"),
            connected(KubernetesSettings()),
        ):
            pass

    def test_without_the_context_leads_to_no_cluster(self, settings: KubernetesSettings) -> None:
        other = settings.model_copy(update={"context": "three"})
        with pytest.raises(UnreadableError, match="three"), connected(other):
            pass


class TestBusyServer:
    def test_is_asked_again(
        self, server: ApiServer, settings: KubernetesSettings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(live_cluster, "_PAUSES_SECONDS", (0, 0, 0))
        server.objects[PATH] = {"kind": "ConfigMap"}
        server.busy[PATH] = 3
        with connected(settings) as cluster:
            assert cluster.find(PATH) == {"kind": "ConfigMap"}

    def test_is_not_asked_for_ever(
        self, server: ApiServer, settings: KubernetesSettings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(live_cluster, "_PAUSES_SECONDS", (0, 0, 0))
        server.busy[PATH] = 4
        with connected(settings) as cluster, pytest.raises(UnreadableError) as caught:
            cluster.find(PATH)
        assert "storage is (re)initializing (429)" in str(caught.value)


class TestErrors:
    def test_tell_what_is_forbidden(self, server: ApiServer, settings: KubernetesSettings) -> None:
        server.forbidden.add(PATH)
        with connected(settings) as cluster, pytest.raises(UnreadableError) as caught:
            cluster.find(PATH)
        assert "is forbidden (403)" in str(caught.value)
        assert TOKEN not in str(caught.value)

    def test_tell_that_nobody_answers(self, tmp_path: Path) -> None:
        with api_server() as stopped:
            write_kubeconfig(tmp_path / "config", stopped.url, "one")
        settings = KubernetesSettings(kubeconfig=str(tmp_path / "config"))
        with connected(settings) as cluster, pytest.raises(UnreadableError) as caught:
            cluster.find(PATH)
        assert "refused" in str(caught.value)
        assert "\n" not in str(caught.value)
        assert "object at 0x" not in str(caught.value)
