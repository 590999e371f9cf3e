"""A live object equals its manifest, whatever a server and other people have added to it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.drift.live_shape import asked_for, shape

KEYS = st.text("abcdef", min_size=1, max_size=3)
SCALARS = st.one_of(st.booleans(), st.integers(0, 9), st.text(max_size=4))
CONTENT: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)
MANIFESTS = st.dictionaries(KEYS, CONTENT, max_size=4)


def completed(value: Any) -> Any:  # noqa: ANN401 - JSON in, JSON out
    """As a server keeps it: defaults added to each mapping, what is empty left out."""
    if isinstance(value, dict):
        kept = {key: completed(item) for key, item in value.items() if item not in ("", [], {})}
        return {**kept, "zzz": "the server's"}
    if isinstance(value, list):
        return [completed(item) for item in value]
    return value


def drifted(manifest: dict[str, Any], live: dict[str, Any]) -> bool:
    wanted = asked_for(manifest)
    return shape(wanted, live) != wanted


def workload(**container: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of any kind
    return {
        "kind": "Deployment",
        "spec": {"template": {"spec": {"containers": [{"name": "main", **container}]}}},
    }


class TestNoDrift:
    @given(manifest=MANIFESTS)
    def test_is_what_a_server_completes(self, manifest: dict[str, Any]) -> None:
        assert not drifted({"spec": manifest}, {"spec": completed(manifest)})

    @pytest.mark.parametrize(
        ("written", "kept"), [("1024Mi", "1Gi"), ("1000m", "1"), (2, "2"), ("0.5", "500m")]
    )
    def test_is_a_quantity_in_another_form(self, written: object, kept: str) -> None:
        assert not drifted(
            workload(resources={"limits": {"cpu": written}}),
            workload(resources={"limits": {"cpu": kept}}),
        )

    def test_is_what_others_add_to_lists_with_owners(self) -> None:
        ours = [{"name": "A", "value": "1"}]
        theirs = [{"name": "INJECTED", "value": "x"}, *ours]
        live = workload(env=theirs)
        live["spec"]["template"]["spec"]["containers"].insert(0, {"name": "sidecar"})
        assert not drifted(workload(env=ours), live)

    def test_is_a_null(self) -> None:
        assert not drifted({"spec": {"a": None}}, {"spec": {"a": 1}})

    def test_is_what_the_chart_own_job_writes_into_a_webhook(self) -> None:
        kind = "ValidatingWebhookConfiguration"
        made = {"name": "w", "failurePolicy": "Ignore", "clientConfig": {"service": {"port": 1}}}
        live = {
            "name": "w",
            "failurePolicy": "Fail",
            "clientConfig": {"service": {"port": 1}, "caBundle": "x"},
        }
        assert not drifted({"kind": kind, "webhooks": [made]}, {"webhooks": [live]})

    def test_is_the_form_of_a_secret(self) -> None:
        manifest = {"kind": "Secret", "stringData": {"a": "x"}, "data": {"b": "eA\n=="}}
        assert not drifted(manifest, {"data": {"a": "eA==", "b": "eA=="}})


class TestDrift:
    @pytest.mark.parametrize(
        ("made", "found"),
        [
            ({"replicas": 1}, {"replicas": 0}),
            ({"replicas": 0}, {"replicas": 1}),
            ({"paused": False}, {"paused": True}),
            ({"retention": "15d"}, {}),
            ({"a": {"b": "c"}}, {"a": "c"}),
            ({"args": ["a", "b"]}, {"args": ["b", "a"]}),
            ({"args": ["a"]}, {"args": ["a", "b"]}),
            ({"tolerations": []}, {"tolerations": [{"operator": "Exists"}]}),
            ({"containers": [{"name": "a"}]}, {"containers": [{"name": "b"}]}),
        ],
    )
    def test_is_what_is_no_longer_as_asked_for(
        self, made: dict[str, Any], found: dict[str, Any]
    ) -> None:
        assert drifted({"spec": made}, {"spec": found})

    def test_is_an_empty_text_that_holds_something(self) -> None:
        assert drifted({"kind": "ConfigMap", "data": {"a": ""}}, {"data": {"a": "x"}})

    def test_is_somebody_more_whom_a_role_is_given_to(self) -> None:
        ours = {"kind": "ServiceAccount", "name": "a"}
        assert drifted({"subjects": [ours]}, {"subjects": [ours, {**ours, "name": "b"}]})

    def test_is_a_label(self) -> None:
        made = {"metadata": {"name": "x", "labels": {"release": "llmd"}}}
        assert drifted(made, {"metadata": {"name": "x", "labels": {"release": "other"}}})

    def test_is_another_quantity(self) -> None:
        made = workload(resources={"limits": {"memory": "1Gi"}})
        assert drifted(made, workload(resources={"limits": {"memory": "1G"}}))
