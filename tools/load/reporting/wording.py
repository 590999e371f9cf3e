"""Durations for people."""


def duration(seconds: float | None) -> str:
    """A duration with three figures and a fitting unit."""
    if seconds is None:
        return "-"
    for factor, unit in ((1.0, "s"), (1e3, "ms")):
        if seconds * factor >= 1 or unit == "ms":
            return f"{_figures(seconds * factor)} {unit}"
    return "-"


def _figures(value: float) -> str:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2  # noqa: PLR2004 - powers of ten
    return f"{value:.{digits}f}"
