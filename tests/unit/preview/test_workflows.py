"""Rules that every workflow keeps."""

import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tools.paths import REPO, VENV_DIR

FOLDER = REPO / ".github" / "workflows"
WORKFLOWS = {file.stem: yaml.safe_load(file.read_text()) for file in FOLDER.glob("*.yaml")}
JOBS = {
    f"{name} {key}": job for name, flow in WORKFLOWS.items() for key, job in flow["jobs"].items()
}
EXACT = re.compile(r"@[0-9a-f]{40}$")


def steps(job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from job.get("steps", [])


def of(job: dict[str, Any], action: str) -> list[dict[str, Any]]:
    return [step for step in steps(job) if step.get("uses", "").startswith(f"{action}@")]


@pytest.mark.parametrize("job", JOBS.values(), ids=JOBS)
class TestJobs:
    def test_use_actions_of_one_commit(self, job: dict[str, Any]) -> None:
        for step in steps(job):
            assert "uses" not in step or EXACT.search(step["uses"]), step

    def test_leave_no_token_in_the_working_copy(self, job: dict[str, Any]) -> None:
        for step in of(job, "actions/checkout"):
            assert step["with"]["persist-credentials"] is False

    def test_put_no_foreign_text_into_a_script(self, job: dict[str, Any]) -> None:
        """Texts of a pull request reach a script by variables, where a shell doesn't read them."""
        for step in steps(job):
            assert "${{" not in step.get("run", ""), step

    def test_end(self, job: dict[str, Any]) -> None:
        assert "uses" in job or job["timeout-minutes"] <= 90


class TestPermissions:
    def test_are_none_but_those_of_a_job(self) -> None:
        assert all(flow["permissions"] in ({}, {"contents": "read"}) for flow in WORKFLOWS.values())

    def test_to_write_are_those_of_jobs_that_run_no_code_of_the_request(self) -> None:
        writing = {
            name: job
            for name, job in JOBS.items()
            if {"pull-requests", "issues", "contents"}
            & {key for key, value in job.get("permissions", {}).items() if value == "write"}
        }
        assert set(writing) == {"preview comment", "drift tell"}
        for step in of(writing["preview comment"], "actions/checkout"):
            assert step["with"]["ref"] == "${{ github.event.pull_request.base.sha }}"
        events = WORKFLOWS["drift"].get("on", WORKFLOWS["drift"].get(True))
        assert set(events) == {"schedule", "workflow_dispatch"}


class TestForks:
    def test_get_a_report_and_no_credentials(self) -> None:
        render = WORKFLOWS["preview"]["jobs"]["render"]
        assert "secrets" not in str(render)
        assert "environment" not in render
        for name in ("engine", "comment"):
            condition = WORKFLOWS["preview"]["jobs"][name]["if"]
            assert "head.repo.full_name == github.repository" in condition

    def test_run_on_an_event_without_a_writing_token(self) -> None:
        events = [flow.get("on", flow.get(True)) for flow in WORKFLOWS.values()]
        assert not any("pull_request_target" in event for event in events)


class TestDeployment:
    def test_does_what_was_planned(self) -> None:
        jobs = WORKFLOWS["deploy-stack"]["jobs"]
        assert "--save-plan plan.json" in str(jobs["plan"])
        assert "--plan plan.json" in str(jobs["up"])
        assert jobs["up"]["needs"] == "plan"
        assert jobs["up"]["environment"] == "${{ inputs.stack }}"

    def test_is_stopped_by_a_broken_policy(self) -> None:
        for job in WORKFLOWS["deploy-stack"]["jobs"].values():
            runs = [step["run"] for step in steps(job) if "run" in step]
            assert any(run.startswith("make policy") for run in runs)
            assert "--policy-pack policy" in runs[-1]

    def test_goes_from_dev_to_staging_to_prod(self) -> None:
        jobs = WORKFLOWS["deploy"]["jobs"]
        assert (jobs["staging"]["needs"], jobs["prod"]["needs"]) == ("dev", "staging")
        assert WORKFLOWS["deploy"]["concurrency"]["cancel-in-progress"] is False


class TestAudit:
    def test_finds_nothing(self) -> None:
        done = subprocess.run(
            [VENV_DIR / "bin" / "zizmor", "--offline", "--no-progress", "--color=never", FOLDER],
            cwd=REPO,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout

    def test_names_the_version_of_each_commit(self) -> None:
        for file in FOLDER.glob("*.yaml"):
            for line in file.read_text(encoding="utf-8").splitlines():
                if "uses: actions/" in line:
                    assert re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line
