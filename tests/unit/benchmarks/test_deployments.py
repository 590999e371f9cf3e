"""The bare program makes the same objects, and nothing else."""

from typing import Any

from benchmarks.deployments import models_of, objects_of
from tests.program.recording import PROJECT, revealed, run_program

IDENTITY = ("apiVersion", "kind")


def without_identity(given: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key not in IDENTITY}


def registered(models: list[dict[str, Any]]) -> dict[tuple[str, str, str], Any]:
    """What this program registers for deployments, by kind, namespace and name."""
    run = run_program({f"{PROJECT}:models": models})
    found = {}
    for resource in run.resources:
        if resource.parent.endswith(".monitors"):
            inputs = revealed(resource.inputs)
            assert isinstance(inputs, dict)
            metadata = inputs["metadata"]
            key = (inputs["kind"], metadata.get("namespace", ""), metadata["name"])
            found[key] = without_identity(inputs)
    return found


def test_objects_are_those_that_this_program_makes() -> None:
    models = models_of(2)
    ours = registered(models)
    bare = {
        (item["kind"], item["metadata"].get("namespace", ""), item["metadata"]["name"]): item
        for objects in objects_of(models)
        for item in objects
    }
    assert ours.keys() == bare.keys()
    for key, item in bare.items():
        if key[0] != "Namespace":
            assert without_identity(item) == ours[key]


def test_each_deployment_has_a_namespace_of_its_own_and_an_epp() -> None:
    models = models_of(500)
    assert len({model["namespace"] for model in models}) == 500
    assert all(model["epp"] for model in models)
