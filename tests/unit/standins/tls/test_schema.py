import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools.standins.protocol.values import UNKNOWN, Secret
from tools.standins.tls import schema
from tools.standins.tls.schema import RESOURCES, failures, with_defaults

KEY = RESOURCES[schema.PRIVATE_KEY]
CERT = RESOURCES[schema.SELF_SIGNED_CERT]

VALID: dict[str, Any] = {
    "privateKeyPem": "pem",
    "validityPeriodHours": 24,
    "allowedUses": ["server_auth"],
}


def reasons(inputs: dict[str, Any], resource: schema.Resource = CERT) -> dict[str, str]:
    return {failure.property: failure.reason for failure in failures(resource, inputs)}


def test_defaults_are_those_of_the_official_plugin() -> None:
    assert with_defaults(KEY, {"algorithm": "ECDSA"}) == {
        "algorithm": "ECDSA",
        "ecdsaCurve": "P224",
        "rsaBits": 2048,
    }
    defaults = with_defaults(CERT, VALID)
    assert defaults["earlyRenewalHours"] == 0
    assert defaults["maxPathLength"] == -1
    assert [defaults[name] for name in ("isCaCertificate", "setSubjectKeyId")] == [False, False]


def test_a_given_value_wins_over_the_default() -> None:
    assert with_defaults(KEY, {"ecdsaCurve": "P521"})["ecdsaCurve"] == "P521"


def test_a_private_key_is_secret_in_the_outputs() -> None:
    for given in ("pem", Secret("pem")):
        assert with_defaults(CERT, {**VALID, "privateKeyPem": given})["privateKeyPem"] == Secret(
            "pem"
        )


def test_complete_inputs_have_no_failures() -> None:
    everything = {
        **VALID,
        "subject": {"commonName": "x", "streetAddresses": ["a", "b"]},
        "dnsNames": ["x"],
        "ipAddresses": ["127.0.0.1", "::1"],
        "uris": ["spiffe://x"],
        "earlyRenewalHours": 1,
        "isCaCertificate": True,
        "maxPathLength": 0,
        "setSubjectKeyId": True,
        "setAuthorityKeyId": True,
        "__defaults": [],
    }
    assert reasons(everything) == {}


def test_unknown_values_are_taken_for_right() -> None:
    unknown = {
        "privateKeyPem": Secret(UNKNOWN),
        "validityPeriodHours": UNKNOWN,
        "allowedUses": [UNKNOWN],
        "ipAddresses": UNKNOWN,
        "subject": {"commonName": UNKNOWN},
    }
    assert reasons(unknown) == {}


def test_every_missing_input_is_named_at_once() -> None:
    assert set(reasons({})) == {"privateKeyPem", "validityPeriodHours", "allowedUses"}


@pytest.mark.parametrize(
    ("given", "path", "reason"),
    [
        ({"validityPeriodHours": "24"}, "validityPeriodHours", "must be a whole number, got '24'"),
        ({"validityPeriodHours": 1.5}, "validityPeriodHours", "must be a whole number, got 1.5"),
        ({"validityPeriodHours": True}, "validityPeriodHours", "must be a whole number, got True"),
        ({"validityPeriodHours": -1}, "validityPeriodHours", "must be at least 0, got -1"),
        ({"earlyRenewalHours": -1}, "earlyRenewalHours", "must be at least 0, got -1"),
        ({"isCaCertificate": "yes"}, "isCaCertificate", "must be true or false, got 'yes'"),
        ({"dnsNames": "x"}, "dnsNames", "must be a list of strings, got 'x'"),
        ({"dnsNames": ["x", 1]}, "dnsNames[1]", "must be a string, got 1"),
        ({"subject": "CN=x"}, "subject", "must be an object, got 'CN=x'"),
        ({"subject": {"cn": "x"}}, "subject.cn", "knows no such input; it knows commonName, "),
        ({"ipAddresses": ["::1", "x"]}, "ipAddresses[1]", "must be an IP address, got 'x'"),
        ({"lifetime": 1}, "lifetime", "knows no such input; it knows allowedUses, "),
        ({"privateKeyPemWo": "pem"}, "privateKeyPemWo", "knows no such input"),
    ],
)
def test_a_wrong_input_is_named_with_what_is_allowed(
    given: dict[str, Any], path: str, reason: str
) -> None:
    found = reasons({**VALID, **given})
    assert list(found) == [path]
    assert reason in found[path]


def test_an_unknown_use_lists_the_allowed_ones() -> None:
    reason = reasons({**VALID, "allowedUses": ["server_auth", "serverAuth"]})["allowedUses[1]"]
    assert "got 'serverAuth'" in reason
    assert all(use in reason for use in ("any_extended", "server_auth", "timestamping"))


@pytest.mark.parametrize(
    ("given", "path"),
    [({"algorithm": "DSA"}, "algorithm"), ({"ecdsaCurve": "P-256"}, "ecdsaCurve")],
)
def test_an_unknown_algorithm_or_curve_lists_the_allowed_ones(
    given: dict[str, str], path: str
) -> None:
    found = reasons({"algorithm": "RSA", **given}, KEY)
    assert list(found) == [path]
    assert found[path].startswith("must be one of ")


def test_a_secret_of_the_wrong_type_is_not_shown() -> None:
    reason = reasons({**VALID, "privateKeyPem": Secret(4711)})["privateKeyPem"]
    assert "4711" not in reason


def snake_case(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def test_the_resources_have_the_inputs_and_outputs_of_the_sdk() -> None:
    spec = importlib.util.find_spec("pulumi_tls")
    assert spec
    assert spec.origin
    source = Path(spec.origin).parent
    for token, resource in RESOURCES.items():
        module = snake_case(token.split("/")[1].split(":")[0])
        text = (source / f"{module}.py").read_text(encoding="utf-8")
        for name in (*resource.fields, *resource.computed):
            assert f'__props__.__dict__["{snake_case(name)}"]' in text, name


def test_a_run_without_changes_does_not_load_cryptography() -> None:
    program = (
        "import sys, json, tools.standins.tls.provider, tools.standins.protocol.server\n"
        "print(json.dumps([name for name in sys.modules if name.split('.')[0] == 'cryptography']))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout
    assert json.loads(printed) == []
