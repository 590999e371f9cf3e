"""Requests on demand."""

from typing import Any

import pytest

from tests.program.recording import PROJECT, Run, in_clear, refusal_of, run_program

MINIMAL = {"enabled": True, "image": "registry.example.com/x:1", "target": "http://gw.llm.svc"}


def run(**changes: Any) -> Run:  # noqa: ANN401
    return run_program({f"{PROJECT}:load": {**MINIMAL, **changes}})


def manifest(made: Run, kind: str) -> dict[str, Any]:
    content = in_clear(made.one(f":{kind}").inputs)
    assert isinstance(content, dict)
    return content


class TestLoad:
    def test_is_nothing_unless_it_is_asked_for(self) -> None:
        made = run(enabled=False)
        assert not made.of_type(":LoadGenerator")
        assert not made.of_type("batch/v1:Job")

    def test_is_a_job_that_an_update_does_not_wait_for(self) -> None:
        made = run()
        job = manifest(made, "Job")
        assert job["metadata"]["name"] == "llmd-load"
        annotations = job["metadata"]["annotations"]
        assert annotations["pulumi.com/waitFor"] == "jsonpath={.metadata.uid}"
        assert not made.of_type(":CronJob")

    def test_with_a_schedule_is_a_cron_job(self) -> None:
        made = run(schedule="0 * * * *")
        cron = manifest(made, "CronJob")
        assert cron["metadata"]["name"] == "llmd-load"
        assert cron["spec"]["schedule"] == "0 * * * *"
        assert cron["spec"]["concurrencyPolicy"] == "Forbid"
        assert not made.of_type("batch/v1:Job")

    def test_comes_after_what_counts_it(self) -> None:
        made = run()
        assert made.one(":Job").parent == "load"
        assert "kube-prometheus-stack-release" in made.one(":Job").depends_on

    def test_is_compared_with_this_stacks_prometheus(self) -> None:
        made = run()
        container = manifest(made, "Job")["spec"]["template"]["spec"]["containers"][0]
        said = container["args"]
        assert said[said.index("--verify") + 1] == made.outputs["prometheusUrl"]

    def test_is_not_compared_where_that_is_off(self) -> None:
        container = manifest(run(verify=False), "Job")["spec"]["template"]["spec"]["containers"][0]
        assert "--verify" not in container["args"]

    @pytest.mark.parametrize("missing", ["image", "target"])
    def test_without_image_or_target_is_refused_before_anything_is_planned(
        self, missing: str
    ) -> None:
        given = {key: value for key, value in MINIMAL.items() if key != missing}
        refused = refusal_of({f"{PROJECT}:load": given})
        assert f"load: enabled is true and {missing} is unset" in refused.message
        assert refused.resources == ()
