"""Units of panels, as Grafana's ids."""

from enum import StrEnum


class Unit(StrEnum):
    """What a panel's numbers are counted in."""

    SECONDS = "s"
    RATIO = "percentunit"
    COUNT = "short"
    REQUESTS_PER_SECOND = "reqps"
    EVENTS_PER_SECOND = "cps"
    TOKENS = "si:tok"
    TOKENS_PER_SECOND = "si:tok/s"
    SAMPLES_PER_SECOND = "si:samples/s"
    BYTES = "bytes"
    BYTES_PER_SECOND = "binBps"
    CELSIUS = "celsius"
    WATTS = "watt"
    STATE = "none"
