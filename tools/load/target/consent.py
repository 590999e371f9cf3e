"""What a load needs a `--yes` for."""

from typing import Final

from tools.errors import UserError
from tools.load.scenario.model import Scenario
from tools.load.target.address import is_harmless

LONGEST_SECONDS: Final = 3600.0


def require_consent(base: str, scenario: Scenario, *, given: bool) -> None:
    """Stops a load that could hit what it wasn't meant for.

    Raises:
        UserError: It needs a `--yes` that wasn't given.
    """
    reasons = []
    if not is_harmless(base):
        reasons.append(f"{base} is neither this machine nor a Service of a cluster")
    if scenario.duration_seconds > LONGEST_SECONDS:
        reasons.append(
            f"it takes {scenario.duration_seconds:g} s, which is more than {LONGEST_SECONDS:g} s"
        )
    if reasons and not given:
        raise UserError(
            f"this load must be confirmed: {'; '.join(reasons)}",
            next_step="If that is what you want, repeat the command with --yes.",
        )
