"""When a certificate is due: pure functions of its times and of now."""

from datetime import UTC, datetime, timedelta


def rfc3339(moment: datetime) -> str:
    """A moment as RFC 3339 writes it, in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_rfc3339(text: str) -> datetime:
    """The inverse of `rfc3339`; reads nanoseconds too, as Go writes them."""
    # `fromisoformat` of Python 3.11 takes any number of digits and drops those it can't keep.
    return datetime.fromisoformat(text)


def is_due(*, end: datetime, early_renewal_hours: int, now: datetime) -> bool:
    """Whether the certificate is to be replaced at the next occasion.

    Args:
        end: When it expires.
        early_renewal_hours: How long before that it counts as expired.
        now: The present.

    Returns:
        True from `end - early_renewal_hours` on, that moment included.
    """
    return now >= end - timedelta(hours=early_renewal_hours)


def is_due_at_once(*, validity_period_hours: int, early_renewal_hours: int) -> bool:
    """Whether a certificate is due from the moment it is issued: it would renew at every run."""
    return early_renewal_hours >= validity_period_hours
