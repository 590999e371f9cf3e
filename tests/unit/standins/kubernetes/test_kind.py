"""Which kind of object a resource is."""

import pytest

from tools.standins.kubernetes.kind import Kind, from_token, is_patch, of_object, qualify, split_id
from tools.standins.kubernetes.scopes import built_in_scope
from tools.standins.protocol.errors import ProviderError


@pytest.mark.parametrize(
    ("token", "api_version", "kind"),
    [
        ("kubernetes:core/v1:ConfigMap", "v1", "ConfigMap"),
        ("kubernetes:apps/v1:Deployment", "apps/v1", "Deployment"),
        (
            "kubernetes:rbac.authorization.k8s.io/v1:Role",
            "rbac.authorization.k8s.io/v1",
            "Role",
        ),
        (
            "kubernetes:monitoring.coreos.com/v1:PodMonitor",
            "monitoring.coreos.com/v1",
            "PodMonitor",
        ),
    ],
)
def test_a_token_names_version_and_kind(token: str, api_version: str, kind: str) -> None:
    assert from_token(token) == Kind(api_version=api_version, kind=kind)


@pytest.mark.parametrize("token", ["kubernetes", "kubernetes:yaml:ConfigGroup", ""])
def test_other_tokens_are_refused(token: str) -> None:
    with pytest.raises(ProviderError, match="no kind of Kubernetes object"):
        from_token(token)


def test_what_the_object_says_wins_over_the_token() -> None:
    obj = {"apiVersion": "v1", "kind": "ConfigMap"}
    assert of_object(obj, "kubernetes:core/v1:ConfigMapPatch").kind == "ConfigMap"


def test_a_patch_is_known_by_its_token() -> None:
    assert is_patch("kubernetes:core/v1:ConfigMapPatch", "ConfigMap")
    assert not is_patch("kubernetes:core/v1:ConfigMap", "ConfigMap")
    assert not is_patch("kubernetes:example.com/v1:DogPatch", "DogPatch")


@pytest.mark.parametrize(("namespace", "name"), [("", "a"), ("ns", "a")])
def test_an_id_is_namespace_and_name(namespace: str, name: str) -> None:
    assert split_id(qualify(namespace, name)) == (namespace, name)


@pytest.mark.parametrize(
    ("api_version", "kind", "namespaced"),
    [
        ("v1", "Namespace", False),
        ("v1", "NamespacePatch", False),
        ("v1", "ConfigMap", True),
        ("rbac.authorization.k8s.io/v1", "ClusterRole", False),
        ("monitoring.coreos.com/v1", "PodMonitor", None),
    ],
)
def test_scopes_of_built_in_kinds_are_known(
    api_version: str, kind: str, namespaced: bool | None
) -> None:
    assert built_in_scope(Kind(api_version=api_version, kind=kind)) is namespaced
