"""Addresses of dashboards, with what the reader has chosen carried over."""

from collections.abc import Sequence


def carried(uid: str, variables: Sequence[str], **chosen: str) -> str:
    """Returns the address of a dashboard: the present choice of variables and time, and then some.

    Args:
        uid: The dashboard.
        variables: Variables of the present dashboard whose choice goes along.
        chosen: Values for other variables, in Grafana's own template syntax.
    """
    parameters = [
        *(f"${{{name}:queryparam}}" for name in variables if name not in chosen),
        *(f"var-{name}={value}" for name, value in chosen.items()),
        "${__url_time_range}",
    ]
    return f"/d/{uid}?{'&'.join(parameters)}"
