"""Service level objectives, in the form that rules need."""

from dataclasses import dataclass
from typing import Final

from rules.duration import in_seconds

_HOURS_A_DAY: Final = 24
_HOUR_SECONDS: Final = 3600


@dataclass(frozen=True, kw_only=True)
class LatencyObjective:
    """A share of events that must be fast.

    Attributes:
        share: Share of the events, less than 1.
        seconds: What fast means. The largest bound of a server's histogram at or below it decides.
    """

    share: float
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Objectives:
    """What is promised for a model.

    Attributes:
        availability: Share of requests that don't fail, less than 1.
        ttft: Time to first token.
        inter_token: Gap between tokens.
    """

    availability: float = 0.995
    ttft: LatencyObjective = LatencyObjective(share=0.95, seconds=2.5)
    inter_token: LatencyObjective = LatencyObjective(share=0.95, seconds=0.2)


@dataclass(frozen=True, kw_only=True)
class ObjectivesByModel:
    """Objectives of all models.

    Attributes:
        default: Of each model that isn't named.
        models: Model names and their own objectives.
        period_days: Days that an error budget is meant for.
        kept_hours: Hours that samples are kept; None where that is longer than any period.
    """

    default: Objectives = Objectives()
    models: tuple[tuple[str, Objectives], ...] = ()
    period_days: int = 30
    kept_hours: int | None = None

    @property
    def budget_window(self) -> str:
        """How far back a budget is summed up: its period, or all that is kept of it.

        A longer window would look as if it held the whole period, and hold what is kept all the same.
        """
        hours = self.period_days * _HOURS_A_DAY
        if self.kept_hours is not None:
            hours = min(hours, self.kept_hours)
        days, rest = divmod(hours, _HOURS_A_DAY)
        return f"{hours}h" if rest else f"{days}d"

    def keeps(self, window: str) -> bool:
        """Tells whether samples are kept for as long as a window, a duration such as `3d`."""
        return self.kept_hours is None or in_seconds(window) <= self.kept_hours * _HOUR_SECONDS

    def each(self) -> tuple[tuple[str, Objectives], ...]:
        """Returns a matcher for `model` and the objectives that hold there; every model matches one."""
        named = tuple((f"model={_quoted(model)}", objectives) for model, objectives in self.models)
        others = "|".join(_regex(model) for model, _ in self.models)
        rest = f"model!~{_quoted(others)}" if others else 'model!=""'
        return (*named, (rest, self.default))


_SPECIAL: Final = set(r"\.+*?()|[]{}^$")


def _regex(text: str) -> str:
    """A regular expression of RE2 that matches the text alone."""
    return "".join(f"\\{letter}" if letter in _SPECIAL else letter for letter in text)


def _quoted(text: str) -> str:
    """A PromQL string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
