"""The namespace's pod-security level."""

import pytest

from components.monitoring_namespace import namespace_labels, pod_security_level
from components.settings import ExporterSettings


@pytest.mark.parametrize(("node", "level"), [(True, "privileged"), (False, "baseline")])
def test_the_level_is_the_strictest_that_admits_the_exporters(node: bool, level: str) -> None:
    assert pod_security_level(ExporterSettings(node=node)) == level


def test_the_level_is_enforced_by_a_label() -> None:
    labels = namespace_labels("llmd", "baseline")
    assert labels["pod-security.kubernetes.io/enforce"] == "baseline"
    assert labels["app.kubernetes.io/managed-by"] == "llmd-monitoring"
