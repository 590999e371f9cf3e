"""Rules and the alerts' routes are accepted by a real API server that takes no unknown field."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import yaml

from components.alertmanager_config import CONFIG_NAME, config_spec
from components.prometheus_rules import rule_spec
from components.rule_sets import RuleSet, certificate_rule, rule_sets
from components.settings import Settings
from tests.cluster.definitions import defined
from tests.unit.components.documents import COMPLETE
from tools.cluster.embedded import EmbeddedCluster
from tools.paths import CRD_DIR

NAMESPACE = "default"
KINDS = {"PrometheusRule": "v1", "AlertmanagerConfig": "v1alpha1"}
SETS = (*rule_sets(Settings(), grafana_url="https://grafana.test"), certificate_rule("s", 1.0))


@pytest.fixture(scope="module")
def client(embedded_cluster: EmbeddedCluster) -> Iterator[httpx.Client]:
    with (
        embedded_cluster.connect() as connected,
        defined(connected, [_definition(kind) for kind in KINDS]),
    ):
        yield connected


def _definition(kind: str) -> dict[str, Any]:
    text = (CRD_DIR / f"monitoring.coreos.com_{kind.lower()}s.yaml").read_text(encoding="utf-8")
    # A bare `=` is a text to Kubernetes and a type of its own to YAML 1.1.
    quoted = re.sub(r"^( *)- =$", r'\1- "="', text, flags=re.MULTILINE)
    read: dict[str, Any] = yaml.load(quoted, Loader=yaml.CSafeLoader)
    return read


def _answer(client: httpx.Client, kind: str, name: str, spec: dict[str, Any]) -> httpx.Response:
    """What the API server says to an object; it is not stored."""
    group = f"monitoring.coreos.com/{KINDS[kind]}"
    return client.post(
        f"/apis/{group}/namespaces/{NAMESPACE}/{kind.lower()}s",
        json={"apiVersion": group, "kind": kind, "metadata": {"name": name}, "spec": spec},
        params={"dryRun": "All", "fieldValidation": "Strict"},
    )


class TestRules:
    @pytest.mark.parametrize("made", SETS, ids=lambda made: made.name)
    def test_are_taken(self, client: httpx.Client, made: RuleSet) -> None:
        response = _answer(client, "PrometheusRule", made.name, rule_spec(made))
        assert response.status_code == httpx.codes.CREATED, response.text

    def test_with_an_unknown_field_are_refused(self, client: httpx.Client) -> None:
        spec = rule_spec(SETS[0])
        spec["groups"][0]["rules"][0]["nonsense"] = "x"
        response = _answer(client, "PrometheusRule", "wrong", spec)
        assert "unknown field" in response.json()["message"]


class TestRoutes:
    def test_with_every_kind_of_receiver_are_taken(self, client: httpx.Client) -> None:
        settings = Settings.model_validate({"alertmanager": COMPLETE["alertmanager"]})
        spec = config_spec(settings.alertmanager)
        response = _answer(client, "AlertmanagerConfig", CONFIG_NAME, spec)
        assert response.status_code == httpx.codes.CREATED, response.text

    def test_that_lead_nowhere_are_taken(self, client: httpx.Client) -> None:
        response = _answer(
            client, "AlertmanagerConfig", CONFIG_NAME, config_spec(Settings().alertmanager)
        )
        assert response.status_code == httpx.codes.CREATED, response.text
