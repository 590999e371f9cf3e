"""Two llm-d deployments, from their first update to their removal.

The steps build on each other, in the order of the file.
"""

import ssl
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from tests.cluster.conftest import NewProject, Settings
from tests.cluster.live import Live
from tests.cluster.project import Project

OLD_NAMESPACE = "llm-d-pd"
NEW_NAMESPACE = "llm-d"
OLD = {
    "namespace": OLD_NAMESPACE,
    "generation": "gaie",
    "deployment": "modelservice",
    "epp": [{"release": "gaie-pd"}, {"release": "gaie-canary"}],
}
NEW = {"namespace": NEW_NAMESPACE, "prefill": {"enabled": False}, "epp": [{"release": "baseline"}]}
READER = "llmd-metrics-reader"


@pytest.fixture(scope="class")
def project(new_project: NewProject, small: Settings) -> Project:
    return new_project({**small, "models": [OLD, NEW]})


@pytest.fixture(scope="class")
def old(live: Live) -> Iterator[Live]:
    """The namespace of the older deployment, which exists already and belongs to somebody."""
    namespace = replace(live, namespace=OLD_NAMESPACE)
    namespace.create_namespace({"team": "inference"})
    yield namespace
    live.client.delete(f"/api/v1/namespaces/{namespace.namespace}")


@pytest.fixture(scope="class")
def new(live: Live) -> Iterator[Live]:
    """The namespace of the newer deployment, which is missing."""
    namespace = replace(live, namespace=NEW_NAMESPACE)
    yield namespace
    live.client.delete(f"/api/v1/namespaces/{namespace.namespace}")


def bearer(live: Live) -> httpx.Client:
    """A client that is nobody but the bearer of a namespace's token."""
    secret = live.secret(f"{READER}-token")
    return httpx.Client(
        base_url=live.client.base_url,
        headers={"Authorization": f"Bearer {secret['token']}"},
        verify=ssl.create_default_context(cadata=secret["ca.crt"]),
        trust_env=False,
    )


def roles(live: Live) -> set[str]:
    """Names of our cluster-wide roles and bindings."""
    found = set()
    for kind in ("clusterroles", "clusterrolebindings"):
        response = live.client.get(f"/apis/rbac.authorization.k8s.io/v1/{kind}")
        response.raise_for_status()
        found |= {item["metadata"]["name"] for item in response.json()["items"]}
    return {name for name in found if name.startswith("llmd-monitoring:")}


class TestModels:
    def test_an_update_makes_every_monitor(self, project: Project, old: Live, new: Live) -> None:
        project.up().succeeded()
        assert old.list("podmonitors").keys() == {"llmd-decode", "llmd-prefill"}
        assert old.list("servicemonitors").keys() == {"llmd-epp-gaie-pd", "llmd-epp-gaie-canary"}
        assert new.list("podmonitors").keys() == {"llmd-decode"}
        assert new.list("servicemonitors").keys() == {"llmd-epp-baseline"}

    def test_a_missing_namespace_is_made_and_another_ones_labels_stay(
        self, old: Live, new: Live
    ) -> None:
        assert new.namespace_labels() == {"kubernetes.io/metadata.name": "llm-d"}
        assert (old.namespace_labels() or {})["team"] == "inference"

    def test_the_token_may_get_metrics_and_nothing_else(self, new: Live) -> None:
        """The API server serves such a path too, so it can be asked."""
        with bearer(new) as client:
            codes = {
                path: client.get(path).status_code
                for path in ("/metrics", "/api/v1/secrets", "/api/v1/namespaces/llm-d/pods")
            }
        assert codes == {
            "/metrics": httpx.codes.OK,
            "/api/v1/secrets": httpx.codes.FORBIDDEN,
            "/api/v1/namespaces/llm-d/pods": httpx.codes.FORBIDDEN,
        }

    @pytest.mark.parametrize(
        ("account", "allowed"), [("llm-d:baseline-epp", True), ("llm-d:default", False)]
    )
    def test_the_epp_may_ask_whose_token_it_got(
        self, live: Live, account: str, allowed: bool
    ) -> None:
        review = {
            "spec": {
                "user": f"system:serviceaccount:{account}",
                "resourceAttributes": {
                    "verb": "create",
                    "group": "authentication.k8s.io",
                    "resource": "tokenreviews",
                },
            }
        }
        path = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
        response = live.client.post(path, json=review)
        assert response.json()["status"]["allowed"] is allowed

    def test_no_token_is_in_clear_in_the_state(self, project: Project, new: Live) -> None:
        token = new.secret(f"{READER}-token")["token"]
        assert token not in str(project.state())

    def test_a_second_update_changes_nothing(self, project: Project) -> None:
        project.up("--expect-no-changes").succeeded()

    def test_a_monitor_changed_by_hand_is_healed(self, project: Project, new: Live) -> None:
        good = new.get("podmonitors", "llmd-decode")["spec"]
        new.patch("podmonitors", "llmd-decode", {"spec": {"selector": {"matchExpressions": []}}})
        project.up("--refresh").succeeded()
        assert new.get("podmonitors", "llmd-decode")["spec"] == good

    def test_a_monitor_that_scrapes_the_same_is_told_before_anything_is_planned(
        self, project: Project, new: Live
    ) -> None:
        theirs = new.get("podmonitors", "llmd-decode")
        theirs["metadata"] = {"name": "decode"}
        new.create("podmonitors", theirs)
        told = project.pulumi("preview").failed()
        assert "PodMonitor llm-d/decode: scrapes what this stack scrapes too" in told
        new.delete("podmonitors", "decode")
        project.pulumi("preview", "--expect-no-changes").succeeded()

    def test_a_deployment_handed_to_its_charts_loses_its_monitors_and_no_other_does(
        self, project: Project, small: Settings, old: Live, new: Live
    ) -> None:
        project.configure({**small, "models": [{**OLD, "monitors": "charts"}, NEW]})
        project.up().succeeded()
        assert old.list("podmonitors") == {}
        assert old.list("servicemonitors") == {}
        assert READER not in old.list("serviceaccounts")
        assert old.namespace_labels() is not None
        assert new.list("podmonitors").keys() == {"llmd-decode"}

    def test_a_destroy_takes_all_of_ours_and_leaves_the_namespaces(
        self, project: Project, live: Live, old: Live, new: Live
    ) -> None:
        assert roles(live)
        new.create_config_map("theirs", {"a": "b"})
        project.pulumi("destroy", "--yes", "--skip-preview").succeeded()
        assert roles(live) == set()
        for namespace in (old, new):
            assert namespace.list("podmonitors") == {}
            assert namespace.list("servicemonitors") == {}
            assert namespace.list("secrets") == {}
            assert namespace.list("serviceaccounts").keys() == {"default"}
            assert namespace.namespace_labels() is not None
        assert new.get("configmaps", "theirs")["data"] == {"a": "b"}
