"""Who may get an EPP's `/metrics`, and who may ask whose token it was."""

from components.monitors.manifest import Manifest
from components.monitors.metrics_token import metrics_access
from tests.unit.components.monitors.examples import LABELS, deployment


def access(*epps: dict[str, object]) -> dict[tuple[str, str], Manifest]:
    made = metrics_access(deployment(epp=list(epps)), LABELS)
    return {(item["kind"], item["metadata"]["name"]): item for item in made}


READER = "llmd-metrics-reader"
ROLE = ("ClusterRole", "llmd-monitoring:llm-d:metrics-reader")
READERS = ("ClusterRoleBinding", "llmd-monitoring:llm-d:metrics-reader")
REVIEWERS = ("ClusterRoleBinding", "llmd-monitoring:llm-d:token-reviewer")


class TestReader:
    def test_is_one_account_for_all_epps_of_a_namespace(self) -> None:
        made = access({"release": "a"}, {"release": "b"})
        accounts = [name for kind, name in made if kind == "ServiceAccount"]
        secrets = [name for kind, name in made if kind == "Secret"]
        assert (accounts, secrets) == ([READER], [f"{READER}-token"])

    def test_has_a_token_that_does_not_end(self) -> None:
        secret = access({"release": "a"})["Secret", f"{READER}-token"]
        assert secret["type"] == "kubernetes.io/service-account-token"
        assert secret["metadata"]["annotations"] == {"kubernetes.io/service-account.name": READER}
        assert not {"data", "stringData"} & set(secret)

    def test_comes_before_its_token(self) -> None:
        kinds = [kind for kind, _ in access({"release": "a"})]
        assert kinds.index("ServiceAccount") < kinds.index("Secret")

    def test_may_get_metrics_and_nothing_else(self) -> None:
        made = access({"release": "a"})
        assert made[ROLE]["rules"] == [{"nonResourceURLs": ["/metrics"], "verbs": ["get"]}]
        assert made[READERS]["roleRef"]["name"] == ROLE[1]
        assert made[READERS]["subjects"] == [
            {"kind": "ServiceAccount", "name": READER, "namespace": "llm-d"}
        ]

    def test_is_not_made_where_every_epp_has_a_secret(self) -> None:
        assert set(access({"release": "a", "tokenSecret": "theirs"})) == {REVIEWERS}


class TestEpp:
    def test_may_ask_whose_token_it_got(self) -> None:
        """Its chart gives this leave only with monitors of its own; without it every scrape is an error 500."""
        made = access({"release": "a"}, {"release": "b"}, {"release": "c", "authentication": False})
        assert made[REVIEWERS]["roleRef"]["name"] == "system:auth-delegator"
        assert [subject["name"] for subject in made[REVIEWERS]["subjects"]] == ["a-epp", "b-epp"]

    def test_without_authentication_needs_nothing(self) -> None:
        assert access({"release": "a", "authentication": False}) == {}


def test_without_epps_there_is_nothing() -> None:
    assert access() == {}
