"""Values for llm-d's charts follow the platform."""

from typing import Any

import pytest

from components.llmd_values import Scraper
from components.platforms.values import helm_values, scraper
from components.settings import Settings

GKE: dict[str, Any] = {"platform": "gke", "gke": {"projectId": "my-project", "autopilot": True}}


@pytest.mark.parametrize("platform", ["generic", "openshift"])
def test_where_the_prometheus_operator_scrapes(platform: str) -> None:
    assert scraper(Settings.model_validate({"platform": platform})) == Scraper()


def test_where_a_stack_takes_only_what_has_its_label() -> None:
    settings = Settings.model_validate({"mode": "individual", "namespace": "ours"})
    assert scraper(settings) == Scraper(labels={"monitoring-ns": "ours"})


def test_where_google_scrapes() -> None:
    expected = Scraper(kind="managed-prometheus", autopilot=True)
    assert scraper(Settings.model_validate(GKE)) == expected


def test_are_by_namespace() -> None:
    models = [{"namespace": "a", "epp": [{"release": "x"}]}, {"namespace": "b"}]
    values = helm_values(Settings.model_validate({"models": models}))
    assert {namespace: set(folders) for namespace, folders in values.items()} == {
        "a": {"router-x"},
        "b": set(),
    }
