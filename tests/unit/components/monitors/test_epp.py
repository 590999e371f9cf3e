"""ServiceMonitors take the Service of their EPP, with a token by reference."""

from typing import Any

import pytest

from components.monitors.epp import service_monitors
from components.monitors.manifest import Manifest
from tests.unit.components.monitors.examples import LABELS, deployment, selects


def monitors(*epps: dict[str, object], **keys: object) -> tuple[Manifest, ...]:
    return service_monitors(deployment(epp=list(epps), **keys), LABELS)


def endpoint(**epp: object) -> dict[str, Any]:
    (made,) = monitors({"release": "gaie-a", **epp})
    (only,) = made["spec"]["endpoints"]
    assert isinstance(only, dict)
    return only


def service(release: str, version: str = "v1.5.0") -> dict[str, str]:
    """Labels that every chart puts on the EPP's Service."""
    return {"app.kubernetes.io/name": f"{release}-epp", "app.kubernetes.io/version": version}


class TestSelector:
    @pytest.mark.parametrize("generation", ["gaie", "router"])
    @pytest.mark.parametrize("version", ["v1.0.1", "v1.5.0", "v0.9.0"])
    def test_takes_the_service_of_any_version(self, generation: str, version: str) -> None:
        (made,) = monitors({"release": "gaie-a"}, generation=generation)
        assert selects(made["spec"]["selector"], service("gaie-a", version))

    def test_takes_no_other_epp_of_the_namespace(self) -> None:
        one, other = monitors({"release": "a"}, {"release": "a-b"})
        assert not selects(one["spec"]["selector"], service("a-b"))
        assert not selects(other["spec"]["selector"], service("a"))

    def test_stays_in_its_namespace(self) -> None:
        (made,) = monitors({"release": "a"})
        assert made["metadata"]["namespace"] == "llm-d"
        assert "namespaceSelector" not in made["spec"]


class TestEndpoint:
    def test_is_the_named_port_of_the_service(self) -> None:
        assert (endpoint()["port"], endpoint()["path"]) == ("http-metrics", "/metrics")

    def test_calls_its_job_like_the_release(self) -> None:
        """Otherwise it would be the Service's name: charts name a label there that no Service has."""
        (rule,) = endpoint()["relabelings"]
        assert rule == {"action": "replace", "targetLabel": "job", "replacement": "gaie-a"}

    @pytest.mark.parametrize(("given", "interval"), [({}, "10s"), ({"interval": "1m"}, "1m")])
    def test_is_scraped_at_its_interval(self, given: dict[str, str], interval: str) -> None:
        assert endpoint(**given)["interval"] == interval


class TestToken:
    def test_is_ours_unless_a_secret_is_named(self) -> None:
        assert endpoint()["authorization"] == {
            "type": "Bearer",
            "credentials": {"name": "llmd-metrics-reader-token", "key": "token"},
        }

    def test_may_be_the_users(self) -> None:
        credentials = endpoint(tokenSecret="theirs")["authorization"]["credentials"]
        assert credentials == {"name": "theirs", "key": "token"}

    def test_is_not_sent_where_none_is_asked_for(self) -> None:
        assert set(endpoint(authentication=False)) == {"port", "path", "interval", "relabelings"}

    def test_is_never_a_file(self) -> None:
        """OpenShift's user workload monitoring refuses such a monitor as a whole."""
        assert "bearerTokenFile" not in endpoint()
