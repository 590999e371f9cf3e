"""What is known about a cluster at one moment."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class PartStatus:
    """One part.

    Attributes:
        name: the part.
        pid: its process, None if it doesn't run.
        healthy: it answers that it is ready.
    """

    name: str
    pid: int | None
    healthy: bool

    @property
    def word(self) -> str:
        """The status in a word or two."""
        if self.pid is None:
            return "stopped"
        return "ready" if self.healthy else "not ready"


@dataclass(frozen=True, kw_only=True)
class ClusterStatus:
    """The whole cluster.

    Attributes:
        parts: every part, in the order of starting.
        server: the API server's URL, None before the first start.
    """

    parts: tuple[PartStatus, ...]
    server: str | None

    @property
    def running(self) -> bool:
        """Every part runs and is healthy."""
        return all(part.healthy for part in self.parts)

    @property
    def stopped(self) -> bool:
        """No part runs."""
        return all(part.pid is None for part in self.parts)
