"""The operator's definitions are looked at before anything is planned on them."""

from typing import Any

import pytest

from tests.api_server import ApiServer
from tests.program.recording import PROJECT, refusal_of, run_program

NAME = "prometheusrules.monitoring.coreos.com"
PATH = f"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{NAME}"
ANCIENT: dict[str, Any] = {
    "metadata": {"name": NAME},
    "spec": {
        "versions": [
            {
                "name": "v1",
                "schema": {"openAPIV3Schema": {"properties": {"spec": {"type": "object"}}}},
            }
        ]
    },
}


def stack(**operator: object) -> dict[str, Any]:
    return {f"{PROJECT}:operator": operator}


@pytest.fixture
def ancient(cluster: ApiServer) -> ApiServer:
    cluster.objects[PATH] = ANCIENT
    return cluster


@pytest.fixture
def preview(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pulumi.runtime.is_dry_run", lambda: True)


@pytest.mark.usefixtures("ancient", "preview")
class TestAPreview:
    @pytest.mark.parametrize("operator", [{}, {"upgradeCrds": False}])
    def test_is_refused_where_they_are_too_old(self, operator: dict[str, Any]) -> None:
        refusal = refusal_of(stack(**operator))
        assert refusal.resources == ()
        assert f"CustomResourceDefinition {NAME}: is too old" in refusal.message
        assert "spec.groups" in refusal.message
        assert "nothing was planned" in refusal.message


@pytest.mark.usefixtures("ancient")
class TestAnUpdate:
    def test_in_which_the_charts_job_upgrades_them_goes_on(self) -> None:
        assert run_program(stack()).resources

    @pytest.mark.parametrize("operator", [{"upgradeCrds": False}, {"install": "existing"}])
    def test_in_which_nobody_upgrades_them_is_refused(self, operator: dict[str, Any]) -> None:
        refusal = refusal_of(stack(**operator))
        assert refusal.resources == ()
        assert NAME in refusal.message


def test_that_may_not_be_read_stop_nobody(ancient: ApiServer) -> None:
    ancient.forbidden.add(PATH)
    assert run_program(stack(upgradeCrds=False)).resources
