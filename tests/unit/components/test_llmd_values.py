"""Values for llm-d's charts: every key is one that the chart has, and each target is scraped once."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given

from components.llmd_values import Scraper, Values, llmd_values
from components.settings import Settings
from tests.unit.components import chart_keys
from tests.unit.components.chart_keys import GAIE, MODELSERVICE, ROUTER, Keys
from tests.unit.components.documents import MODELS, Document
from tests.unit.components.monitors.examples import deployment

OPERATOR = Scraper()
INDIVIDUAL = Scraper(labels={"monitoring-ns": "ours"})
GKE = Scraper(kind="managed-prometheus", autopilot=True)
SCRAPERS = {"operator": OPERATOR, "individual": INDIVIDUAL, "GKE": GKE}

CHARTS: dict[str, Any] = {"monitors": "charts", "deployment": "modelservice"}
GAIE_EPP: dict[str, Any] = {"generation": "gaie", "epp": [{"release": "gaie-a"}]}
ROUTER_EPP: dict[str, Any] = {"generation": "router", "epp": [{"release": "a"}]}


def folders(scraper: Scraper = OPERATOR, **keys: object) -> Mapping[str, Values]:
    return llmd_values([deployment(**keys)], scraper)["llm-d"]


def gaie(scraper: Scraper = OPERATOR, **keys: object) -> Values:
    return folders(scraper, **{**GAIE_EPP, **keys})["gaie-a"]


def router(scraper: Scraper = OPERATOR, **keys: object) -> Values:
    return folders(scraper, **{**ROUTER_EPP, **keys})["router-a"]


def modelservice(scraper: Scraper = OPERATOR, **keys: object) -> Values:
    return folders(scraper, **{"deployment": "modelservice", **keys})["ms-llm-d"]


def unknown(values: Values, keys: Keys) -> set[str]:
    """The keys that a chart doesn't have."""
    return set(chart_keys.paths(values, keys)) - set(chart_keys.known(keys))


def keys_of(folder: str) -> Keys:
    charts = {"ms": MODELSERVICE, "gaie": GAIE, "router": ROUTER}
    return chart_keys.merged(charts[folder.partition("-")[0]])


class TestKeys:
    @pytest.mark.parametrize("scraper", SCRAPERS.values(), ids=SCRAPERS)
    @given(document=MODELS)
    def test_are_the_charts(self, scraper: Scraper, document: list[Document]) -> None:
        models = Settings.model_validate({"models": document}).models
        for made in llmd_values(models, scraper).values():
            for folder, values in made.items():
                assert unknown(values, keys_of(folder)) == set(), folder

    @pytest.mark.parametrize("version", ["1.2", "1.3", "1.5"])
    def test_of_the_monitor_reach_every_version_with_a_name_for_the_secret(
        self, version: str
    ) -> None:
        passed_over = unknown(gaie(**CHARTS), GAIE[version])
        assert passed_over == {"inferenceExtension.monitoring.secret"}

    def test_of_the_first_version_are_among_them(self) -> None:
        passed_over = unknown(gaie(GKE, **CHARTS), GAIE["1.0"])
        assert passed_over == {"inferenceExtension.monitoring.prometheus.auth"}

    def test_of_the_older_generation_never_reach_the_router(self) -> None:
        """Its chart refuses values with such a key."""
        assert set(router(**CHARTS)) == {"router"}

    def test_that_no_chart_has_would_be_found(self) -> None:
        wrong = {"router": {"monitoring": {"prometheus": {"enable": True}}}}
        assert unknown(wrong, ROUTER["0.9"]) == {"router.monitoring.prometheus.enable"}


class TestFolders:
    def test_are_one_a_chart(self) -> None:
        made = folders(deployment="modelservice", epp=[{"release": "a"}, {"release": "router-b"}])
        assert set(made) == {"ms-llm-d", "router-a", "router-b"}

    def test_of_recipes_are_those_of_the_epps(self) -> None:
        assert set(folders(**ROUTER_EPP)) == {"router-a"}

    @given(MODELS)
    def test_are_as_many_as_the_charts(self, document: list[Document]) -> None:
        models = Settings.model_validate({"models": document}).models
        made = llmd_values(models, OPERATOR)
        for model in models:
            servers = model.deployment == "modelservice"
            assert len(made[model.namespace]) == len(model.epp) + servers


class TestWhereTheStackMakesTheMonitors:
    @pytest.mark.parametrize("scraper", SCRAPERS.values(), ids=SCRAPERS)
    def test_the_charts_make_none(self, scraper: Scraper) -> None:
        off = {"monitoring": {"podmonitor": {"enabled": False}}}
        assert modelservice(scraper) == {"decode": off, "prefill": off}
        for monitoring in (
            gaie(scraper)["inferenceExtension"]["monitoring"],
            router(scraper)["router"]["monitoring"],
        ):
            assert monitoring == {"prometheus": {"enabled": False, "auth": {"enabled": True}}}

    def test_the_chart_still_learns_that_no_token_is_asked_for(self) -> None:
        values = router(epp=[{"release": "a", "authentication": False}])
        assert values["router"]["monitoring"]["prometheus"]["auth"] == {"enabled": False}


class TestWhereChartsMakeTheMonitors:
    def test_the_model_servers_is_as_the_stack_would_make_it(self) -> None:
        values = modelservice(**CHARTS, decode={"interval": "5s"}, labels={"team": "inference"})
        monitor = values["decode"]["monitoring"]["podmonitor"]
        assert {
            key: monitor[key] for key in ("enabled", "portName", "path", "interval", "labels")
        } == {
            "enabled": True,
            "portName": "vllm",
            "path": "/metrics",
            "interval": "5s",
            "labels": {"team": "inference"},
        }
        assert monitor["relabelings"][0] == {
            "action": "replace",
            "targetLabel": "role",
            "replacement": "decode",
        }
        assert monitor["metricRelabelings"][0]["action"] == "drop"

    def test_a_role_that_is_off_stays_off(self) -> None:
        values = modelservice(**CHARTS, prefill={"enabled": False})
        assert values["decode"]["monitoring"]["podmonitor"]["enabled"]
        assert values["prefill"]["monitoring"]["podmonitor"] == {"enabled": False}

    def test_each_epp_gets_a_secret_of_its_own(self) -> None:
        """The charts' default is one name, and the second release of a namespace would fail."""
        made = folders(**CHARTS, generation="gaie", epp=[{"release": "a"}, {"release": "b"}])
        names = {
            folder: made[folder]["inferenceExtension"]["monitoring"]["prometheus"]["auth"][
                "secretName"
            ]
            for folder in ("gaie-a", "gaie-b")
        }
        assert names == {"gaie-a": "a-epp-metrics-token", "gaie-b": "b-epp-metrics-token"}
        assert (
            made["gaie-a"]["inferenceExtension"]["monitoring"]["secret"]["name"] == names["gaie-a"]
        )

    def test_its_secret_may_be_named(self) -> None:
        values = router(**CHARTS, epp=[{"release": "a", "tokenSecret": "theirs"}])
        auth = values["router"]["monitoring"]["prometheus"]["auth"]
        assert auth == {"enabled": True, "secretName": "theirs"}

    def test_labels_that_the_scraper_asks_for_are_on_every_monitor(self) -> None:
        wanted = {"team": "inference", "monitoring-ns": "ours"}
        own = {"labels": {"team": "inference"}, **CHARTS}
        epp = router(INDIVIDUAL, **own)["router"]["monitoring"]["prometheus"]
        servers = modelservice(INDIVIDUAL, **own)["decode"]["monitoring"]["podmonitor"]
        assert epp["extraLabels"] == wanted
        assert servers["labels"] == wanted

    def test_the_router_makes_the_operators_monitor_even_behind_gkes_gateway(self) -> None:
        provider = router(**CHARTS)["router"]["monitoring"]["provider"]
        assert provider == {"name": "prometheusoperator"}


class TestOnGke:
    def test_the_router_makes_googles_monitor(self) -> None:
        monitoring = router(GKE, **CHARTS)["router"]["monitoring"]
        assert monitoring["provider"] == {"name": "gmp", "gmp": {"autopilot": True}}
        assert monitoring["prometheus"]["enabled"]

    @pytest.mark.parametrize("made", [gaie(GKE, **CHARTS), router(GKE, **CHARTS)])
    def test_no_secret_is_named_because_the_charts_name_it_themselves(self, made: Values) -> None:
        assert "secret" not in str(made).lower()

    def test_inferencepool_makes_googles_monitor_from_1_1_on(self) -> None:
        values = gaie(GKE, **CHARTS)
        assert values["provider"] == {"name": "gke", "gke": {"autopilot": True}}
        assert values["inferenceExtension"]["monitoring"]["gke"] == {"enabled": True}
        assert values["inferenceExtension"]["monitoring"]["prometheus"]["enabled"]

    def test_the_model_servers_chart_makes_none(self) -> None:
        """It knows the Prometheus operator's only, whose definitions aren't there."""
        values = modelservice(GKE, **CHARTS)
        assert values["decode"]["monitoring"]["podmonitor"] == {"enabled": False}


def test_without_deployments_there_are_none() -> None:
    assert llmd_values((), OPERATOR) == {}
