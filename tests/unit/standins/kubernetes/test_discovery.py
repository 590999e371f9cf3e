"""Reads the API server's list of kinds."""

from tools.standins.kubernetes.discovery import read_groups
from tools.standins.kubernetes.kind import Kind


def group(name: str, version: str, kind: str, plural: str, scope: str) -> dict[str, object]:
    resource = {"resource": plural, "responseKind": {"kind": kind}, "scope": scope}
    return {"metadata": {"name": name}, "versions": [{"version": version, "resources": [resource]}]}


def test_core_and_named_groups_have_paths_of_their_own() -> None:
    paths = read_groups(
        {
            "items": [
                group("", "v1", "ConfigMap", "configmaps", "Namespaced"),
                group("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", "Cluster"),
            ]
        }
    )
    config_maps = paths[Kind(api_version="v1", kind="ConfigMap")]
    roles = paths[Kind(api_version="rbac.authorization.k8s.io/v1", kind="ClusterRole")]
    assert config_maps.item("ns", "x") == "/api/v1/namespaces/ns/configmaps/x"
    assert config_maps.item("", "x") == "/api/v1/namespaces/default/configmaps/x"
    assert roles.item("ns", "x") == "/apis/rbac.authorization.k8s.io/v1/clusterroles/x"
