"""One run of one tool, and how far off it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

QUANTILES: Final = ("p50", "p90", "p95", "p99")


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What a tool did and said.

    Attributes:
        tool: Its name.
        wanted: Requests a second that it was told to send.
        requests: How many it sent.
        seconds: From its first request to its last.
        ok: How many ended with status 200.
        received: How many the server received.
        quantiles: Latencies in seconds, as the tool saw them.
        truth: The same, as the server measured them.
        cpu_seconds: CPU time of the processes that send, their start included.
        server_cpu_seconds: CPU time of the server meanwhile.
    """

    tool: str
    wanted: float
    requests: int
    seconds: float
    ok: int
    received: int
    quantiles: Mapping[str, float]
    truth: Mapping[str, float]
    cpu_seconds: float
    server_cpu_seconds: float

    @property
    def rate_error(self) -> float:
        """How far the rate was off, as a part of the wanted one."""
        return abs((self.requests - 1) / self.seconds - self.wanted) / self.wanted

    @property
    def quantile_errors(self) -> Mapping[str, float]:
        """How far each quantile was off, as a part of the server's."""
        return {
            name: abs(self.quantiles[name] - self.truth[name]) / self.truth[name]
            for name in QUANTILES
        }

    @property
    def cpu_microseconds(self) -> float:
        """CPU time of a request."""
        return self.cpu_seconds / self.requests * 1e6
