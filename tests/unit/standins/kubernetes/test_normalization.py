"""Inputs take the form in which the API server keeps them."""

import base64
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tools.standins.kubernetes.normalization import inputs_of_import, normalize
from tools.standins.protocol.values import UNKNOWN


def secret(**fields: object) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Secret", **fields}


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=20), min_size=1, max_size=4))
def test_string_data_becomes_data(text: dict[str, str]) -> None:
    normal = normalize(secret(stringData=text))
    assert "stringData" not in normal
    assert {k: base64.b64decode(v).decode() for k, v in normal["data"].items()} == text


def test_string_data_wins_over_data() -> None:
    normal = normalize(secret(data={"a": "b2xk", "b": "eA=="}, stringData={"a": "new"}))
    assert normal["data"] == {"a": base64.b64encode(b"new").decode(), "b": "eA=="}


def test_line_breaks_in_base64_do_not_matter() -> None:
    assert normalize(secret(data={"a": "aGVs\nbG8=\n"}))["data"] == {"a": "aGVsbG8="}


def test_what_is_no_base64_is_left_to_the_server_to_refuse() -> None:
    assert normalize(secret(data={"a": "%"}))["data"] == {"a": "%"}


def test_a_secret_that_is_not_known_yet_stays() -> None:
    obj = secret(stringData={"a": UNKNOWN})
    assert normalize(obj) == obj


def test_a_secret_without_data_stays() -> None:
    obj = secret(metadata={"name": "x"}, type="Opaque")
    assert normalize(obj) == obj


def test_metadata_of_the_server_is_dropped() -> None:
    meta = {"name": "x", "uid": "1", "resourceVersion": "2", "managedFields": []}
    assert normalize({"metadata": meta}) == {"metadata": {"name": "x"}}


def test_a_definition_loses_what_the_server_drops() -> None:
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "spec": {"preserveUnknownFields": False, "group": "g"},
        "status": {},
    }
    normal = normalize(definition)
    assert normal["spec"] == {"group": "g"}
    assert "status" not in normal


def test_an_import_takes_over_all_but_what_the_server_owns() -> None:
    live = {
        "apiVersion": "apps/v1",
        "metadata": {
            "name": "x",
            "uid": "1",
            "annotations": {"deployment.kubernetes.io/revision": "1"},
        },
        "spec": {"replicas": 1},
        "status": {},
    }
    assert inputs_of_import(live) == {
        "apiVersion": "apps/v1",
        "metadata": {"name": "x"},
        "spec": {"replicas": 1},
    }
