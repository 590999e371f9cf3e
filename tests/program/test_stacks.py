"""What the program registers for each stack, whole."""

import json
from typing import Any

import pytest
import yaml
from syrupy.assertion import SnapshotAssertion

from components.configuration import parse
from components.settings import Settings
from tests.program.recording import (
    PROJECT,
    REPO,
    Recorded,
    revealed,
    run_program,
    stack_configuration,
    stacks,
)

EMPTY = "empty"
_RULES = {"PrometheusRule", "Rules", "ClusterRules"}


def configuration_of(stack: str) -> dict[str, Any]:
    return {} if stack == EMPTY else stack_configuration(stack)


def readable(resource: Recorded) -> dict[str, Any]:
    return {
        "type": resource.type,
        "name": resource.name,
        "parent": resource.parent,
        "provider": resource.provider,
        "protect": resource.protect,
        "dependsOn": list(resource.depends_on),
        "secretOutputs": list(resource.secret_outputs),
        "inputs": with_documents(with_rules_counted(revealed(resource.inputs))),
    }


def with_rules_counted(inputs: object) -> object:
    """Shows how many rules a group has, instead of the rules: promtool and tests of their own judge them."""
    if not isinstance(inputs, dict) or inputs.get("kind") not in _RULES:
        return inputs
    counted = {group["name"]: len(group["rules"]) for group in inputs["spec"]["groups"]}
    return {**inputs, "spec": {"rulesByGroup": counted}}


def with_documents(value: object) -> object:
    """Shows a JSON document that is a text, e.g. in a ConfigMap, as what it is."""
    if isinstance(value, dict):
        return {key: with_documents(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_documents(item) for item in value]
    if isinstance(value, str) and value.startswith("{"):
        document = json.loads(value)
        # A dashboard is a committed file already, and compared with what makes it.
        is_dashboard = "templating" in document
        return {"dashboard": document["uid"]} if is_dashboard else {"json": document}
    return value


@pytest.mark.parametrize("stack", [EMPTY, *stacks()])
def test_registers_these_resources_and_outputs(
    stack: str, json_snapshot: SnapshotAssertion
) -> None:
    run = run_program(configuration_of(stack), stack=stack)
    by_name = sorted(run.resources, key=lambda resource: resource.name)
    assert {
        "outputs": revealed(run.outputs),
        "resources": [readable(resource) for resource in by_name],
    } == json_snapshot


def test_there_are_these_stacks() -> None:
    assert {"local", "dev", "staging", "prod"} <= set(stacks())


class TestStackFiles:
    @pytest.mark.parametrize("stack", stacks())
    def test_have_no_mistakes(self, stack: str) -> None:
        raw = {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in stack_configuration(stack).items()
        }
        settings, mistakes = parse(raw, frozenset())
        assert settings is not None
        assert mistakes == ()

    @pytest.mark.parametrize("stack", stacks())
    def test_hold_only_differences_from_the_defaults(self, stack: str) -> None:
        defaults = Settings().model_dump(mode="json", by_alias=True)
        given = {
            key.removeprefix(f"{PROJECT}:"): value
            for key, value in stack_configuration(stack).items()
        }
        assert repeated(given, defaults) == []

    def test_comparison_finds_a_repeated_default(self) -> None:
        defaults = Settings().model_dump(mode="json", by_alias=True)
        given = {"release": "llmd", "tls": {"protectCa": False, "enabled": True}}
        assert repeated(given, defaults) == ["release", "tls.enabled"]


def repeated(given: dict[str, Any], defaults: dict[str, Any], path: str = "") -> list[str]:
    """Returns the keys whose value is the default's."""
    found = []
    for key, value in given.items():
        default = defaults.get(key)
        if isinstance(value, dict) and isinstance(default, dict):
            found += repeated(value, default, f"{path}{key}.")
        elif value == default:
            found.append(f"{path}{key}")
    return found


PROJECT_FILE = yaml.safe_load((REPO / "Pulumi.yaml").read_text(encoding="utf-8"))
DECLARED = {
    key: value for key, value in PROJECT_FILE["config"].items() if not key.startswith("pulumi:")
}


class TestProjectFile:
    def test_names_the_project_and_the_folder_of_the_stacks(self) -> None:
        assert PROJECT_FILE["name"] == PROJECT
        assert PROJECT_FILE["stackConfigDir"] == "stacks"

    def test_declares_every_key_of_the_settings_and_no_other(self) -> None:
        assert set(DECLARED) == {field.alias for field in Settings.model_fields.values()}

    @pytest.mark.parametrize("key", sorted(DECLARED))
    def test_describes_each_key(self, key: str) -> None:
        assert DECLARED[key]["description"].strip()

    @pytest.mark.parametrize("key", sorted(DECLARED))
    def test_has_the_type_and_the_default_of_the_settings(self, key: str) -> None:
        default = Settings().model_dump(mode="json", by_alias=True)[key]
        empty = type(default)() if isinstance(default, dict | list) else default
        kind = {"dict": "object", "list": "array"}.get(type(default).__name__, "string")
        assert DECLARED[key]["type"] == kind
        assert DECLARED[key]["default"] == empty

    def test_forbids_providers_that_the_program_does_not_name(self) -> None:
        assert PROJECT_FILE["config"]["pulumi:disable-default-providers"] == {"value": ["*"]}

    def test_gives_what_an_empty_configuration_gives(self) -> None:
        defaults = {f"{PROJECT}:{key}": entry["default"] for key, entry in DECLARED.items()}
        engine = {**defaults, "pulumi:disable-default-providers": ["*"]}
        assert sorted(run_program(engine).resources, key=str) == sorted(
            run_program({}).resources, key=str
        )
