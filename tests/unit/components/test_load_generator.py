"""The Job that sends requests on demand."""

from typing import Any

import pytest
from pydantic import ValidationError

from components.load_generator import CountedBy, LoadGeneratorArgs, arguments, job_spec
from components.names import Names
from components.settings.load import LoadSettings
from tools.load.command import API_KEY
from tools.load.scenario.reading import built_in

MINIMAL = {"enabled": True, "image": "registry.example.com/x:1", "target": "http://gw.llm.svc"}
COUNTED = CountedBy(url="https://prometheus:9090", ca_config_map="prometheus-web-tls-ca")


def load(**changes: Any) -> LoadSettings:  # noqa: ANN401
    return LoadSettings.model_validate({**MINIMAL, **changes})


def spec(counted_by: CountedBy | None = COUNTED, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    args = LoadGeneratorArgs(
        namespace="monitoring",
        name="llmd-load",
        labels={"app": "load"},
        load=load(**changes),
        counted_by=counted_by,
    )
    made: dict[str, Any] = dict(job_spec(args))
    return made


def pod(**changes: Any) -> dict[str, Any]:  # noqa: ANN401
    content: dict[str, Any] = spec(**changes)["template"]["spec"]
    return content


class TestSettings:
    def test_are_off_by_default_and_name_no_image(self) -> None:
        assert LoadSettings().enabled is False
        assert LoadSettings().image is None

    @pytest.mark.parametrize("missing", ["image", "target"])
    def test_need_an_image_and_a_target_to_be_on(self, missing: str) -> None:
        with pytest.raises(ValidationError, match=f"enabled is true and {missing} is unset"):
            load(**{missing: None})

    def test_know_the_scenarios_that_are_built_in(self) -> None:
        for name in built_in():
            assert load(scenario=name).scenario == name
        with pytest.raises(ValidationError):
            load(scenario="other")

    @pytest.mark.parametrize("schedule", ["*/30 * * * *", "0 3 * * MON-FRI", "0,30 1-5/2 1 JAN *"])
    def test_take_schedules_of_cron(self, schedule: str) -> None:
        assert load(schedule=schedule).schedule == schedule

    @pytest.mark.parametrize("schedule", ["", "hourly", "* * * *", "* * * * * *", "*/x * * * *"])
    def test_refuse_what_is_none(self, schedule: str) -> None:
        with pytest.raises(ValidationError, match="five fields of cron"):
            load(schedule=schedule)

    @pytest.mark.parametrize(
        "image",
        ["llmd", "registry:5000/a/b", "a/b:1.0", f"a/b@sha256:{'0' * 64}", "a/b:1.0_rc-1"],
    )
    def test_take_images(self, image: str) -> None:
        assert load(image=image).image == image

    @pytest.mark.parametrize("image", ["", "a/B", "https://a/b", "a b", "a/b:"])
    def test_refuse_what_is_no_image(self, image: str) -> None:
        with pytest.raises(ValidationError, match="a container image such as"):
            load(image=image)


class TestArguments:
    def test_are_those_of_the_command_line(self) -> None:
        assert arguments(load(scenario="errors"), None) == [
            *("load", "http://gw.llm.svc", "--scenario", "errors", "--yes")
        ]

    def test_name_duration_and_model_where_they_are_set(self) -> None:
        said = arguments(load(durationSeconds=30, model="m"), None)
        assert said[-4:] == ["--duration", "30", "--model", "m"]

    def test_compare_with_prometheus_and_its_ca(self) -> None:
        said = arguments(load(), COUNTED)
        assert said[-4:] == [
            *("--verify", "https://prometheus:9090", "--ca", "/etc/prometheus-ca/ca.crt")
        ]

    def test_name_no_ca_where_prometheus_serves_plain_http(self) -> None:
        said = arguments(load(), CountedBy(url="http://prometheus:9090", ca_config_map=None))
        assert said[-2:] == ["--verify", "http://prometheus:9090"]


class TestJob:
    def test_is_not_repeated_and_ends_in_time(self) -> None:
        assert spec()["backoffLimit"] == 0
        assert spec()["activeDeadlineSeconds"] == 3600 + 900
        assert spec(durationSeconds=60)["activeDeadlineSeconds"] == 60 + 900

    def test_is_admitted_at_the_strictest_level_and_asks_nothing_of_the_api_server(self) -> None:
        made = pod()
        (container,) = made["containers"]
        assert made["automountServiceAccountToken"] is False
        assert made["securityContext"]["runAsNonRoot"] is True
        assert made["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }

    def test_mounts_the_ca_where_its_arguments_say(self) -> None:
        made = pod()
        (mount,) = made["containers"][0]["volumeMounts"]
        assert mount["mountPath"] == "/etc/prometheus-ca"
        assert made["volumes"] == [{"name": "ca", "configMap": {"name": "prometheus-web-tls-ca"}}]

    def test_mounts_nothing_where_there_is_nothing_to_compare_with(self) -> None:
        made = pod(counted_by=None)
        assert made["volumes"] == made["containers"][0]["volumeMounts"] == []

    def test_takes_the_key_by_reference_in_the_variable_that_the_tool_reads(self) -> None:
        (container,) = pod(apiKey={"name": "keys", "key": "llm"})["containers"]
        assert container["env"] == [
            {"name": API_KEY, "valueFrom": {"secretKeyRef": {"name": "keys", "key": "llm"}}}
        ]


class TestName:
    @pytest.mark.parametrize(
        ("release", "name"), [("llmd", "llmd-load"), ("x" * 53, f"{'x' * 47}-load")]
    )
    def test_leaves_room_for_the_names_of_a_cron_jobs_jobs(self, release: str, name: str) -> None:
        names = Names(
            namespace="m", release=release, cluster_domain="cluster.local", scheme="https"
        )
        assert names.load == name
        assert len(names.load) <= 52
