"""A mistake in a stack file: everything is told, nothing is planned."""

import pytest

from tests.program.recording import PROJECT, refusal_of, stack_configuration


def test_all_mistakes_are_told_and_nothing_is_registered() -> None:
    refusal = refusal_of(
        {
            f"{PROJECT}:platform": "openstack",
            f"{PROJECT}:tls": {"validityHours": 0, "enabeld": False},
            f"{PROJECT}:grafana": {"adminPassword": "canary-4711"},
            "monitoring:release": "x",
        },
        stack="prod",
    )
    assert refusal.resources == ()
    assert refusal.message.startswith(
        "The settings of stack 'prod' have 5 mistakes; nothing was planned.\n"
    )
    for key in (
        "platform: got 'openstack'",
        "tls.validityHours: got 0",
        "tls.enabeld: unknown key, did you mean enabled?",
        "grafana.adminPassword: is written in clear",
        "monitoring:release: unknown namespace",
    ):
        assert f"\n  {key}" in refusal.message
    assert "canary-4711" not in refusal.message


@pytest.mark.parametrize(
    ("kubernetes", "told"),
    [
        ({"kubeconfig": "nowhere"}, "kubernetes.kubeconfig: got 'nowhere', which can't be read"),
        (
            {"kubeconfig": ".cluster/kubeconfig", "context": "gone"},
            "kubernetes.context: got 'gone', which the kubeconfig doesn't have; allowed: llmd-local",
        ),
    ],
)
def test_a_cluster_that_cannot_be_reached_by_its_kubeconfig_is_a_mistake(
    kubernetes: dict[str, str], told: str
) -> None:
    local = stack_configuration("local")
    refusal = refusal_of({**local, f"{PROJECT}:kubernetes": kubernetes})
    assert refusal.resources == ()
    assert told in refusal.message
