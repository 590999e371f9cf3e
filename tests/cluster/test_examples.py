"""The example stacks of a generic cluster that is watched as a whole: made, unchanged, and gone again.

Those of other platforms, and of one team, have files of their own.
"""

import pytest

from tests.cluster.conftest import NewProject, Settings, example
from tests.cluster.live import Live
from tests.program.recording import stacks_on

STACKS = [stack for stack in stacks_on("generic") if stack not in {"local", "generic-individual"}]


@pytest.mark.parametrize("stack", STACKS)
class TestExamples:
    def test_come_up_stay_as_they_are_and_go(
        self, stack: str, new_project: NewProject, settings: Settings, live: Live
    ) -> None:
        project = new_project({**example(stack, settings), "tls": settings["tls"]})
        project.pulumi("preview").succeeded()
        project.up().succeeded()
        workloads = {**live.list("deployments"), **live.list("statefulsets")}
        assert workloads
        for name, workload in workloads.items():
            assert workload["status"]["readyReplicas"] == workload["spec"]["replicas"], name
        project.up("--expect-no-changes").succeeded()
        project.pulumi("destroy", "--yes", "--skip-preview").succeeded()
        assert live.list("deployments") == {}
        assert live.list("secrets") == {}
