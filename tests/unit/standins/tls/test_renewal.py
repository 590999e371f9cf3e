from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.standins.tls.renewal import is_due, is_due_at_once, parse_rfc3339, rfc3339

MOMENTS = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
HOURS = st.integers(min_value=0, max_value=20 * 365 * 24)
TICK = timedelta(microseconds=1)
SPANS = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=365 * 20))


@given(end=MOMENTS, hours=HOURS, span=SPANS)
def test_a_certificate_is_never_due_before_its_window(
    end: datetime, hours: int, span: timedelta
) -> None:
    window = end - timedelta(hours=hours)
    assert not is_due(end=end, early_renewal_hours=hours, now=window - TICK - span)


@given(end=MOMENTS, hours=HOURS, span=SPANS)
def test_a_certificate_is_always_due_from_its_window_on(
    end: datetime, hours: int, span: timedelta
) -> None:
    window = end - timedelta(hours=hours)
    assert is_due(end=end, early_renewal_hours=hours, now=window + span)


@given(start=MOMENTS, validity=HOURS, early=HOURS)
def test_due_at_once_is_due_at_the_moment_of_issue(
    start: datetime, validity: int, early: int
) -> None:
    end = start + timedelta(hours=validity)
    assert is_due_at_once(validity_period_hours=validity, early_renewal_hours=early) == is_due(
        end=end, early_renewal_hours=early, now=start
    )


@given(moment=MOMENTS)
def test_a_moment_survives_being_written(moment: datetime) -> None:
    assert parse_rfc3339(rfc3339(moment)) == moment


def test_a_moment_is_written_in_utc() -> None:
    moment = datetime.fromisoformat("2026-03-01T12:00:00+02:00")
    assert rfc3339(moment) == "2026-03-01T10:00:00Z"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01T10:00:00.123456789Z", datetime(2026, 3, 1, 10, 0, 0, 123456, tzinfo=UTC)),
        ("2026-03-01T12:00:00+02:00", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01T10:00:00.5Z", datetime(2026, 3, 1, 10, 0, 0, 500000, tzinfo=UTC)),
    ],
)
def test_a_moment_that_go_wrote_is_read(text: str, moment: datetime) -> None:
    assert parse_rfc3339(text) == moment
