"""Objects of built-in kinds, from their first preview to their removal."""

import json

import pytest

from tests.standins.kubernetes import programs
from tests.standins.kubernetes.api import Api
from tests.standins.kubernetes.conftest import NewStack
from tests.standins.kubernetes.stack import Program, program
from tools.cluster.embedded import EmbeddedCluster

APPS = "/apis/apps/v1"
PASSWORD = "hunter2-in-no-output"


def test_a_life_in_one_stack(new_stack: NewStack, api: Api) -> None:
    def app(**arguments: str) -> Program:
        return program(
            programs.application, namespace=api.namespace, password=PASSWORD, **arguments
        )

    stack = new_stack(enable_config_map_mutable=True, enable_patch_force=True)
    assert stack.preview(app()).changes == {"create": 6}
    assert api.find("configmaps", "config") is None

    created = stack.up(app())
    assert created.changes == {"created": 6}
    assert PASSWORD not in created.output
    assert stack.masked_outputs()["secretData"] == "[secret]"
    uid, name = stack.outputs()["uid"], stack.outputs()["secretName"]
    assert name.startswith("secret-")
    assert api.secret(name) == {"password": PASSWORD}
    encoded = api.get("secrets", name)["data"]["password"]
    assert encoded not in json.dumps(stack.state())
    assert api.get("deployments", "app", root=APPS)["status"]["readyReplicas"] == 2

    assert stack.up(app()).changes == {}
    assert stack.refresh().changes == {}
    assert stack.preview(app()).changes == {}

    now = app(greeting="hi", image="nginx:2")
    changed = stack.up(now)
    assert changed.changes == {"updated": 2}
    assert '~ greeting: "hello" => "hi"' in changed.output
    assert api.data("config") == {"greeting": "hi", "kept": "x"}
    assert api.get("configmaps", "config")["metadata"]["uid"] == uid

    api.patch("configmaps", "config", {"data": {"greeting": "by hand", "mine": "y"}})
    api.patch("deployments", "app", {"spec": {"replicas": 5}}, root=APPS)
    assert stack.refresh().changes == {"updated": 2}
    assert stack.up(now).changes == {"updated": 2}
    assert api.data("config") == {"greeting": "hi", "kept": "x", "mine": "y"}
    assert api.get("deployments", "app", root=APPS)["spec"]["replicas"] == 2

    api.delete("configmaps", "config")
    assert stack.refresh().changes == {"deleted": 1}
    assert stack.up(now).changes == {"created": 1}

    assert stack.destroy().changes == {"deleted": 6}
    for plural, gone in (("configmaps", "config"), ("secrets", name), ("services", "service")):
        assert api.find(plural, gone) is None
    assert api.find("deployments", "app", root=APPS) is None


def test_data_that_is_not_mutable_and_fixed_fields_replace(new_stack: NewStack, api: Api) -> None:
    def valued(value: str) -> Program:
        return program(programs.replaceable, namespace=api.namespace, value=value)

    stack = new_stack(enable_config_map_mutable=False)
    stack.up(valued("view"))
    before = {name: stack.state()[name]["id"] for name in ("fixed", "free", "binding")}
    assert stack.up(valued("edit")).changes == {"replaced": 3}
    after = stack.state()
    assert after["fixed"]["id"] == before["fixed"]
    assert after["free"]["id"] != before["free"]
    assert api.find("configmaps", before["free"].rpartition("/")[2]) is None
    assert api.data("fixed") == {"a": "edit"}
    stack.destroy()


def test_a_deployment_that_no_node_takes_is_kept_with_the_reason_and_tried_again(
    new_stack: NewStack, api: Api
) -> None:
    def selecting(selector: dict[str, str]) -> Program:
        return program(programs.scheduled, namespace=api.namespace, selector=selector)

    stack = new_stack()
    told = stack.fails_to_update(selecting({"nowhere": "true"}))
    assert "'app' timed out waiting to be Ready" in told
    assert "0 of 1 are ready" in told
    assert "node(s) didn't match" in told
    assert stack.state()["app"]["initErrors"]
    assert "timed out waiting" in stack.fails_to_update(selecting({"nowhere": "true"}))
    assert stack.up(selecting({})).changes == {"updated": 1}
    assert "initErrors" not in stack.state()["app"]
    stack.destroy()


def test_waiting_can_be_cancelled(new_stack: NewStack, api: Api) -> None:
    stack = new_stack()
    never = program(
        programs.annotated,
        namespace=api.namespace,
        data={"a": "b"},
        annotations={"pulumi.com/waitFor": "jsonpath={.data.never}"},
    )
    told = stack.interrupted(never, lambda: api.find("configmaps", "config") is not None)
    assert "cancelled" in told
    assert "config" in stack.state()
    stack.destroy()
    assert api.find("configmaps", "config") is None


@pytest.mark.parametrize("server_side", [True, False])
def test_both_ways_of_applying_converge(new_stack: NewStack, api: Api, server_side: bool) -> None:
    def holding(**data: str) -> Program:
        return program(programs.config, namespace=api.namespace, data=data)

    stack = new_stack(enable_server_side_apply=server_side, enable_config_map_mutable=True)
    stack.up(holding(a="1"))
    stack.up(holding(a="2"))
    assert stack.up(holding(b="only")).changes == {"updated": 1}
    assert api.data("config") == {"b": "only"}
    assert stack.preview(holding(b="only")).changes == {}
    stack.destroy()


def test_a_kubeconfig_may_be_given_as_text(
    new_stack: NewStack, api: Api, embedded_cluster: EmbeddedCluster
) -> None:
    stack = new_stack(kubeconfig=embedded_cluster.kubeconfig.read_text(), namespace=api.namespace)
    stack.up(program(programs.config, data={}))
    assert stack.state()["config"]["id"] == f"{api.namespace}/config"
    stack.destroy()
