"""What the two ConfigMaps of OpenShift's monitoring will hold."""

from typing import Any

import pytest
import yaml

from components.openshift.monitoring_settings import (
    MonitoringSettings,
    monitoring_settings,
    with_prometheus,
    with_user_workload,
)
from components.preflight.findings import RefusedError
from components.preflight.live_cluster import LiveCluster
from components.settings import OpenShiftSettings
from components.settings.openshift import UserWorkloadPrometheusSettings
from tests.api_server import ApiServer

CLUSTER = "/api/v1/namespaces/openshift-monitoring/configmaps/cluster-monitoring-config"
USER_WORKLOAD = "/api/v1/namespaces/openshift-user-workload-monitoring/configmaps/user-workload-monitoring-config"
ON = "enableUserWorkload: true\n"


def given(**openshift: Any) -> OpenShiftSettings:  # noqa: ANN401 - any setting
    return OpenShiftSettings.model_validate(openshift)


def holding(text: str | None) -> dict[str, Any]:
    return {"data": {} if text is None else {"config.yaml": text}}


class TestUserWorkloadMonitoring:
    @pytest.mark.parametrize("live", [None, holding(None), holding(""), {}])
    def test_is_switched_on_where_nothing_is_said(
        self, server: ApiServer, cluster: LiveCluster, live: dict[str, Any] | None
    ) -> None:
        if live is not None:
            server.objects[CLUSTER] = live
        assert monitoring_settings(cluster, given()) == MonitoringSettings(
            cluster=ON, user_workload=None
        )

    def test_keeps_what_an_administrator_wrote(
        self, server: ApiServer, cluster: LiveCluster
    ) -> None:
        text = "# ours\nprometheusK8s:\n  retention:   15d\n"
        server.objects[CLUSTER] = holding(text)
        assert monitoring_settings(cluster, given()).cluster == text.replace(
            "prometheusK8s", f"{ON}prometheusK8s"
        )

    def test_is_left_alone_where_it_is_on(self) -> None:
        text = f"  a: 1\n{ON}".replace("  a", "nodeExporter")
        assert with_user_workload(text) == text

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            (
                "enableUserWorkload: false\n",
                "says enableUserWorkload: false; next: remove that line",
            ),
            ("enableUserWorkload: 'true'\n", "says enableUserWorkload: 'true'"),
            ("enableUserWorkloadMonitoring: true\n", "doesn't know: enableUserWorkloadMonitoring"),
            ("EnableUserWorkload: true\n", "doesn't know: EnableUserWorkload"),
            ("prometheusK8s: [\n", "is no valid YAML"),
            ("- prometheusK8s\n", "is no YAML mapping"),
        ],
    )
    def test_is_not_forced_on_a_text_that_is_broken_or_says_no(self, text: str, told: str) -> None:
        with pytest.raises(RefusedError) as caught:
            with_user_workload(text)
        message = str(caught.value)
        assert message.startswith(
            "ConfigMap openshift-monitoring/cluster-monitoring-config, config.yaml: "
        )
        assert told in message
        assert "existing" in message

    def test_that_others_manage_is_only_looked_at(
        self, server: ApiServer, cluster: LiveCluster
    ) -> None:
        server.objects[CLUSTER] = holding(ON)
        existing = given(userWorkloadMonitoring="existing")
        assert monitoring_settings(cluster, existing) == MonitoringSettings(
            cluster=None, user_workload=None
        )

    @pytest.mark.parametrize("text", [None, "", "enableUserWorkload: false\n"])
    def test_that_others_manage_has_to_be_on(
        self, server: ApiServer, cluster: LiveCluster, text: str | None
    ) -> None:
        server.objects[CLUSTER] = holding(text)
        with pytest.raises(RefusedError, match="doesn't say enableUserWorkload: true"):
            monitoring_settings(cluster, given(userWorkloadMonitoring="existing"))


class TestPrometheus:
    SETTINGS = UserWorkloadPrometheusSettings.model_validate(
        {
            "retention": "7d",
            "retentionSize": "45GB",
            "storage": {"size": "50Gi", "storageClass": "fast"},
            "resources": {"requests": {"memory": "2Gi"}, "limits": {}},
        }
    )

    def test_gets_what_is_set(self) -> None:
        assert yaml.safe_load(with_prometheus("", self.SETTINGS)) == {
            "prometheus": {
                "retention": "7d",
                "retentionSize": "45GB",
                "resources": {"requests": {"memory": "2Gi"}, "limits": {}},
                "volumeClaimTemplate": {
                    "spec": {
                        "resources": {"requests": {"storage": "50Gi"}},
                        "storageClassName": "fast",
                    }
                },
            }
        }

    def test_keeps_what_is_not(self, server: ApiServer, cluster: LiveCluster) -> None:
        server.objects[USER_WORKLOAD] = holding(
            "# ours\nalertmanager:\n  enabled: true\nprometheus:\n  logLevel: debug\n"
        )
        settings = monitoring_settings(cluster, given(prometheus={"retention": "7d"}))
        assert settings.user_workload == (
            "# ours\nalertmanager:\n  enabled: true\nprometheus:\n  logLevel: debug\n  retention: 7d\n"
        )

    def test_is_not_read_where_nothing_is_set(
        self, server: ApiServer, cluster: LiveCluster
    ) -> None:
        monitoring_settings(cluster, given())
        assert server.asked == [CLUSTER]

    def test_is_refused_beside_keys_that_openshift_refuses(self) -> None:
        with pytest.raises(RefusedError, match="user-workload-monitoring-config"):
            with_prometheus(ON, self.SETTINGS)
