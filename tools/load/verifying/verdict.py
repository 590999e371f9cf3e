"""What a comparison with Prometheus found."""

from tools.load.document import Document


class Compared(Document):
    """One thing that was sent and counted."""

    what: str
    """In words."""

    series: str
    """The expression that counted it."""

    sent: float
    """The client's figure: so much must have been counted."""

    at_most: float | None
    """What may have been counted at most; None where the client can't know."""

    counted: float | None
    """By how much the counters grew; None where Prometheus has no such series."""

    agrees: bool | None
    """None where nothing was counted, or where both can't be compared."""

    remark: str = ""
    """What to know about it."""


class Dashboard(Document):
    """One dashboard."""

    title: str
    """Its title."""

    panels: int
    """How many panels ask Prometheus."""

    empty: tuple[str, ...]
    """Titles of those none of whose queries gave anything during the run."""


class Verdict(Document):
    """The whole comparison."""

    prometheus: str
    """Its URL."""

    compared: tuple[Compared, ...]
    """What was sent and counted."""

    dashboards: tuple[Dashboard, ...]
    """Dashboards whose panels were looked at."""

    @property
    def agrees(self) -> bool:
        """Whether something was compared and nothing contradicts."""
        verdicts = [compared.agrees for compared in self.compared]
        return False not in verdicts and True in verdicts
