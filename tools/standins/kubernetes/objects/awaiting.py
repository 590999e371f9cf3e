"""Waits for an object after it was made or changed."""

from dataclasses import dataclass

from tools.standins.kubernetes.annotations import (
    SKIP_AWAIT,
    WAIT_FOR,
    is_true,
    timeout_seconds,
)
from tools.standins.kubernetes.kind import (
    Kind,
    Object,
    annotation,
    name_of,
    namespace_of,
    qualified_name,
)
from tools.standins.kubernetes.readiness.declared import declared_judge
from tools.standins.kubernetes.readiness.registry import (
    SERVICE_ACCOUNT_TOKEN_SECONDS,
    explainer,
    judge_after_change,
    judge_on_read,
)
from tools.standins.kubernetes.readiness.verdict import Judge
from tools.standins.kubernetes.readiness.wait import NotReadyError, Waiter
from tools.standins.kubernetes.session import Session
from tools.standins.kubernetes.state import checkpoint
from tools.standins.protocol.errors import InitializationFailedError, ProviderError
from tools.standins.protocol.values import Properties


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The object in question and what its state consists of."""

    urn: str
    kind: Kind
    inputs: Object
    marks: Properties
    initial_api_version: str
    field_manager: str

    def state(self, live: Object) -> Properties:
        """Return the resource's state with this live object."""
        return checkpoint(
            inputs=self.inputs,
            live=live,
            marks=self.marks,
            initial_api_version=self.initial_api_version,
            field_manager=self.field_manager,
        )


def await_ready(session: Session, subject: Subject, live: Object, custom_timeout: float) -> Object:
    """Wait until the object is ready, as its kind or its annotations define it.

    Returns:
        The object as last seen.

    Raises:
        InitializationFailedError: It isn't, within the time.
    """
    judge = _judge(subject)
    if judge is None:
        return live
    timeout = timeout_seconds(subject.inputs, custom_timeout)
    if subject.kind.kind == "Secret":
        timeout = min(timeout, SERVICE_ACCOUNT_TOKEN_SECONDS)
    namespace, name = namespace_of(live), name_of(live)
    waiter = Waiter(
        read=lambda: session.read(subject.kind, namespace, name),
        cancelled=session.cancelled,
        report=lambda message: session.engine.status(subject.urn, message),
        timeout=timeout,
    )
    try:
        return waiter.until_ready(live, judge, session.neighbours)
    except NotReadyError as error:
        raise initialization_failed(session, subject, error) from None


def initialization_failed(
    session: Session, subject: Subject, error: NotReadyError
) -> InitializationFailedError:
    """Report an object that exists but isn't ready, with everything known about why."""
    reasons = [*error.reasons, *_further_reasons(session, subject.kind, error.live)]
    identity = qualified_name(error.live)
    headline = (
        f"{subject.kind.kind} {identity!r} exists, but the Kubernetes API server reported that it "
        f"failed to fully initialize or become live: {error}"
    )
    return InitializationFailedError(
        headline,
        id=identity,
        properties=subject.state(error.live),
        inputs=None,
        reasons=list(dict.fromkeys([headline, *reasons])),
    )


def verdict_on_read(session: Session, subject: Subject, live: Object) -> None:
    """Report, on a refresh, an object that isn't ready now.

    Raises:
        InitializationFailedError: It isn't.
    """
    judge = judge_on_read(subject.kind)
    if judge is None or is_true(subject.inputs, SKIP_AWAIT):
        return
    verdict = judge(live, session.neighbours)
    if not verdict.ready:
        error = NotReadyError(verdict.waiting_for, live, verdict.reasons)
        raise initialization_failed(session, subject, error)


def _judge(subject: Subject) -> Judge | None:
    if is_true(subject.inputs, SKIP_AWAIT):
        return None
    declared = annotation(subject.inputs, WAIT_FOR)
    return declared_judge(declared) if declared else judge_after_change(subject.kind)


def _further_reasons(session: Session, kind: Kind, live: Object) -> list[str]:
    explain = explainer(kind)
    if explain is None:
        return []
    try:
        return explain(live, session.neighbours)
    except ProviderError:
        # The reasons at hand must do: the server no longer answers.
        return []
