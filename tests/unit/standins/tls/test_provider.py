"""The provider's answers, with a present that the test chooses."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tools.standins.protocol.engine import Engine
from tools.standins.protocol.errors import ProviderError
from tools.standins.protocol.requests import (
    ChangeKind,
    CheckRequest,
    CreateRequest,
    DiffAnswer,
    DiffRequest,
    ReadRequest,
    UpdateRequest,
)
from tools.standins.protocol.values import UNKNOWN, Properties, Secret, reveal
from tools.standins.tls import schema
from tools.standins.tls.provider import READY, TlsProvider

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = 24
CERT = schema.SELF_SIGNED_CERT


def at(moment: datetime = NOW) -> TlsProvider:
    return TlsProvider(Engine(""), now=lambda: moment)


def create(inputs: Properties, token: str = CERT, *, preview: bool = False) -> Properties:
    request = CreateRequest(
        urn="urn", name="n", type=token, inputs=inputs, timeout=0, preview=preview
    )
    return at().create(request).outputs


def diff(
    old: Properties, outputs: Properties, new: Properties, *, now: datetime = NOW, token: str = CERT
) -> DiffAnswer:
    return at(now).diff(
        DiffRequest(
            id="1",
            urn="urn",
            name="n",
            type=token,
            old_inputs=old,
            old_outputs=outputs,
            new_inputs=new,
            ignore_changes=(),
        )
    )


def read(outputs: Properties, inputs: Properties, now: datetime) -> Properties:
    request = ReadRequest(
        id="1", urn="urn", name="n", type=CERT, inputs=inputs, outputs=outputs, timeout=0
    )
    return at(now).read(request).outputs


def update(old: Properties, outputs: Properties, new: Properties) -> Properties:
    return at().update(
        UpdateRequest(
            id="1",
            urn="urn",
            name="n",
            type=CERT,
            old_inputs=old,
            old_outputs=outputs,
            new_inputs=new,
            timeout=0,
            preview=False,
            ignore_changes=(),
        )
    )


@pytest.fixture(scope="module")
def inputs() -> Properties:
    key = create({"algorithm": "ECDSA", "ecdsaCurve": "P256"}, schema.PRIVATE_KEY)
    return {
        "privateKeyPem": key["privateKeyPem"],
        "validityPeriodHours": 10 * DAY,
        "earlyRenewalHours": 2 * DAY,
        "allowedUses": ["server_auth"],
        "subject": {"commonName": "x"},
        "dnsNames": ["a.example", "b.example"],
    }


@pytest.fixture(scope="module")
def outputs(inputs: Properties) -> Properties:
    return create(inputs)


def test_what_is_made_is_not_ready_for_renewal(outputs: Properties) -> None:
    assert outputs[READY] is False


@pytest.mark.parametrize(
    ("validity", "early", "ready"), [(1, 1, True), (1, 2, True), (2, 1, False)]
)
def test_a_window_as_long_as_the_validity_is_ready_at_once(
    inputs: Properties, validity: int, early: int, ready: bool
) -> None:
    given = {**inputs, "validityPeriodHours": validity, "earlyRenewalHours": early}
    made = create(given)
    assert made[READY] is ready
    assert bool(diff(given, made, given).changes) is ready


def test_nothing_changed_is_no_difference(inputs: Properties, outputs: Properties) -> None:
    assert diff(inputs, outputs, inputs) == DiffAnswer()


def test_a_spelled_out_default_is_no_difference(inputs: Properties, outputs: Properties) -> None:
    spelled = {**inputs, "isCaCertificate": False, "maxPathLength": -1, "setSubjectKeyId": False}
    assert diff(inputs, outputs, spelled) == DiffAnswer()
    assert diff(spelled, outputs, inputs) == DiffAnswer()


def test_old_state_without_inputs_is_compared_by_its_outputs(
    inputs: Properties, outputs: Properties
) -> None:
    assert diff({}, outputs, inputs) == DiffAnswer()


def test_another_window_is_an_update_in_place(inputs: Properties, outputs: Properties) -> None:
    new = {**inputs, "earlyRenewalHours": 3 * DAY}
    changes = diff(inputs, outputs, new).changes
    assert {path: (change.kind, change.replace) for path, change in changes.items()} == {
        "earlyRenewalHours": (ChangeKind.UPDATE, False)
    }
    assert update(inputs, outputs, new) == {**outputs, "earlyRenewalHours": 3 * DAY}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"dnsNames": ["a.example"]}, "dnsNames[1]"),
        ({"subject": {"commonName": "y"}}, "subject.commonName"),
        ({"validityPeriodHours": 11 * DAY}, "validityPeriodHours"),
        ({"allowedUses": ["client_auth"]}, "allowedUses[0]"),
        ({"isCaCertificate": True}, "isCaCertificate"),
        ({"maxPathLength": 0}, "maxPathLength"),
        ({"setSubjectKeyId": True}, "setSubjectKeyId"),
        ({"setAuthorityKeyId": True}, "setAuthorityKeyId"),
        ({"privateKeyPem": Secret("other")}, "privateKeyPem"),
        ({"privateKeyPem": UNKNOWN}, "privateKeyPem"),
    ],
)
def test_any_other_change_is_a_replacement(
    inputs: Properties, outputs: Properties, change: dict[str, Any], path: str
) -> None:
    changes = diff(inputs, outputs, {**inputs, **change}).changes
    assert {path: change.replace for path, change in changes.items()} == {path: True}


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (NOW + timedelta(days=8) - timedelta(seconds=1), False),
        (NOW + timedelta(days=8), True),
        (NOW + timedelta(days=30), True),
    ],
)
def test_the_window_decides_on_renewal(
    inputs: Properties, outputs: Properties, now: datetime, due: bool
) -> None:
    changes = diff(inputs, outputs, inputs, now=now).changes
    assert {path: change.replace for path, change in changes.items()} == (
        {READY: True} if due else {}
    )
    assert read(outputs, inputs, now) == {**outputs, READY: due}


def test_the_new_window_counts(inputs: Properties, outputs: Properties) -> None:
    wider = {**inputs, "earlyRenewalHours": 10 * DAY}
    assert diff(inputs, outputs, wider).changes[READY].replace
    narrower = {**inputs, "earlyRenewalHours": 0}
    changes = diff(inputs, outputs, narrower, now=NOW + timedelta(days=9)).changes
    assert set(changes) == {"earlyRenewalHours"}
    assert not changes["earlyRenewalHours"].replace


def test_a_window_not_known_yet_renews_nothing(inputs: Properties, outputs: Properties) -> None:
    new = {**inputs, "earlyRenewalHours": UNKNOWN}
    changes = diff(inputs, outputs, new, now=NOW + timedelta(days=30)).changes
    assert {path: change.replace for path, change in changes.items()} == {
        "earlyRenewalHours": False
    }


def test_keys_and_requests_never_expire(inputs: Properties) -> None:
    for token, given in (
        (schema.PRIVATE_KEY, {"algorithm": "ED25519"}),
        (schema.CERT_REQUEST, {"privateKeyPem": inputs["privateKeyPem"]}),
    ):
        made = create(given, token)
        later = NOW + timedelta(days=10_000)
        assert READY not in made
        assert diff(given, made, given, now=later, token=token) == DiffAnswer()


def test_a_preview_knows_inputs_and_nothing_that_is_to_be_made(inputs: Properties) -> None:
    foreseen = create(inputs, preview=True)
    computed = schema.RESOURCES[CERT].computed
    assert {name for name, value in foreseen.items() if value is UNKNOWN} == computed
    assert foreseen["dnsNames"] == inputs["dnsNames"]
    assert foreseen["maxPathLength"] == -1
    assert foreseen[READY] is False


def test_a_preview_takes_unknown_inputs(inputs: Properties) -> None:
    unknown = {**inputs, "privateKeyPem": UNKNOWN, "earlyRenewalHours": UNKNOWN}
    foreseen = create(unknown, preview=True)
    assert foreseen["privateKeyPem"] == Secret(UNKNOWN)
    assert foreseen[READY] is UNKNOWN


def test_private_keys_are_secret_outputs(outputs: Properties) -> None:
    key = create({"algorithm": "ECDSA"}, schema.PRIVATE_KEY)
    hidden = {name for name, value in key.items() if isinstance(value, Secret)}
    assert hidden == {"privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh"}
    assert isinstance(outputs["privateKeyPem"], Secret)
    assert "PRIVATE KEY" not in repr(reveal({**outputs, "privateKeyPem": None}))


def test_check_reports_failures_and_keeps_inputs_as_they_are(inputs: Properties) -> None:
    request = CheckRequest(
        urn="urn",
        name="n",
        type=CERT,
        old_inputs={},
        new_inputs={**inputs, "allowedUses": ["x"]},
        random_seed=b"",
    )
    answer = at().check(request)
    assert answer.inputs == request.new_inputs
    assert [failure.property for failure in answer.failures] == ["allowedUses[0]"]


def test_the_provider_takes_no_other_configuration_than_the_official_one() -> None:
    request = CheckRequest(
        urn="urn",
        name="n",
        type="pulumi:providers:tls",
        old_inputs={},
        new_inputs={"proxy": {}, "version": "5", "curve": "P256", "__internal": {}},
        random_seed=b"",
    )
    assert [failure.property for failure in at().check_config(request).failures] == ["curve"]


def test_importing_is_refused() -> None:
    with pytest.raises(ProviderError, match="can't be imported"):
        read({}, {}, NOW)


def test_an_unknown_resource_is_refused() -> None:
    with pytest.raises(ProviderError, match="has no tls:index/other:Other; it has tls:index/"):
        create({}, "tls:index/other:Other")
