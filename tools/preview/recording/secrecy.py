"""How Pulumi marks a secret on the wire."""

from typing import Any, Final, TypeGuard

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - Pulumi's mark of a secret, none itself


def is_secret(value: object) -> TypeGuard[dict[str, Any]]:
    """Tells whether a recorded input went over the wire as a secret."""
    return isinstance(value, dict) and value.get(SIGNATURE) == SECRET
