"""Looks at an object: on a refresh, an import or a `get`."""

from typing import Final

from tools.standins.kubernetes.annotations import PATCH_FIELD_MANAGER
from tools.standins.kubernetes.api_errors import ApiError, UnreachableError
from tools.standins.kubernetes.discovery import UnknownKindError
from tools.standins.kubernetes.kind import (
    Kind,
    Object,
    annotation,
    of_object,
    split_id,
)
from tools.standins.kubernetes.normalization import inputs_of_import, normalize
from tools.standins.kubernetes.objects.awaiting import Subject, verdict_on_read
from tools.standins.kubernetes.pruning import keep_what_did_not_drift, prune
from tools.standins.kubernetes.scopes import is_built_in
from tools.standins.kubernetes.secrecy import mark_like
from tools.standins.kubernetes.session import Session
from tools.standins.kubernetes.ssa import new_manager
from tools.standins.kubernetes.state import (
    Checkpoint,
    from_object,
    read_checkpoint,
    to_object,
)
from tools.standins.protocol.errors import (
    InitializationFailedError,
    ProviderError,
    ResourceGoneError,
)
from tools.standins.protocol.requests import ReadAnswer, ReadRequest

UNREACHABLE_HINT: Final = (
    "If the cluster was deleted on purpose, remove its resources from the state by running again "
    "with the environment variable PULUMI_K8S_DELETE_UNREACHABLE=true"
)


def read(session: Session, request: ReadRequest) -> ReadAnswer:
    """Return the live object, and the inputs with which it would be made as it is.

    Raises:
        ResourceGoneError: It doesn't exist any more.
        InitializationFailedError: It exists but isn't ready.
    """
    known = read_checkpoint(request.outputs)
    declared = normalize(to_object(request.inputs))
    importing = not declared and not known.live
    kind = of_object(declared or known.live, request.type)
    if importing:
        kind = Kind(api_version=kind.api_version, kind=kind.kind.removesuffix("Patch"))
    try:
        live = _look_up(session, kind, request.id)
    except UnreachableError as error:
        return _unreachable(session, request, str(error))
    inputs = inputs_of_import(live) if importing else _drifted(kind, declared, known, live)
    subject = Subject(
        urn=request.urn,
        kind=kind,
        inputs=inputs,
        marks=request.inputs,
        initial_api_version=known.initial_api_version or kind.api_version,
        field_manager=annotation(declared, PATCH_FIELD_MANAGER)
        or known.field_manager
        or new_manager(session.settings),
    )
    marked = mark_like(from_object(inputs), request.inputs)
    if not importing:
        _report_unready(session, subject, live, request.id, marked)
    return ReadAnswer(id=request.id, outputs=subject.state(live), inputs=marked)


def require_connection(session: Session) -> None:
    """Treat a kubeconfig that leads nowhere like an API server that doesn't answer.

    Raises:
        UnreachableError: There is no API server to ask.
    """
    if session.connection is None:
        msg = f"configured Kubernetes cluster is unreachable: {session.unreachable}"
        raise UnreachableError(msg)


def _look_up(session: Session, kind: Kind, resource_id: str) -> Object:
    require_connection(session)
    namespace, name = split_id(resource_id)
    try:
        return session.read(kind, namespace, name)
    except UnknownKindError as error:
        raise ResourceGoneError(str(error)) from error
    except ApiError as error:
        if error.missing:
            raise ResourceGoneError(str(error)) from error
        msg = f"{kind.kind} {resource_id!r} can't be read: {error}"
        raise ProviderError(msg) from error


def _drifted(kind: Kind, declared: Object, known: Checkpoint, live: Object) -> Object:
    """Return the declared inputs with the values that someone else changed."""
    if not is_built_in(kind):
        return prune(live, declared)
    return keep_what_did_not_drift(declared, known.live, live)


def _report_unready(
    session: Session, subject: Subject, live: Object, resource_id: str, inputs: Object
) -> None:
    try:
        verdict_on_read(session, subject, live)
    except InitializationFailedError as error:
        raise InitializationFailedError(
            str(error),
            id=resource_id,
            properties=error.properties,
            inputs=inputs,
            reasons=error.reasons,
        ) from None


def _unreachable(session: Session, request: ReadRequest, reason: str) -> ReadAnswer:
    if session.settings.delete_unreachable:
        session.engine.warn(request.urn, f"{reason}. Dropped from the state (deleteUnreachable)")
        raise ResourceGoneError(reason)
    if session.settings.skip_update_unreachable:
        session.engine.warn(request.urn, f"{reason}. Left as it was (skipUpdateUnreachable)")
        return ReadAnswer(id=request.id, outputs=request.outputs, inputs=request.inputs)
    msg = f"failed to read {request.id!r}: {reason}. {UNREACHABLE_HINT}"
    raise ProviderError(msg)
