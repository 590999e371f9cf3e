import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.preview.examples import resource
from tools.preview.comparing.change import Change, Operation
from tools.preview.comparing.fields import fields
from tools.preview.masking import Masking, blotting, known_secrets
from tools.preview.recording.hiding import HIDDEN, hidden, secret_texts, without
from tools.preview.recording.secrecy import SECRET, SIGNATURE
from tools.preview.report import Report, Stack
from tools.preview.reporting.document import document
from tools.preview.reporting.markdown import markdown
from tools.preview.reporting.page import page
from tools.preview.resource import Hidden

MASKING = Masking(key=b"key")
CANARY = "canary-4711-of-nobody"
KEY = f"-----BEGIN EC PRIVATE KEY-----\n{CANARY}\n-----END EC PRIVATE KEY-----"

SECRETIVE: dict[str, dict[str, Any]] = {
    "a secret of Pulumi's": {"spec": hidden({SIGNATURE: SECRET, "value": CANARY}, b"key")},
    "a password": {"values": {"grafana": {"adminPassword": CANARY}}},
    "a variable's value": {"env": [{"name": "DB_PASSWORD", "value": CANARY}]},
    "a token in a header": {"data": {"text": f"Authorization: Bearer {CANARY}"}},
    "a login in an address": {"url": f"https://admin:{CANARY}@db.example.com/x"},
    "a private key": {"data": {"tls.key": KEY}},
    "a setting in a text": {"data": {"grafana.ini": f"[db]\npassword = {CANARY}\n"}},
    "a webhook of Slack": {"global": {"slack_api_url": f"https://hooks.example.com/{CANARY}"}},
}


def written(before: dict[str, Any], after: dict[str, Any], *, secret: bool = False) -> str:
    """Everything that a report says about a resource that changes, comes and goes."""
    old, new = (MASKING.inputs(inputs, secret=secret) for inputs in (before, after))
    changes = (
        Change(
            operation=Operation.UPDATE,
            resource=resource(inputs=new),
            fields=tuple(fields(old, new)),
        ),
        Change(operation=Operation.CREATE, resource=resource(inputs=new)),
        Change(operation=Operation.DELETE, resource=resource(inputs=old)),
    )
    report = Report(base="main", head="here", stacks=(Stack(name="prod", changes=changes),))
    return markdown(report) + page(report) + document(report)


class TestReports:
    @pytest.mark.parametrize("inputs", SECRETIVE.values(), ids=SECRETIVE)
    def test_hold_no_secret_of_any_form(self, inputs: dict[str, Any]) -> None:
        for text in (written({}, inputs), written(inputs, {}), written(inputs, {"spec": 1})):
            assert CANARY not in text
            assert HIDDEN in text

    @given(
        path=st.lists(st.sampled_from(["spec", "a.b", "config.yaml"]), max_size=3),
        key=st.sampled_from(["password", "apiKey", "bearerToken", "client_secret", "privateKey"]),
        canary=st.text("abcdef0123456789", min_size=12, max_size=40).map(
            lambda text: f"c4n4ry{text}"
        ),
    )
    def test_hold_no_password_however_deep(self, path: list[str], key: str, canary: str) -> None:
        inputs: dict[str, Any] = {key: canary}
        for part in path:
            inputs = {part: inputs}
        assert canary not in written({}, inputs)

    @given(
        data=st.dictionaries(
            st.sampled_from(["user", "a.yaml", "tls.crt"]),
            st.text("abcdef0123456789\n ", min_size=5).map(lambda text: f"c4n4ry{text}"),
            min_size=1,
        )
    )
    def test_hold_no_data_of_a_secret(self, data: dict[str, str]) -> None:
        text = written({}, {"stringData": data, "kind": "Secret"}, secret=True)
        assert "c4n4ry" not in text


class TestMasking:
    def test_tells_a_secret_that_changed_from_one_that_did_not(self) -> None:
        one, same, other = (
            MASKING.inputs({"data": {"a": value}}, secret=True) for value in ("x", "x", "y")
        )
        assert one == same
        assert one != other

    def test_keeps_names_of_secrets(self) -> None:
        inputs = {
            "adminSecret": {"name": "login", "passwordKey": "admin-password"},
            "automountServiceAccountToken": True,
            "bearerTokenSecret": {"name": "reader"},
        }
        assert MASKING.inputs(inputs, secret=False) == inputs

    def test_keeps_what_is_no_secret(self) -> None:
        inputs = {"spec": {"expr": 'rate(tokens_total{job="a"}[5m])', "replicas": 2.0}}
        assert MASKING.inputs(inputs, secret=False)["spec"] == {**inputs["spec"], "replicas": 2}


class TestKnownSecrets:
    def test_of_a_chart_are_blotted_out_elsewhere(self) -> None:
        encoded = base64.b64encode(CANARY.encode()).decode()
        manifests = [{"kind": "Secret", "data": {"a": encoded}}]
        text = f"one {CANARY}, two {encoded}"
        assert blotting(known_secrets(manifests))({"x": [text]}) == {
            "x": [f"one {HIDDEN}, two {HIDDEN}"]
        }

    def test_of_the_program_are_found_in_any_depth(self) -> None:
        recorded = [{"a": {SIGNATURE: SECRET, "value": {"b": [CANARY, "no"]}}}, {"c": "public!"}]
        assert list(secret_texts(recorded)) == [CANARY]

    def test_are_blotted_out_of_keys_too(self) -> None:
        assert without({CANARY: 1}, [CANARY]) == {HIDDEN: 1}


class TestHidden:
    def test_is_no_secret_and_differs_with_it(self) -> None:
        one, other = (hidden({SIGNATURE: SECRET, "value": v}, b"key") for v in (CANARY, "x"))
        assert CANARY not in json.dumps(one)
        assert one != other
        assert MASKING.inputs({"a": one}, secret=False)["a"] == Hidden(digest=one["digest"])  # type: ignore[index]
