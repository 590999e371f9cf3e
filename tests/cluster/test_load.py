"""Requests on demand, on the real engine and a real API server whose pods are simulated."""

import pytest

from tests.cluster.conftest import NewProject, Settings
from tests.cluster.live import Live
from tests.cluster.project import Project

LOAD = {"enabled": True, "image": "registry.example.com/x:1", "target": "http://gw.llm.svc"}


@pytest.fixture(scope="class")
def project(new_project: NewProject, small: Settings) -> Project:
    return new_project(small)


class TestLoad:
    """The steps build on each other."""

    def test_a_job_is_made_and_not_waited_for(
        self, project: Project, small: Settings, live: Live
    ) -> None:
        project.configure({**small, "load": LOAD})
        project.up().succeeded()
        (container,) = live.get("jobs", "llmd-load")["spec"]["template"]["spec"]["containers"]
        assert container["args"][:4] == ["load", "http://gw.llm.svc", "--scenario", "smoke"]

    def test_a_change_replaces_the_job(self, project: Project, small: Settings, live: Live) -> None:
        before = live.get("jobs", "llmd-load")["metadata"]["uid"]
        project.configure({**small, "load": {**LOAD, "scenario": "errors"}})
        project.up().succeeded()
        job = live.get("jobs", "llmd-load")
        assert job["metadata"]["uid"] != before
        assert "errors" in job["spec"]["template"]["spec"]["containers"][0]["args"]

    def test_nothing_changed_sends_nothing_again(self, project: Project, live: Live) -> None:
        before = live.get("jobs", "llmd-load")["metadata"]["uid"]
        project.up("--expect-no-changes").succeeded()
        assert live.get("jobs", "llmd-load")["metadata"]["uid"] == before

    def test_a_schedule_takes_the_jobs_place(
        self, project: Project, small: Settings, live: Live
    ) -> None:
        project.configure({**small, "load": {**LOAD, "schedule": "0 3 * * *"}})
        project.up().succeeded()
        assert live.get("cronjobs", "llmd-load")["spec"]["schedule"] == "0 3 * * *"
        assert "llmd-load" not in live.list("jobs")

    def test_turned_off_leaves_nothing(self, project: Project, small: Settings, live: Live) -> None:
        project.configure(small)
        project.up().succeeded()
        assert "llmd-load" not in live.list("cronjobs")
