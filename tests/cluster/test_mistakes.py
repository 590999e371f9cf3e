"""Mistakes of a user: a clear error each time, nothing planned, nothing of theirs lost."""

import pytest

from tests.cluster.conftest import NewProject, Settings
from tests.cluster.live import Live
from tests.cluster.project import Project


@pytest.fixture(scope="class")
def project(new_project: NewProject, small: Settings) -> Project:
    return new_project(small)


class TestMistakes:
    def test_all_mistakes_of_a_stack_file_are_told_at_once(
        self, project: Project, small: Settings, live: Live
    ) -> None:
        tls = {"validityHours": 24, "earlyRenewalHours": 24}
        project.configure({**small, "tls": tls, "prometheus": {"retntion": "1d"}})
        output = project.up().failed()
        assert "tls: earlyRenewalHours is 24" in output
        assert "prometheus.retntion: unknown key, did you mean retention?" in output
        assert live.namespace_labels() is None

    def test_a_kubeconfig_that_is_not_there(
        self, project: Project, small: Settings, live: Live
    ) -> None:
        project.configure({**small, "kubernetes": {"kubeconfig": "no/such/file"}})
        output = project.up().failed()
        assert "kubernetes.kubeconfig: got 'no/such/file'" in output
        assert live.namespace_labels() is None

    def test_a_context_that_is_not_there(
        self, project: Project, small: Settings, live: Live
    ) -> None:
        kubernetes = {**small["kubernetes"], "context": "production"}
        project.configure({**small, "kubernetes": kubernetes})
        output = project.up().failed()
        assert "kubernetes.context: got 'production'" in output
        assert "llmd-local" in output
        assert live.namespace_labels() is None

    def test_a_chart_that_is_not_there(self, project: Project, small: Settings) -> None:
        project.configure({**small, "chart": {"path": "./no/such/chart"}})
        assert "no/such/chart" in project.pulumi("preview").failed()

    def test_an_object_that_already_exists_is_named_and_kept(
        self, project: Project, small: Settings, live: Live
    ) -> None:
        live.create_namespace({"team": "platform"})
        live.create_config_map("prometheus-web-tls-ca", {"mine": "yes"})
        project.configure(small)
        output = project.up().failed()
        assert "prometheus-web-tls-ca" in output
        assert "already exists" in output
        assert live.get("configmaps", "prometheus-web-tls-ca")["data"] == {"mine": "yes"}
        live.delete("configmaps", "prometheus-web-tls-ca")
        project.up().succeeded()
        project.up("--expect-no-changes").succeeded()

    def test_a_namespace_that_already_exists_is_joined_and_keeps_its_labels(
        self, project: Project, live: Live
    ) -> None:
        labels = live.namespace_labels() or {}
        assert labels["team"] == "platform"
        assert labels["app.kubernetes.io/managed-by"] == "llmd-monitoring"
        project.pulumi("destroy", "--yes", "--skip-preview").succeeded()
        assert live.namespace_labels() == {
            "team": "platform",
            "kubernetes.io/metadata.name": live.namespace,
        }
