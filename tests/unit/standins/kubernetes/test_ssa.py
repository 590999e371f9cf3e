"""Who manages which field."""

from typing import Any

from tools.standins.kubernetes import ssa
from tools.standins.kubernetes.api_errors import ApiError


def entry(manager: str, operation: str, **fields: object) -> dict[str, Any]:
    return {
        "manager": manager,
        "operation": operation,
        "apiVersion": "v1",
        "fieldsType": "FieldsV1",
        "fieldsV1": fields,
    }


def test_fields_of_the_creation_go_to_the_resource_s_own_manager() -> None:
    created = entry(ssa.CREATE_MANAGER, "Update", **{"f:data": {"f:a": {}}})
    ours = entry("mine", "Apply", **{"f:data": {"f:b": {}}})
    other = entry("hpa", "Update", **{"f:spec": {"f:replicas": {}}})
    taken = ssa.taken_over([created, ours, other], "mine")
    assert taken == [entry("mine", "Apply", **{"f:data": {"f:a": {}, "f:b": {}}}), other]


def test_nothing_is_taken_where_only_others_manage() -> None:
    assert ssa.taken_over([entry("hpa", "Update"), entry("mine", "Apply")], "mine") is None


def test_a_status_is_nobody_s_to_take() -> None:
    status = {**entry("kubectl", "Update"), "subresource": "status"}
    assert ssa.taken_over([status], "mine") is None


def test_a_field_may_belong_to_others_only() -> None:
    managed = [
        entry("hpa", "Update", **{"f:spec": {"f:replicas": {}, "f:shared": {}}}),
        entry("mine", "Apply", **{"f:spec": {"f:shared": {}}}),
    ]
    assert ssa.owned_by_others_only(managed, "mine", ["spec", "replicas"])
    assert not ssa.owned_by_others_only(managed, "mine", ["spec", "shared"])
    assert not ssa.owned_by_others_only(managed, "mine", ["spec", "free"])


def test_a_conflict_is_told_by_field_and_manager() -> None:
    body = {
        "reason": "Conflict",
        "details": {"causes": [{"field": ".data.a", "message": 'conflict with "kubectl"'}]},
    }
    obj = {"kind": "ConfigMap", "metadata": {"name": "x", "namespace": "ns"}}
    told = ssa.explain_conflict(ApiError(409, body), obj, "mine")
    for part in ("ConfigMap 'ns/x'", "mine", ".data.a", 'conflict with "kubectl"', "patchForce"):
        assert part in told


def test_giving_up_keeps_nothing_but_the_identity() -> None:
    live = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "x", "namespace": "ns", "labels": {}},
        "data": {},
    }
    assert ssa.relinquishing(live) == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "x", "namespace": "ns"},
    }
