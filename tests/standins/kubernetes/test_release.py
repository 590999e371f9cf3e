"""Helm releases, by the real helm."""

import json
from pathlib import Path

import pytest

from tests.standins.kubernetes import programs
from tests.standins.kubernetes.api import Api
from tests.standins.kubernetes.conftest import NewStack
from tests.standins.kubernetes.stack import Program, program

PASSWORD = "hunter2-in-no-output"


class Tiny:
    """The small chart in the test's namespace."""

    def __init__(self, chart: Path, namespace: str) -> None:
        self._chart = chart
        self._namespace = namespace

    def __call__(self, **arguments: object) -> Program:
        return program(
            programs.release, chart=str(self._chart), namespace=self._namespace, **arguments
        )


@pytest.fixture
def tiny(chart: Path, api: Api) -> Tiny:
    return Tiny(chart, api.namespace)


def test_a_life_of_a_release(new_stack: NewStack, api: Api, tiny: Tiny) -> None:
    stack = new_stack()
    assert stack.preview(tiny(greeting=PASSWORD)).changes == {"create": 3}
    created = stack.up(tiny(greeting=PASSWORD))
    assert PASSWORD not in created.output
    assert PASSWORD not in json.dumps(stack.state())
    assert api.data("tiny-config") == {"greeting": PASSWORD}
    outputs = stack.outputs()
    assert outputs["status"] == {
        "appVersion": "7",
        "chart": "tiny",
        "name": "tiny",
        "namespace": api.namespace,
        "revision": 1,
        "status": "deployed",
        "version": "0.1.0",
    }
    assert outputs["names"] == {"ConfigMap/v1": ["tiny-config"]}

    assert stack.preview(tiny(greeting=PASSWORD)).changes == {}
    assert stack.up(tiny(greeting="hi")).changes == {"updated": 1}
    assert api.data("tiny-config") == {"greeting": "hi"}
    assert stack.outputs()["status"]["revision"] == 2
    assert stack.refresh().changes == {}

    assert stack.destroy().changes == {"deleted": 3}
    assert api.find("configmaps", "tiny-config") is None
    assert api.find("secrets", "sh.helm.release.v1.tiny.v2") is None


def test_a_chart_that_is_not_there_is_told_by_the_preview(
    new_stack: NewStack, api: Api, tmp_path: Path
) -> None:
    missing = Tiny(tmp_path / "missing", api.namespace)
    told = new_stack().fails_to_preview(missing())
    assert "missing' not found" in told
    assert "check the chart name" in told


def test_a_failed_installation_leaves_nothing_when_atomic(
    new_stack: NewStack, api: Api, tiny: Tiny
) -> None:
    stack = new_stack()
    told = stack.fails_to_update(tiny(values={"stuck": True}, timeout=3, atomic=True))
    assert "uninstalled due to atomic being set" in told
    assert "release" not in stack.state()
    assert api.find("configmaps", "tiny-config") is None
    assert "set a value for bad" in stack.fails_to_update(tiny(values={"broken": True}))


def test_a_failed_installation_is_kept_and_upgraded(
    new_stack: NewStack, api: Api, tiny: Tiny
) -> None:
    stack = new_stack()
    told = stack.fails_to_update(tiny(values={"stuck": True}, timeout=3))
    assert "was created, but has the status 'failed'" in told
    assert stack.state()["release"]["outputs"]["status"]["status"] == "failed"
    assert stack.up(tiny(values={"stuck": False})).changes == {"updated": 1}
    assert stack.outputs()["status"]["status"] == "deployed"
    stack.destroy()


def test_a_release_that_exists_or_was_interrupted_says_what_to_do(
    new_stack: NewStack, api: Api, tiny: Tiny
) -> None:
    owner, other = new_stack(), new_stack()
    owner.up(tiny())
    told = other.fails_to_update(tiny())
    assert "cannot re-use a name that is still in use" in told
    assert f"pulumi import kubernetes:helm.sh/v3:Release <name> {api.namespace}/tiny" in told

    api.mark_release("tiny", 1, status="pending-upgrade")
    told = owner.fails_to_update(tiny(greeting="hi"))
    assert "another operation" in told
    assert f"helm rollback tiny -n {api.namespace}" in told

    api.mark_release("tiny", 1, status="deployed")
    owner.up(tiny(greeting="hi"))
    owner.destroy()


def test_a_release_can_be_adopted(new_stack: NewStack, api: Api, tiny: Tiny) -> None:
    owner, heir = new_stack(), new_stack()
    owner.up(tiny(values={"greeting": "hi"}))
    owner.forget()
    assert heir.up(tiny(values={"greeting": "hi"}, adopt=True)).changes["imported"] == 1
    heir.up(tiny(values={"greeting": "hi"}))
    assert heir.preview(tiny(values={"greeting": "hi"})).changes == {}
    heir.destroy()
    assert api.find("configmaps", "tiny-config") is None
