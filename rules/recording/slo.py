"""Objectives: which events are bad, over the windows of multi-window burn-rate alerts.

The method is that of Google's SRE workbook, chapter 5 (https://sre.google/workbook/alerting-on-slos/). Long
windows add up what was recorded for short ones, so that no raw series is read over days.
"""

from collections.abc import Callable
from typing import Final

from rules.catalogue import bounds
from rules.objectives import LatencyObjective, Objectives, ObjectivesByModel
from rules.promql import label_set, total, union, zero_where_missing
from rules.rule import Group, Recording
from rules.series import SLO_WINDOWS

_BY_MODEL: Final = ("namespace", "model")
_EVENTS: Final = "llmd:slo_events:rate5m"
_BAD: Final = "llmd:slo_bad_events:rate5m"
_NOT_PREFILL: Final = 'role!="prefill"'

CALLERS_FAULTS: Final = "BadRequest|Unauthorized|Forbidden|NotFound|PreconditionFailed"
"""Codes of the EPP that blame the caller; no objective counts them. Overload (429) is ours."""

_FAST_WINDOWS: Final = ("30m", "1h")

_TTFT_BOUNDS: Final = sorted({*bounds.VLLM_TTFT, *bounds.SGLANG_TTFT})
_INTER_TOKEN_BOUNDS: Final = sorted({*bounds.VLLM_INTER_TOKEN, *bounds.SGLANG_INTER_TOKEN})


def groups(objectives: ObjectivesByModel) -> tuple[Group, ...]:
    """Returns the rules for objectives; the longer the window, the seldomer.

    A window that is longer than samples are kept isn't recorded: it would bear the name of what it isn't.
    """
    slow = tuple(
        window
        for window in SLO_WINDOWS
        if window not in {"5m", *_FAST_WINDOWS} and objectives.keeps(window)
    )
    return (
        Group(
            name="llmd-slo",
            rules=(
                _requests(),
                *_latency_events(),
                _failed_requests(),
                *_slow_events(objectives),
                *_objectives(objectives),
                _share("5m"),
                *(_share(window) for window in _FAST_WINDOWS),
            ),
        ),
        Group(
            name="llmd-slo-long",
            interval="2m",
            rules=tuple(_share(window) for window in slow),
        ),
        Group(name="llmd-slo-budget", interval="4m", rules=(_budget(objectives.budget_window),)),
    )


def _requests() -> Recording:
    """Requests that callers aren't to blame for; without an EPP, the answers of the servers."""
    callers = total(
        _BY_MODEL, f'llmd:epp_errors:rate5m{{model!="", error_code=~"{CALLERS_FAULTS}"}}'
    )
    received = total(_BY_MODEL, 'llmd:epp_requests_received:rate5m{model!=""}')
    answered = total(_BY_MODEL, f'llmd:http_requests:rate5m{{{_NOT_PREFILL}, status=~"2xx|5xx"}}')
    return Recording(
        record=_EVENTS,
        expr=f"(({received}) - ({zero_where_missing(callers, received)})) or ({answered})",
        labels={"slo": "availability"},
    )


def _failed_requests() -> Recording:
    """Requests that the EPP or a model server failed.

    An answer 5xx of a model server is a success to the EPP, and a request that the EPP refused never reaches a
    model server: both are bad, and none counts twice.
    """
    refused = total(
        _BY_MODEL, f'llmd:epp_errors:rate5m{{model!="", error_code!~"{CALLERS_FAULTS}"}}'
    )
    failed = total(_BY_MODEL, f'llmd:http_requests:rate5m{{{_NOT_PREFILL}, status="5xx"}}')
    bad = total(
        _BY_MODEL, union(label_set(refused, "by", "gateway"), label_set(failed, "by", "server"))
    )
    events = total(_BY_MODEL, f'{_EVENTS}{{slo="availability"}}')
    return Recording(
        record=_BAD, expr=zero_where_missing(bad, events), labels={"slo": "availability"}
    )


_HISTOGRAMS: Final = (
    ("ttft", "llmd:ttft_seconds", _TTFT_BOUNDS),
    ("inter_token", "llmd:inter_token_seconds", _INTER_TOKEN_BOUNDS),
)


def _latency_events() -> tuple[Recording, ...]:
    return tuple(
        Recording(
            record=_EVENTS,
            expr=total(_BY_MODEL, f'{histogram}_count:rate5m{{{_NOT_PREFILL}, model!=""}}'),
            labels={"slo": slo},
        )
        for slo, histogram, _ in _HISTOGRAMS
    )


def _slow_events(objectives: ObjectivesByModel) -> tuple[Recording, ...]:
    """All events less the fast ones; read at two moments, a part can exceed its whole by a little."""
    recordings: list[Recording] = []
    for slo, histogram, known in _HISTOGRAMS:
        slow: list[str] = []
        for matcher, promised in objectives.each():
            objective = promised.ttft if slo == "ttft" else promised.inter_token
            fast = _fast(histogram, matcher, objective, known)
            events = f'{_EVENTS}{{slo="{slo}", {matcher}}}'
            # A server without a bound that small can't tell a fast event.
            known_fast = zero_where_missing(fast, total(_BY_MODEL, events))
            slow.append(f"clamp_min({events} - on (namespace, model) ({known_fast}), 0)")
        recordings.append(Recording(record=_BAD, expr=union(*slow), labels={"slo": slo}))
    return tuple(recordings)


def _fast(histogram: str, matcher: str, objective: LatencyObjective, known: list[float]) -> str:
    """Events of at most so many seconds.

    Buckets add up, so of all bounds up to the objective the largest one that a server has is the fullest. A
    server may have been started with other bounds than its usual ones.
    """
    numbers = [bound for bound in known if bound <= objective.seconds]
    bounds_pattern = "|".join(_either_form(number) for number in numbers)
    buckets = f'{histogram}_bucket:rate5m{{{_NOT_PREFILL}, {matcher}, le=~"{bounds_pattern}"}}'
    return total(_BY_MODEL, f"max by (namespace, model, role, server) ({buckets})")


def _either_form(number: float) -> str:
    """A bound as `1` and as `1.0`: programs write both, and Prometheus before 3.0 keeps what they write."""
    text = f"{number:g}"
    return text.replace(".", "[.]") if "." in text else f"{text}([.]0)?"


def _objectives(objectives: ObjectivesByModel) -> tuple[Recording, ...]:
    shares: tuple[tuple[str, Callable[[Objectives], float]], ...] = (
        ("availability", lambda promised: promised.availability),
        ("ttft", lambda promised: promised.ttft.share),
        ("inter_token", lambda promised: promised.inter_token.share),
    )
    return tuple(
        Recording(
            record="llmd:slo_objective:ratio",
            expr=union(
                *(
                    f'{_EVENTS}{{slo="{slo}", {matcher}}} * 0 + {share(promised)}'
                    for matcher, promised in objectives.each()
                )
            ),
            labels={"slo": slo},
        )
        for slo, share in shares
    )


def _share(window: str) -> Recording:
    bad, events = (
        (_BAD, _EVENTS)
        if window == "5m"
        else (f"sum_over_time({_BAD}[{window}])", f"sum_over_time({_EVENTS}[{window}])")
    )
    return Recording(record=f"llmd:slo_bad:ratio_rate{window}", expr=f"{bad} / ({events} > 0)")


def _budget(window: str) -> Recording:
    bad, events = (f"sum_over_time({name}[{window}])" for name in (_BAD, _EVENTS))
    return Recording(
        record="llmd:slo_budget_remaining:ratio",
        expr=f"1 - ({bad} / ({events} > 0)) / (1 - llmd:slo_objective:ratio)",
    )
