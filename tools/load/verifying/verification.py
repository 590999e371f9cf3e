"""Compares what was sent with what Prometheus counted."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.cluster.progress import Progress
from tools.load.measuring.tally import Tally
from tools.load.verifying.counters import EVERY, Comparison, comparisons, selector
from tools.load.verifying.panels import judged, panels
from tools.load.verifying.prometheus import Access, Prometheus, Series
from tools.load.verifying.verdict import Compared, Verdict

TOLERANCE: Final = 0.01
"""How much a counter may differ, as a part; other clients of the same servers make it differ more."""

SETTLE_SECONDS: Final = 90.0
"""How long counters get to reach what was sent: two scrapes at 30 s and the time that evaluations take."""

_ASK_SECONDS: Final = 5.0


@dataclass(frozen=True, kw_only=True)
class Before:
    """Prometheus right before a run.

    Attributes:
        time: Its clock, in seconds since the epoch.
        counters: Each counter's series.
    """

    time: float
    counters: Mapping[str, Series]


@dataclass(frozen=True, kw_only=True)
class Verification:
    """How to compare.

    Attributes:
        access: How to reach Prometheus.
        namespace: Where the model servers are; None: everywhere.
        dashboards: The folder of the dashboards whose panels are looked at; None: none are.
        settle_seconds: How long counters get to catch up.
    """

    access: Access
    namespace: str | None = None
    dashboards: Path | None = None
    settle_seconds: float = SETTLE_SECONDS

    def before(self) -> Before:
        """What to compare with; taken before anything is sent.

        Raises:
            UserError: Prometheus doesn't answer.
        """
        with Prometheus(self.access) as prometheus:
            return Before(time=prometheus.now(), counters=self._counters(prometheus))

    async def verdict(self, before: Before, tally: Tally, say: Progress) -> Verdict:
        """Waits until the counters have caught up, or won't any more.

        Args:
            before: Prometheus before the run.
            tally: What was sent.
            say: Is told what is waited for.

        Raises:
            UserError: Prometheus doesn't answer, or a dashboard can't be read.
        """
        with Prometheus(self.access) as prometheus:
            say(f"Waiting until {prometheus.url} has scraped what was sent.")
            deadline = time.monotonic() + self.settle_seconds
            while True:
                compared = compare(comparisons(tally), before.counters, self._counters(prometheus))
                settled = all(line.agrees is not False for line in compared)
                # Nothing has a series yet: the first scrape may still come.
                settled = settled and any(line.agrees for line in compared)
                if settled or time.monotonic() > deadline:
                    break
                await asyncio.sleep(_ASK_SECONDS)
            found = () if self.dashboards is None else panels(self.dashboards)
            return Verdict(
                prometheus=prometheus.url,
                compared=compared,
                dashboards=judged(prometheus, found, start=before.time, end=prometheus.now()),
            )

    def _counters(self, prometheus: Prometheus) -> Mapping[str, Series]:
        return {counter: prometheus.values(selector(counter, self.namespace)) for counter in EVERY}


def compare(
    wanted: tuple[Comparison, ...], before: Mapping[str, Series], after: Mapping[str, Series]
) -> tuple[Compared, ...]:
    """What the counters grew by, against what the client saw."""
    return tuple(_compared(comparison, before, after) for comparison in wanted)


def _compared(
    wanted: Comparison, before: Mapping[str, Series], after: Mapping[str, Series]
) -> Compared:
    counted: float | None = None
    for counter in wanted.counters:
        if after[counter]:
            counted = (counted or 0.0) + growth(before[counter], after[counter])
    return Compared(
        what=wanted.what,
        series=" + ".join(counter.replace("%", "") for counter in wanted.counters),
        sent=wanted.least,
        at_most=wanted.most,
        counted=counted,
        agrees=None if counted is None else _within(counted, wanted.least, wanted.most),
        remark="" if counted is None else wanted.remark,
    )


def growth(before: Series, after: Series) -> float:
    """By how much counters grew; one that is new, or smaller than before, began at 0."""
    return sum(
        value - before[series] if value >= before.get(series, 0.0) and series in before else value
        for series, value in after.items()
    )


def _within(counted: float, least: float, most: float | None) -> bool:
    if counted < least * (1 - TOLERANCE):
        return False
    return most is None or counted <= most * (1 + TOLERANCE)
