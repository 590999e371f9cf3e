"""Makes an object."""

import time
from typing import Final

from tools.standins.kubernetes import ssa
from tools.standins.kubernetes.annotations import (
    PATCH_FIELD_MANAGER,
    PATCH_FORCE,
    is_true,
    timeout_seconds,
)
from tools.standins.kubernetes.api_client import APPLY_PATCH
from tools.standins.kubernetes.api_errors import ApiError
from tools.standins.kubernetes.discovery import UnknownKindError
from tools.standins.kubernetes.kind import (
    Object,
    annotation,
    is_patch,
    name_of,
    namespace_of,
    of_object,
    qualified_name,
)
from tools.standins.kubernetes.objects.awaiting import Subject, await_ready
from tools.standins.kubernetes.session import Session
from tools.standins.kubernetes.state import to_object
from tools.standins.protocol.errors import OutcomeUnknownError, ProviderError
from tools.standins.protocol.requests import CreateAnswer, CreateRequest
from tools.standins.protocol.values import contains_unknown

_RETRY_SECONDS: Final = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""A namespace or a CRD that is made at the same time is there sooner or later."""

_DRY_RUN: Final = {"dryRun": "All"}


def create(session: Session, request: CreateRequest) -> CreateAnswer:
    """Make the object and wait until it is ready."""
    inputs = to_object(request.inputs)
    kind = of_object(inputs, request.type)
    subject = Subject(
        urn=request.urn,
        kind=kind,
        inputs=inputs,
        marks=request.inputs,
        initial_api_version=str(inputs.get("apiVersion") or kind.api_version),
        field_manager=annotation(inputs, PATCH_FIELD_MANAGER) or ssa.new_manager(session.settings),
    )
    patch = is_patch(request.type, kind.kind)
    if request.preview:
        return _preview(session, request, subject, patch=patch)
    try:
        patience = timeout_seconds(inputs, request.timeout)
        live = _make_with_retries(session, subject, patience, patch=patch)
    except (OutcomeUnknownError, UnknownKindError):
        raise
    except ApiError as error:
        raise ProviderError(_explain(subject, error)) from error
    live = await_ready(session, subject, live, request.timeout)
    return CreateAnswer(id=qualified_name(live), outputs=subject.state(live))


def _preview(
    session: Session, request: CreateRequest, subject: Subject, *, patch: bool
) -> CreateAnswer:
    """Ask the server to make the object as a trial, which shows its defaults and its refusals."""
    as_declared = CreateAnswer(id="", outputs=request.inputs)
    if (
        patch
        or session.connection is None
        or contains_unknown(subject.inputs)
        or not session.settings.server_side_apply
    ):
        return as_declared
    try:
        live = _make(session, subject, patch=False, trial=True)
    except ApiError as error:
        if error.forbidden or error.missing or error.already_exists:
            return as_declared
        raise ProviderError(_explain(subject, error)) from error
    except ProviderError:
        # No such kind yet, or no server yet: the update itself will tell.
        return as_declared
    live = {key: value for key, value in live.items() if key != "status"}
    return CreateAnswer(id="", outputs=subject.state(live))


def _make_with_retries(
    session: Session, subject: Subject, patience: float, *, patch: bool
) -> Object:
    deadline = time.monotonic() + patience
    for pause in _RETRY_SECONDS:
        if time.monotonic() + pause > deadline:
            break
        try:
            return _make(session, subject, patch=patch, trial=False)
        except ApiError as error:
            if not error.missing and not error.retriable:
                raise
            session.engine.status(subject.urn, f"Retrying: {error}")
        except UnknownKindError as error:
            session.engine.status(subject.urn, f"Retrying: {error}")
        if session.cancelled.wait(pause):
            msg = (
                f"creation of {subject.kind.kind} {qualified_name(subject.inputs)!r} was cancelled"
            )
            raise ProviderError(msg)
    return _make(session, subject, patch=patch, trial=False)


def _make(session: Session, subject: Subject, *, patch: bool, trial: bool) -> Object:
    path = session.path(subject.kind)
    inputs = _body(subject.inputs, namespaced=path.namespaced)
    trial_run = _DRY_RUN if trial else {}
    settings = session.settings
    if settings.server_side_apply and (patch or settings.upsert_existing):
        force = trial or settings.patch_force or is_true(inputs, PATCH_FORCE)
        return session.client.patch(
            path.item(namespace_of(inputs), name_of(inputs)),
            inputs,
            APPLY_PATCH,
            fieldManager=subject.field_manager,
            force=str(force).lower(),
            fieldValidation="Warn",
            **trial_run,
        )
    return session.client.post(
        path.collection(namespace_of(inputs)),
        inputs,
        fieldManager=ssa.CREATE_MANAGER,
        **trial_run,
    )


def _body(inputs: Object, *, namespaced: bool) -> Object:
    """Leave out a namespace that was assumed for a kind that turns out to have none."""
    if namespaced or not namespace_of(inputs):
        return inputs
    meta = {key: value for key, value in inputs["metadata"].items() if key != "namespace"}
    return {**inputs, "metadata": meta}


def _explain(subject: Subject, error: ApiError) -> str:
    told = (
        f"{subject.kind.kind} {qualified_name(subject.inputs)!r} was not successfully created by "
        "the Kubernetes API server"
    )
    if error.already_exists:
        return (
            f"{told}: {error}\n"
            "The object exists, but not in this stack's state. To adopt it, `pulumi import` it (or "
            "set the resource option `import_`); to change some fields only, use the kind's Patch "
            "resource; to take it over on every create, set `upsertExistingObjects` on the "
            "provider; if a rename in the program led here, add an alias"
        )
    if error.conflict:
        return f"{told}: {ssa.explain_conflict(error, subject.inputs, subject.field_manager)}"
    return f"{told}: {error}"
