"""What a run showed, as one document; table, JSON and HTML are made of it."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from tools.load.document import Document
from tools.load.measuring.histogram import Histogram, merged
from tools.load.measuring.tally import Interval, Tally
from tools.load.planning.planned import GOOD_KINDS
from tools.load.running.run import Finished
from tools.load.verifying.verdict import Verdict

_RATE_TOLERANCE = 0.01
_LATE_SECONDS = 0.1


class Quantiles(Document):
    """Durations in seconds; quantiles are right within 0.2 %."""

    count: int
    mean: float | None
    p50: float | None
    p90: float | None
    p95: float | None
    p99: float | None
    p999: float | None
    max: float | None


class ResultCount(Document):
    """How many requests of a kind ended with a result."""

    kind: str
    result: str
    count: int


class Point(Document):
    """One interval of the run; rates a second, durations in seconds."""

    seconds: float
    """Its begin."""

    due: float
    sent: float
    ok: float
    failed: float
    malformed: float
    output_tokens: float
    end_to_end_p50: float | None
    end_to_end_p99: float | None
    first_token_p50: float | None
    first_token_p99: float | None
    between_tokens_p50: float | None
    between_tokens_p99: float | None


class Rate(Document):
    """Whether the generator kept to the rate; requests a second."""

    due: float
    """What the scenario asks for, on average."""

    sent: float
    """What was sent, on average."""

    kept: bool
    """Whether what was sent is within 1 % of what was due, and 99 of 100 were less than 0.1 s late."""


class Cost(Document):
    """What sending took on this machine."""

    processes: int
    cpu_seconds: float
    cpu_microseconds_per_request: float | None


class Report(Document):
    """One run."""

    scenario: str
    description: str
    seed: int
    target: str
    models: tuple[str, ...]
    began: datetime
    sending_seconds: float
    interrupted: bool
    target_lost: str | None = None
    """Why the target couldn't be reached any longer, so that the run was ended early; None where it could."""

    requests: int
    ok: int
    failed: int
    malformed: int
    rate: Rate
    results: tuple[ResultCount, ...]
    end_to_end: Quantiles
    first_token: Quantiles
    between_tokens: Quantiles
    failures: Quantiles
    lateness: Quantiles
    """How late requests were sent; latencies hold it already, since they count from when a request was due."""

    prompt_tokens: int
    output_tokens: int
    output_tokens_per_second: float
    cost: Cost
    interval_seconds: float
    points: tuple[Point, ...]
    notes: tuple[str, ...]
    """What a reader has to know before trusting the figures."""

    verified: bool | None
    """Whether Prometheus counted what was sent; None where it wasn't asked."""

    verification: Verdict | None = None


def report_of(
    finished: Finished, verification: Verdict | None = None, *, unverified: str = ""
) -> Report:
    """The report on a run.

    Args:
        finished: The run.
        verification: What Prometheus counted, where it was asked.
        unverified: Why it couldn't be asked, where it should have been.
    """
    tally, plan = finished.tally, finished.plan
    total = sum(tally.results.values())
    good = Counter({key: n for key, n in tally.results.items() if key[0] in GOOD_KINDS})
    ok = sum(n for (_, result), n in good.items() if result == "ok")
    intervals = tally.intervals.values()
    rate = _rate(finished)
    return Report(
        scenario=plan.name,
        description=plan.scenario.description,
        seed=plan.seed,
        target=plan.base,
        models=plan.models,
        began=finished.began,
        sending_seconds=finished.sending_seconds,
        interrupted=finished.interrupted,
        target_lost=finished.gone or None,
        requests=total,
        ok=ok,
        failed=sum(good.values()) - ok,
        malformed=total - sum(good.values()),
        rate=rate,
        results=tuple(
            ResultCount(kind=kind, result=result, count=count)
            for (kind, result), count in sorted(tally.results.items())
        ),
        end_to_end=quantiles(merged(interval.end_to_end for interval in intervals)),
        first_token=quantiles(merged(interval.first_token for interval in intervals)),
        between_tokens=quantiles(merged(interval.between_tokens for interval in intervals)),
        failures=quantiles(tally.failures),
        lateness=quantiles(tally.lateness),
        prompt_tokens=tally.prompt_tokens,
        output_tokens=tally.output_tokens,
        output_tokens_per_second=tally.output_tokens / _seconds(finished),
        cost=Cost(
            processes=finished.processes,
            cpu_seconds=tally.cpu_seconds,
            cpu_microseconds_per_request=tally.cpu_seconds / total * 1e6 if total else None,
        ),
        interval_seconds=tally.interval_seconds,
        points=tuple(_points(tally)),
        notes=tuple(_notes(finished, rate, unverified)),
        verified=None if verification is None and not unverified else _agrees(verification),
        verification=verification,
    )


def quantiles(histogram: Histogram) -> Quantiles:
    """The figures of a histogram."""
    return Quantiles(
        count=histogram.count,
        mean=histogram.mean(),
        p50=histogram.quantile(0.5),
        p90=histogram.quantile(0.9),
        p95=histogram.quantile(0.95),
        p99=histogram.quantile(0.99),
        p999=histogram.quantile(0.999),
        max=histogram.largest if histogram.count else None,
    )


def _seconds(finished: Finished) -> float:
    return max(finished.sending_seconds, finished.tally.last_sent, 1e-3)


def _rate(finished: Finished) -> Rate:
    intervals = finished.tally.intervals.values()
    due = sum(interval.due for interval in intervals) / max(finished.sending_seconds, 1e-3)
    sent = sum(interval.sent for interval in intervals) / _seconds(finished)
    late = finished.tally.lateness.quantile(0.99) or 0.0
    return Rate(
        due=due,
        sent=sent,
        kept=abs(sent - due) <= _RATE_TOLERANCE * due and late < _LATE_SECONDS,
    )


def _points(tally: Tally) -> Iterable[Point]:
    if not tally.intervals:
        return
    for number in range(max(tally.intervals) + 1):
        yield _point(number, tally.intervals.get(number, Interval()), tally.interval_seconds)


def _point(number: int, interval: Interval, seconds: float) -> Point:
    return Point(
        seconds=number * seconds,
        due=interval.due / seconds,
        sent=interval.sent / seconds,
        ok=interval.ok / seconds,
        failed=interval.failed / seconds,
        malformed=interval.malformed / seconds,
        output_tokens=interval.output_tokens / seconds,
        end_to_end_p50=interval.end_to_end.quantile(0.5),
        end_to_end_p99=interval.end_to_end.quantile(0.99),
        first_token_p50=interval.first_token.quantile(0.5),
        first_token_p99=interval.first_token.quantile(0.99),
        between_tokens_p50=interval.between_tokens.quantile(0.5),
        between_tokens_p99=interval.between_tokens.quantile(0.99),
    )


def _agrees(verdict: Verdict | None) -> bool:
    return verdict is not None and verdict.agrees


def _notes(finished: Finished, rate: Rate, unverified: str) -> Iterable[str]:
    if unverified:
        yield f"What Prometheus counted isn't known: {unverified}"
    if finished.gone:
        yield f"The run was ended early: {finished.gone}"
    elif finished.interrupted:
        yield "The run was ended early."
    if finished.losses:
        yield (
            f"The port-forward was lost {_times(len(finished.losses))}; requests in flight failed with "
            f"it, and so did those due before it was open again. The last reason: {finished.losses[-1]}"
        )
    if finished.lost:
        yield (
            f"{finished.lost} of {finished.processes} sending processes ended before their time; "
            "what they had in flight isn't counted."
        )
    if not rate.kept:
        late = finished.tally.lateness.quantile(0.99) or 0.0
        yield (
            f"The rate wasn't kept: {rate.due:.1f} requests a second were due, {rate.sent:.1f} were "
            f"sent, one in a hundred {late:.2f} s late or more. Either `maxInFlight` "
            f"({finished.plan.scenario.max_in_flight}) was reached, because the server is slower than "
            "the rate, or this machine has no processor time left. Latencies count from when a "
            "request was due, so they hold the delay."
        )
    unsent = sum(n for (_, result), n in finished.tally.results.items() if result == "unsent")
    if unsent:
        yield f"{unsent} requests were due and never sent."
    broken = sum(n for (_, result), n in finished.tally.results.items() if result == "broken")
    if broken:
        yield f"{broken} requests failed in the generator itself, which is a defect: please report it."


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
