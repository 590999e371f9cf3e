"""What Pulumi's policy SDK hands over, as the checks read it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from policy.checks import POLICIES
from tools.preview.masking import Masking
from tools.preview.rendering.recorder import program_resource
from tools.preview.resource import Computed, Resource

_MASKING: Final = Masking(key=b"nothing is compared")


def stack_of(urn: str) -> str:
    """Returns the stack of a resource: `urn:pulumi:<stack>::<project>::<type>::<name>`."""
    return urn.split(":")[2]


def broken(
    name: str, token: str, logical_name: str, inputs: Mapping[str, Any], *, protect: bool
) -> Iterator[str]:
    """Yields what a resource breaks of one policy.

    Args:
        name: Name of the policy.
        token: The resource's type token.
        logical_name: Its logical name.
        inputs: As the SDK hands them over: what isn't known yet raises when it is read, and secrets are plain.
        protect: Whether the engine refuses to delete it.
    """
    yield from POLICIES[name](_resource(token, logical_name, inputs, protect=protect))


def _resource(token: str, name: str, inputs: Mapping[str, Any], *, protect: bool) -> Resource:
    plain: dict[str, Any] = {key: _read(inputs, key) for key in inputs}
    # By their keys: the SDK doesn't tell which values are secret.
    masked = _MASKING.inputs(plain, secret=token.endswith(":Secret"))
    return program_resource(token, name, masked, protect=protect, retain=False)


def _read(container: Any, key: Any) -> Any:  # noqa: ANN401 - the SDK's proxies of any JSON
    try:
        value = container[key]
    except Exception as error:
        if type(error).__name__ != "UnknownValueError":
            raise
        return Computed(origin="the update")
    if isinstance(value, Mapping):
        return {name: _read(value, name) for name in value}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_read(value, index) for index in range(len(value))]
    return value
