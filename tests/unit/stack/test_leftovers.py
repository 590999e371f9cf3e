"""A namespace is empty when it holds only what Kubernetes puts into each of them."""

from tools.stack.leftovers import foreign


def test_what_kubernetes_makes_is_nobodys() -> None:
    assert (
        foreign(
            [
                ("ConfigMap", "kube-root-ca.crt"),
                ("ServiceAccount", "default"),
                ("Event", "llmd-grafana.18a"),
            ]
        )
        == ()
    )


def test_everything_else_is_somebodys() -> None:
    mine = ("ConfigMap", "my-dashboard")
    assert foreign([("ConfigMap", "kube-root-ca.crt"), mine]) == (mine,)
