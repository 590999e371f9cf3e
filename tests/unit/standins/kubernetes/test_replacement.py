"""An object is replaced only where a field can't be changed in place."""

from typing import Any

import pytest

from tools.standins.kubernetes.configuration import Settings
from tools.standins.kubernetes.diff import diff
from tools.standins.kubernetes.kind import Kind
from tools.standins.kubernetes.replacement import replaces_for

MUTABLE = Settings(config_map_mutable=True, secret_mutable=True)
CONFIG_MAP = Kind(api_version="v1", kind="ConfigMap")
SECRET = Kind(api_version="v1", kind="Secret")
DEPLOYMENT = Kind(api_version="apps/v1", kind="Deployment")
POD = Kind(api_version="v1", kind="Pod")
JOB = Kind(api_version="batch/v1", kind="Job")
CUSTOM = Kind(api_version="monitoring.coreos.com/v1", kind="PodMonitor")


def replaced(
    kind: Kind,
    old: dict[str, Any],
    new: dict[str, Any],
    *,
    settings: Settings = MUTABLE,
    patch: bool = False,
) -> set[str]:
    rule = replaces_for(kind, new, settings, patch=patch)
    return {path for path, change in diff(old, new, rule).items() if change.replace}


@pytest.mark.parametrize("kind", [CONFIG_MAP, SECRET, DEPLOYMENT, CUSTOM])
@pytest.mark.parametrize("field", ["name", "namespace"])
def test_another_identity_is_another_object(kind: Kind, field: str) -> None:
    paths = replaced(kind, {"metadata": {field: "a"}}, {"metadata": {field: "b"}})
    assert paths == {f"metadata.{field}"}


@pytest.mark.parametrize("kind", [CONFIG_MAP, SECRET])
def test_data_changes_in_place_only_where_the_provider_allows(kind: Kind) -> None:
    old, new = {"data": {"a": "1"}}, {"data": {"a": "2"}}
    assert replaced(kind, old, new) == set()
    assert replaced(kind, old, new, settings=Settings()) == {"data.a"}


@pytest.mark.parametrize("kind", [CONFIG_MAP, SECRET])
def test_an_immutable_object_is_replaced_all_the_same(kind: Kind) -> None:
    new = {"data": {"a": "2"}, "immutable": True}
    assert "data.a" in replaced(kind, {"data": {"a": "1"}, "immutable": True}, new)


def test_the_type_of_a_secret_never_changes_in_place() -> None:
    assert replaced(SECRET, {"type": "Opaque"}, {"type": "kubernetes.io/tls"}) == {"type"}


def test_labels_change_in_place() -> None:
    old, new = {"metadata": {"labels": {"a": "1"}}}, {"metadata": {"labels": {"a": "2"}}}
    assert replaced(CONFIG_MAP, old, new, settings=Settings()) == set()


def test_a_selector_is_fixed_and_replicas_are_not() -> None:
    old = {"spec": {"replicas": 1, "selector": {"matchLabels": {"a": "1"}}}}
    new = {"spec": {"replicas": 2, "selector": {"matchLabels": {"a": "2"}}}}
    assert replaced(DEPLOYMENT, old, new) == {"spec.selector.matchLabels.a"}


def test_a_field_of_any_container_counts() -> None:
    old = {"spec": {"containers": [{"image": "a"}, {"image": "b"}]}}
    new = {"spec": {"containers": [{"image": "a"}, {"image": "c"}]}}
    assert replaced(POD, old, new) == {"spec.containers[1].image"}


def test_a_change_above_a_fixed_field_counts_when_it_holds_one() -> None:
    assert replaced(JOB, {}, {"spec": {"template": {}}}) == {"spec"}
    assert replaced(JOB, {}, {"spec": {"suspend": True}}) == set()
    assert replaced(POD, {}, {"spec": {"containers": [{"image": "a"}]}}) == {"spec"}


def test_custom_kinds_change_in_place() -> None:
    old, new = {"spec": {"selector": {"a": 1}}}, {"spec": {"selector": {"a": 2}}}
    assert replaced(CUSTOM, old, new) == set()


def test_a_patch_changes_everything_but_identity_in_place() -> None:
    old, new = {"data": {"a": "1"}}, {"data": {"a": "2"}}
    assert replaced(CONFIG_MAP, old, new, settings=Settings(), patch=True) == set()
    other = {"metadata": {"name": "b"}}
    assert replaced(CONFIG_MAP, {"metadata": {"name": "a"}}, other, patch=True) == {"metadata.name"}
