"""Kinds that the program itself brings along."""

import uuid

from tests.standins.kubernetes import programs
from tests.standins.kubernetes.api import Api
from tests.standins.kubernetes.conftest import NewStack
from tests.standins.kubernetes.stack import Program, program


def test_a_definition_and_its_first_object(new_stack: NewStack, api: Api) -> None:
    group = f"g{uuid.uuid4().hex[:6]}.example.com"
    root = f"/apis/{group}/v1"

    def dogs(size: int) -> Program:
        return program(programs.dogs, namespace=api.namespace, group=group, size=size)

    stack = new_stack()
    assert stack.preview(dogs(1)).changes == {"create": 4}
    stack.up(dogs(1))
    assert api.get("dogs", "rex", root=root)["spec"] == {"size": 1, "memory": "1024Mi"}

    assert stack.up(dogs(2)).changes == {"updated": 1}
    api.patch("dogs", "rex", {"spec": {"extra": "by hand"}}, root=root)
    stack.refresh()
    assert stack.preview(dogs(2)).changes == {}
    assert stack.destroy().changes == {"deleted": 4}


def test_an_object_without_its_definition_waits_for_it_and_says_so(
    new_stack: NewStack, api: Api
) -> None:
    cat = program(programs.cat, namespace=api.namespace)
    stack = new_stack()
    assert stack.preview(cat).changes == {"create": 3}
    told = stack.fails_to_update(cat)
    assert "no matches for kind 'Cat' in version 'nowhere.example.com/v1'" in told
    assert "CustomResourceDefinition" in told
