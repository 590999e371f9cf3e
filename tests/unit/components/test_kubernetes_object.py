"""A kind is registered under the type that the SDK gives it, so that a state fits both."""

import pulumi_kubernetes as k8s
import pytest

from components.kubernetes_object import resource_type


class TestType:
    @pytest.mark.parametrize(
        ("api_version", "kind", "of_the_sdk"),
        [
            ("v1", "ConfigMap", k8s.core.v1.ConfigMap),
            ("v1", "Secret", k8s.core.v1.Secret),
            ("apps/v1", "Deployment", k8s.apps.v1.Deployment),
            ("batch/v1", "CronJob", k8s.batch.v1.CronJob),
            ("rbac.authorization.k8s.io/v1", "ClusterRole", k8s.rbac.v1.ClusterRole),
        ],
    )
    def test_is_the_sdks(self, api_version: str, kind: str, of_the_sdk: type) -> None:
        assert resource_type(api_version, kind) == getattr(of_the_sdk, "pulumi_type")  # noqa: B009

    def test_of_a_patch_is_the_sdks(self) -> None:
        found = resource_type("v1", "Namespace", patch=True)
        assert found == getattr(k8s.core.v1.NamespacePatch, "pulumi_type")  # noqa: B009

    def test_of_a_custom_kind_is_its_group_and_version(self) -> None:
        found = resource_type("monitoring.coreos.com/v1", "PodMonitor")
        assert found == "kubernetes:monitoring.coreos.com/v1:PodMonitor"
