"""A scenario with some of it set on the command line."""

from pydantic import ValidationError

from components.mistakes import from_validation
from tools.errors import UserError
from tools.load.scenario.arrivals import Arrivals
from tools.load.scenario.model import Scenario


def overridden(
    scenario: Scenario, *, duration: float | None, rate: float | None, concurrency: int | None
) -> Scenario:
    """The scenario with what was given in place of its own.

    Args:
        scenario: What to start from.
        duration: Seconds.
        rate: Mean requests a second of an open loop, whose form stays.
        concurrency: Users of a closed loop, in place of whatever arrivals there were.

    Raises:
        UserError: The values aren't allowed, or don't go together.
    """
    if rate is not None and concurrency is not None:
        raise UserError("both --rate and --concurrency are given; allowed: one of them")
    content = scenario.model_dump(by_alias=True)
    if duration is not None:
        content["durationSeconds"] = duration
    if rate is not None:
        content["arrivals"] = _at_rate(scenario.arrivals, rate)
    if concurrency is not None:
        think = scenario.arrivals.closed.think_seconds if scenario.arrivals.closed else 0.0
        content["arrivals"] = {"closed": {"concurrency": concurrency, "thinkSeconds": think}}
    try:
        return Scenario.model_validate(content)
    except ValidationError as error:
        lines = "\n".join(f"  {line}" for line in from_validation(error, Scenario, frozenset()))
        raise UserError(f"the options make a scenario that isn't allowed:\n{lines}") from None


def _at_rate(arrivals: Arrivals, rate: float) -> dict[str, dict[str, float]]:
    mean = arrivals.mean_rate()
    if mean is None:
        raise UserError(
            "--rate is given for a closed loop, whose rate the server's replies decide",
            next_step="Give --concurrency, or a scenario with another way of arriving.",
        )
    if rate <= 0:
        raise UserError(f"--rate is {rate:g}; allowed: a number above 0")
    if arrivals.ramp is not None:
        ramp = arrivals.ramp
        factor = rate / mean
        return {"ramp": {"startRate": ramp.start_rate * factor, "endRate": ramp.end_rate * factor}}
    if arrivals.bursts is not None:
        bursts = arrivals.bursts.model_dump(by_alias=True)
        factor = rate / mean
        scaled = {"rate": bursts["rate"] * factor, "burstRate": bursts["burstRate"] * factor}
        return {"bursts": {**bursts, **scaled}}
    return {"constant" if arrivals.constant is not None else "poisson": {"rate": rate}}
