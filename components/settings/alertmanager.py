"""Alertmanager: how it runs, and whom it tells."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from components.contradiction import ContradictionError
from components.settings.closed import Closed
from components.settings.references import SecretKeyReference
from components.settings.resources import StorageSettings
from components.settings.values import DnsName

Severity = Literal["critical", "warning", "info"]


class SlackSettings(Closed):
    """A Slack channel."""

    api_url: SecretKeyReference
    """Where the address of the incoming webhook is."""

    channel: Annotated[str, Field(min_length=1)]
    """Channel, e.g. `#llm-d`."""


class EmailSettings(Closed):
    """A mailbox."""

    to: Annotated[str, Field(min_length=3)]
    """Who receives the mails."""

    sender: Annotated[str, Field(min_length=3)]
    """Who sends them."""

    smarthost: Annotated[str, Field(pattern=r"^[^:\s]+:[0-9]+$")]
    """Mail server, `host:port`."""

    username: str | None = None
    """User at the mail server."""

    password: SecretKeyReference | None = None
    """Where the password is."""


class ReceiverSettings(Closed):
    """Somebody who is told; at least one way must be set. All addresses with a secret inside come from Secrets."""

    name: DnsName
    """Name, for routes."""

    webhook: SecretKeyReference | None = None
    """Where the address of a webhook is."""

    slack: SlackSettings | None = None
    """A Slack channel."""

    pagerduty: SecretKeyReference | None = None
    """Where the routing key of PagerDuty is."""

    email: EmailSettings | None = None
    """A mailbox."""

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        ways = (self.webhook, self.slack, self.pagerduty, self.email)
        if all(way is None for way in ways):
            raise ContradictionError(
                f"receiver {self.name} has no way to be told",
                allowed="webhook, slack, pagerduty or email",
            )
        return self


class RouteSettings(Closed):
    """Which alerts a receiver gets; every route that fits is taken."""

    receiver: DnsName
    """Name of the receiver."""

    severities: tuple[Severity, ...] = ("critical", "warning")
    """Severities; others don't fit."""

    namespaces: tuple[DnsName, ...] = ()
    """Namespaces of the alerts; empty: all."""

    models: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """Models of the alerts; empty: all."""


class AlertmanagerSettings(Closed):
    """Alertmanager, which groups and sends alerts."""

    enabled: bool = True
    """Run Alertmanager."""

    replicas: Annotated[int, Field(ge=1, le=9)] = 1
    """Members of its cluster."""

    storage: StorageSettings | None = None
    """Persistent volume; unset: silences are lost with the pod."""

    receivers: tuple[ReceiverSettings, ...] = ()
    """Who can be told; empty: alerts are shown in Alertmanager and sent nowhere."""

    routes: tuple[RouteSettings, ...] = ()
    """Who is told what; empty with receivers: each of them gets all critical alerts and warnings."""

    @model_validator(mode="after")
    def _routes_lead_somewhere(self) -> Self:
        names = [receiver.name for receiver in self.receivers]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ContradictionError(
                f"receivers repeats the name {', '.join(repeated)}", allowed="distinct names"
            )
        if unknown := sorted({route.receiver for route in self.routes} - set(names)):
            raise ContradictionError(
                f"routes name {', '.join(unknown)}",
                allowed="the name of one of the receivers",
            )
        if self.receivers and not self.enabled:
            raise ContradictionError(
                "receivers are set, enabled is false",
                allowed="receivers with Alertmanager, or none",
            )
        return self
