"""The scheme by which a text reaches Prometheus is read from its URLs."""

import pytest

from tools.doctor.checks.scheme import used_schemes

SERVICE = "llmd-kube-prometheus-stack-prometheus"


@pytest.mark.parametrize(
    ("text", "schemes"),
    [
        (f"--prometheus-url=https://{SERVICE}.m.svc.cluster.local:9090", {"https"}),
        (f"http://{SERVICE}:9090/", {"http"}),
        ("http://prometheus-operated.m:9090", {"http"}),
        (f"https://{SERVICE}.m:9090\nhttp://prometheus-operated:9090", {"http", "https"}),
        (f"http://{SERVICE}-of-others:9090", set()),
        (f"https://{SERVICE}", set()),
        ("http://prometheus.example.com", set()),
        ("", set()),
    ],
)
def test_used_schemes(text: str, schemes: set[str]) -> None:
    assert used_schemes(text, SERVICE) == schemes
