"""What was measured, in a form that can be added up over processes and time."""

from collections import Counter
from dataclasses import dataclass, field

from tools.load.measuring.histogram import Histogram
from tools.load.measuring.outcome import OK, Outcome


@dataclass(kw_only=True, slots=True)
class Interval:
    """One piece of the run; a request counts where it ended, `sent` where it was sent.

    Attributes:
        due: Requests that had to be sent.
        sent: Requests that were.
        ok: Requests that ended well.
        failed: Good requests that didn't end well.
        malformed: Requests ended that were wrong on purpose.
        output_tokens: Tokens of replies that ended.
        end_to_end: Latencies of requests that ended well.
        first_token: Their times to first token.
        between_tokens: Their times between tokens.
    """

    due: int = 0
    sent: int = 0
    ok: int = 0
    failed: int = 0
    malformed: int = 0
    output_tokens: int = 0
    end_to_end: Histogram = field(default_factory=Histogram)
    first_token: Histogram = field(default_factory=Histogram)
    between_tokens: Histogram = field(default_factory=Histogram)

    def merge(self, other: "Interval") -> None:
        """Adds what the other one counted."""
        self.due += other.due
        self.sent += other.sent
        self.ok += other.ok
        self.failed += other.failed
        self.malformed += other.malformed
        self.output_tokens += other.output_tokens
        self.end_to_end.merge(other.end_to_end)
        self.first_token.merge(other.first_token)
        self.between_tokens.merge(other.between_tokens)


@dataclass(kw_only=True, slots=True)
class Tally:
    """What a process, or all of them, counted.

    Attributes:
        interval_seconds: Length of an interval.
        results: How many requests of each kind ended with each result.
        intervals: By their number from the begin of the run.
        lateness: How late the generator itself sent: its own fault, not the server's.
        failures: Latencies of good requests that failed.
        prompt_tokens: What the server counted for requests that ended well.
        output_tokens: Tokens of such replies.
        cpu_seconds: CPU time that sending took.
        last_sent: When the last request was sent, in seconds after the begin.
    """

    interval_seconds: float
    results: Counter[tuple[str, str]] = field(default_factory=Counter)
    intervals: dict[int, Interval] = field(default_factory=dict)
    lateness: Histogram = field(default_factory=Histogram)
    failures: Histogram = field(default_factory=Histogram)
    prompt_tokens: int = 0
    output_tokens: int = 0
    cpu_seconds: float = 0.0
    last_sent: float = 0.0

    def interval(self, seconds: float) -> Interval:
        """The interval that this time after the begin belongs to."""
        number = max(0, int(seconds / self.interval_seconds))
        found = self.intervals.get(number)
        if found is None:
            found = self.intervals[number] = Interval()
        return found

    def add_due(self, due: float) -> None:
        """Counts a request that has to be sent at this time after the begin."""
        self.interval(due).due += 1

    def add_sent(self, due: float, sent: float) -> None:
        """Counts a request that was sent; both times are after the begin."""
        self.interval(sent).sent += 1
        self.lateness.add(sent - due)
        self.last_sent = max(self.last_sent, sent)

    def add_unsent(self, kind: str, result: str) -> None:
        """Counts a request that was due and never sent."""
        self.results[kind, result] += 1

    def add_end(self, outcome: Outcome, begin: float) -> None:
        """Counts a request that ended.

        Args:
            outcome: How it ended.
            begin: The begin of the run on the clock of the outcome's times.
        """
        self.results[outcome.kind, outcome.result] += 1
        interval = self.interval(outcome.end - begin)
        if not outcome.good:
            interval.malformed += 1
            return
        latency = outcome.end - outcome.due
        if outcome.result != OK:
            interval.failed += 1
            self.failures.add(latency)
            return
        interval.ok += 1
        interval.end_to_end.add(latency)
        if outcome.first is not None:
            interval.first_token.add(outcome.first - outcome.due)
        for gap in outcome.gaps:
            interval.between_tokens.add(gap)
        interval.output_tokens += outcome.output_tokens
        self.prompt_tokens += outcome.prompt_tokens
        self.output_tokens += outcome.output_tokens

    def merge(self, other: "Tally") -> None:
        """Adds what the other one counted; both have intervals of the same length."""
        self.results.update(other.results)
        for number, interval in other.intervals.items():
            self.intervals.setdefault(number, Interval()).merge(interval)
        self.lateness.merge(other.lateness)
        self.failures.merge(other.failures)
        self.prompt_tokens += other.prompt_tokens
        self.output_tokens += other.output_tokens
        self.cpu_seconds += other.cpu_seconds
        self.last_sent = max(self.last_sent, other.last_sent)
