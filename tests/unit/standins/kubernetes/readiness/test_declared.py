"""What a program declares to wait for."""

import json

import pytest

from tests.unit.standins.kubernetes.readiness.objects import NOTHING, Object, condition
from tools.standins.kubernetes.readiness.declared import declared_judge
from tools.standins.kubernetes.readiness.jsonpath import parse
from tools.standins.protocol.errors import ProviderError

OBJECT: Object = {
    "spec": {"a.b": "dotted", "ports": [{"name": "x", "port": 1}, {"name": "y", "port": 2}]},
    "status": {
        "phase": "Running",
        "ready": True,
        "conditions": [condition("Ready", True), condition("Stalled", False)],
    },
}


@pytest.mark.parametrize(
    "expression",
    [
        "jsonpath={.status.phase}",
        "jsonpath={.status.phase}=Running",
        "jsonpath={$.status.phase}=Running",
        "jsonpath={.status.ready}=true",
        "jsonpath={.spec['a.b']}=dotted",
        "jsonpath={.spec.ports[1].port}=2",
        "jsonpath={.spec.ports[*].name}=x",
        'jsonpath={.status.conditions[?(@.type=="Ready")].status}=True',
        "jsonpath={.spec.ports}",
    ],
)
def test_paths_that_match(expression: str) -> None:
    assert parse(expression).matches(OBJECT)


@pytest.mark.parametrize(
    "expression",
    [
        "jsonpath={.status.other}",
        "jsonpath={.status.phase}=Failed",
        "jsonpath={.spec.ports[5].port}",
        "jsonpath={.spec.ports.name}",
        'jsonpath={.status.conditions[?(@.type=="Ready")].status}=False',
    ],
)
def test_paths_that_do_not(expression: str) -> None:
    assert not parse(expression).matches(OBJECT)


@pytest.mark.parametrize(
    "annotation",
    [
        "jsonpath=.status.phase",
        "jsonpath={.status.phase}=",
        "jsonpath={status}",
        "jsonpath={}",
        "condition=",
        "ready",
        "[]",
        "[1]",
    ],
)
def test_what_is_not_understood_is_told_with_what_is(annotation: str) -> None:
    with pytest.raises(ProviderError, match=r"pulumi\.com/waitFor: .*expected"):
        declared_judge(annotation)


@pytest.mark.parametrize(
    ("annotation", "ready"),
    [
        ("condition=Ready", True),
        ("condition=Stalled", False),
        ("condition=Stalled=False", True),
        (json.dumps(["condition=Ready", "jsonpath={.status.phase}=Running"]), True),
        (json.dumps(["condition=Ready", "jsonpath={.status.phase}=Failed"]), False),
    ],
)
def test_conditions_and_lists(annotation: str, ready: bool) -> None:
    assert declared_judge(annotation)(OBJECT, NOTHING).ready is ready


def test_a_status_of_an_earlier_generation_does_not_count() -> None:
    stale = {"metadata": {"generation": 2}, "status": {"observedGeneration": 1, "a": "b"}}
    assert not declared_judge("jsonpath={.status.a}")(stale, NOTHING).ready
