"""Removes an object, or gives up what a patch manages of it."""

from tools.standins.kubernetes.annotations import (
    SKIP_AWAIT,
    deletion_policy,
    is_true,
    timeout_seconds,
)
from tools.standins.kubernetes.api_errors import ApiError, UnreachableError
from tools.standins.kubernetes.discovery import UnknownKindError
from tools.standins.kubernetes.kind import Kind, Object, is_patch, of_object, split_id
from tools.standins.kubernetes.objects.read import UNREACHABLE_HINT, require_connection
from tools.standins.kubernetes.objects.update import relinquish
from tools.standins.kubernetes.readiness.wait import NotReadyError, Waiter
from tools.standins.kubernetes.session import Session
from tools.standins.kubernetes.state import Checkpoint, read_checkpoint
from tools.standins.protocol.errors import ProviderError
from tools.standins.protocol.requests import DeleteRequest

_GONE_WITHOUT_WAITING = frozenset(
    {
        "DaemonSet",
        "Deployment",
        "Job",
        "Namespace",
        "Pod",
        "ReplicationController",
        "StatefulSet",
    }
)
"""Kinds whose deletion `pulumi.com/skipAwait` doesn't wait for either."""


def delete(session: Session, request: DeleteRequest) -> None:
    """Remove the object and wait until it is gone; one that is gone already is fine."""
    known = read_checkpoint(request.old_outputs)
    kind = of_object(known.live, request.type)
    try:
        require_connection(session)
        if is_patch(request.type, kind.kind):
            _give_up(session, known)
        else:
            _remove(session, request, kind, known)
    except UnknownKindError:
        return  # its CRD is gone, and all objects with it
    except UnreachableError as error:
        if not session.settings.delete_unreachable:
            msg = f"failed to delete {request.id!r}: {error}. {UNREACHABLE_HINT}"
            raise ProviderError(msg) from error
        session.engine.warn(request.urn, f"{error}. Dropped from the state (deleteUnreachable)")
    except ApiError as error:
        if not error.missing:
            msg = f"{kind.kind} {request.id!r} can't be deleted: {error}"
            raise ProviderError(msg) from error


def _give_up(session: Session, known: Checkpoint) -> None:
    try:
        relinquish(session, known.live, known.field_manager)
    except ApiError as error:
        if "Required value" not in str(error):
            raise
        msg = (
            "this Patch resource manages a required field that nobody else does, so it can't be "
            f"given up: {error}. Set the resource option `retain_on_delete`, or let another "
            "manager set the field first"
        )
        raise ProviderError(msg) from error


def _remove(session: Session, request: DeleteRequest, kind: Kind, known: Checkpoint) -> None:
    item = session.path(kind).item(*split_id(request.id))
    options = {
        "apiVersion": "v1",
        "kind": "DeleteOptions",
        "propagationPolicy": deletion_policy(known.inputs),
    }
    answer = session.client.delete(item, options)
    if is_true(known.inputs, SKIP_AWAIT) and kind.kind in _GONE_WITHOUT_WAITING:
        return
    waiter = Waiter(
        read=lambda: session.client.get(item),
        cancelled=session.cancelled,
        report=lambda message: session.engine.status(request.urn, message),
        timeout=timeout_seconds(known.inputs, request.timeout),
    )
    try:
        waiter.until_gone(_deleted_object(answer, known.live))
    except NotReadyError as error:
        reasons = "".join(f"; {reason}" for reason in error.reasons)
        msg = f"{kind.kind} {request.id!r} is being deleted but not gone: {error}{reasons}"
        raise ProviderError(msg) from None


def _deleted_object(answer: Object, last_known: Object) -> Object:
    """The server answers with the object, or with a `Status` that names its uid."""
    if answer.get("kind") != "Status":
        return answer
    uid = (answer.get("details") or {}).get("uid")
    metadata = {**(last_known.get("metadata") or {}), **({"uid": uid} if uid else {})}
    return {**last_known, "metadata": metadata}
