"""A change goes from dev to staging to production, and nowhere before it has run.

Three stacks in three namespaces of one cluster; the steps build on each other, in the order of the file.
"""

import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import yaml

from components.program_files import PROGRAM
from tests.cluster.conftest import Settings
from tests.cluster.foreign import NAMESPACES, remove
from tests.cluster.live import Live
from tests.cluster.project import Ended, Project, working_copy
from tests.preview.history import History
from tools.paths import REPO

STACKS = ("dev", "staging", "prod")
CLI = (".venv/bin/python", "-m", "tools.cli")
CHANGED = 600
RETENTION = {"dev": "3d", "staging": "7d", "prod": "30d"}


def own(stack: str, settings: Settings) -> Settings:
    """A small installation in a namespace of its own."""
    return {
        "kubernetes": settings["kubernetes"],
        "chart": settings["chart"],
        "tls": settings["tls"],
        "mode": "individual",
        "namespace": f"monitoring-{stack}",
        "release": stack,
        "prometheus": {"retention": RETENTION[stack]},
        "alertmanager": {"enabled": False},
        "grafana": {"enabled": False},
        "exporters": {"node": False, "kubeState": False},
    }


def promote(project: Project, source: str, target: str, *options: str) -> Ended:
    return project.run(*CLI, "promote", "--from", source, "--to", target, *options)


def up(project: Project, stack: str) -> str:
    return project.run(
        "pulumi", "up", "--yes", "--skip-preview", "--stack", stack, "--non-interactive"
    ).succeeded()


def prometheus(live: Live, stack: str) -> Mapping[str, Any]:
    """Returns what the one Prometheus of a stack is asked for."""
    (found,) = replace(live, namespace=f"monitoring-{stack}").list("prometheuses").values()
    spec: Mapping[str, Any] = found["spec"]
    return spec


@pytest.fixture(scope="class")
def project(
    tmp_path_factory: pytest.TempPathFactory, settings: Settings, live: Live
) -> Iterator[Project]:
    project = working_copy(tmp_path_factory.mktemp("project") / "copy")
    yield project

    def destroy(stack: str) -> None:
        project.run(
            "pulumi", "destroy", "--yes", "--skip-preview", "--stack", stack, "--non-interactive"
        )

    with ThreadPoolExecutor() as threads:
        list(threads.map(destroy, STACKS))
    remove(live.client, *(f"{NAMESPACES}/monitoring-{stack}" for stack in STACKS))


@pytest.fixture(scope="class")
def history(project: Project, settings: Settings) -> History:
    """The copy as a repository, whose `dev` has a change that the others lack."""
    history = History(folder=project.folder)
    shutil.copy2(REPO / ".gitignore", project.folder)
    for stack in STACKS:
        history.set(stack, own(stack, settings))
        project.run("pulumi", "stack", "init", stack, "--non-interactive").succeeded()
    path = project.folder / "stacks" / "Pulumi.dev.yaml"
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    document["config"]["llmd-monitoring:prometheus"]["startupSeconds"] = CHANGED
    path.write_text("# Tried out here first.\n" + yaml.safe_dump(document), encoding="utf-8")
    history.git("init", "--quiet", "--initial-branch=main")
    history.git("add", ".gitignore", *PROGRAM, "stacks")
    history.git("commit", "--quiet", "--message", "begin")
    return history


class TestPromotion:
    def test_is_refused_before_the_source_has_run_anything(
        self, project: Project, history: History
    ) -> None:
        refused = promote(project, "dev", "staging", "--yes").failed()
        assert "hasn't run what would be promoted" in refused
        assert "pulumi up --stack dev" in refused
        assert history.git("status", "--porcelain", "--", "stacks") == ""

    def test_brings_what_dev_runs_to_staging(self, project: Project, history: History) -> None:
        up(project, "dev")
        shown = promote(project, "dev", "staging").succeeded()
        assert "prometheus.startupSeconds" in shown
        assert "retention" not in shown
        assert history.git("status", "--porcelain", "--", "stacks") == ""
        promote(project, "dev", "staging", "--yes").succeeded()
        history.git("commit", "--quiet", "--all", "--message", "promote to staging")

    def test_is_refused_until_staging_runs_it(self, project: Project, history: History) -> None:
        assert "hasn't run" in promote(project, "staging", "prod", "--yes").failed()
        assert history.git("status", "--porcelain", "--", "stacks") == ""

    def test_is_refused_for_a_program_that_staging_does_not_run(
        self, project: Project, history: History
    ) -> None:
        up(project, "staging")
        history.edit("__main__.py", lambda text: f"{text}\n")
        refused = promote(project, "staging", "prod", "--yes").failed()
        assert "__main__.py changed" in refused
        history.git("checkout", "--quiet", "__main__.py")

    def test_brings_what_staging_runs_to_production(
        self, project: Project, history: History, live: Live
    ) -> None:
        promote(project, "staging", "prod", "--yes").succeeded()
        history.git("commit", "--quiet", "--all", "--message", "promote to prod")
        up(project, "prod")
        for stack in STACKS:
            spec = prometheus(live, stack)
            assert spec["maximumStartupDurationSeconds"] == CHANGED, stack
            assert spec["retention"] == RETENTION[stack], stack

    def test_leaves_nothing_to_promote(self, project: Project) -> None:
        assert "have everything" in promote(project, "staging", "prod").succeeded()
