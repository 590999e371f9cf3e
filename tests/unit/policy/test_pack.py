"""The policy pack for Pulumi: the same checks, on what its SDK hands over."""

from typing import Any

import pytest

from policy.checks import POLICIES, RELEASE
from policy.observed import broken
from tests.unit.policy.test_checks import BREAKING, KEEPING
from tools.preview.resource import Hidden, Resource

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""The engine's mark of a text that is known only after the update."""


class UnknownValueError(Exception):
    """As the SDK's own."""


class Proxy(dict[str, Any]):
    """As the SDK's: what isn't known yet can't be read."""

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - any JSON
        value = super().__getitem__(key)
        if value == UNKNOWN:
            raise UnknownValueError
        return Proxy(value) if isinstance(value, dict) else value


def handed_over(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Returns inputs as the SDK hands them over, secrets in clear."""
    if isinstance(value, Hidden):
        return "canary-in-clear"
    if isinstance(value, dict):
        return {key: handed_over(item) for key, item in value.items() if item is not None}
    return [handed_over(item) for item in value] if isinstance(value, list) else value


def problems(resource: Resource) -> dict[str, list[str]]:
    inputs = Proxy(handed_over(dict(resource.inputs)))
    found = {
        name: list(broken(name, resource.token, "one", inputs, protect=resource.protect))
        for name in POLICIES
    }
    return {name: told for name, told in found.items() if told}


class TestPack:
    @pytest.mark.parametrize(("policy", "resource"), BREAKING.values(), ids=BREAKING)
    def test_tells_what_is_broken_and_no_secret(self, policy: str, resource: Resource) -> None:
        found = problems(resource)
        assert set(found) == {policy}
        assert "canary" not in str(found)

    @pytest.mark.parametrize("resource", KEEPING, ids=lambda one: one.title)
    def test_is_content_with_a_good_stack(self, resource: Resource) -> None:
        assert problems(resource) == {}

    def test_lets_pass_what_is_not_known_yet(self) -> None:
        values = {"prometheus": UNKNOWN, "grafana": {"service": {"type": "LoadBalancer"}}}
        inputs = Proxy({"chart": UNKNOWN, "version": "1.2.3", "values": values})
        (told,) = broken("private-services", RELEASE, "llmd", inputs, protect=False)
        assert "grafana" in told
