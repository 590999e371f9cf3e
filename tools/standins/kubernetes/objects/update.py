"""Changes an object in place."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tools.standins.kubernetes import ssa
from tools.standins.kubernetes.annotations import PATCH_FIELD_MANAGER, PATCH_FORCE, is_true
from tools.standins.kubernetes.api_client import APPLY_PATCH, JSON_PATCH, MERGE_PATCH
from tools.standins.kubernetes.api_errors import ApiError
from tools.standins.kubernetes.diff import parse_path
from tools.standins.kubernetes.kind import (
    Object,
    annotation,
    is_patch,
    metadata,
    name_of,
    namespace_of,
    of_live,
    of_object,
    qualified_name,
)
from tools.standins.kubernetes.merge_patch import merge_patch
from tools.standins.kubernetes.normalization import normalize
from tools.standins.kubernetes.objects.awaiting import Subject, await_ready
from tools.standins.kubernetes.pruning import prune
from tools.standins.kubernetes.session import Session
from tools.standins.kubernetes.state import Checkpoint, read_checkpoint, to_object
from tools.standins.protocol.errors import OutcomeUnknownError, ProviderError
from tools.standins.protocol.requests import UpdateRequest
from tools.standins.protocol.values import Properties, contains_unknown

_DRY_RUN: Final = {"dryRun": "All"}


def update(session: Session, request: UpdateRequest) -> Properties:
    """Apply the new inputs and wait until the object is ready again."""
    known = read_checkpoint(request.old_outputs)
    inputs = normalize(to_object(request.new_inputs))
    kind = of_object(inputs, request.type)
    subject = Subject(
        urn=request.urn,
        kind=kind,
        inputs=inputs,
        marks=request.new_inputs,
        initial_api_version=known.initial_api_version,
        field_manager=annotation(inputs, PATCH_FIELD_MANAGER)
        or known.field_manager
        or ssa.new_manager(session.settings),
    )
    if request.preview:
        return _preview(session, request, subject, known)
    live = _change(session, request, subject, known)
    live = await_ready(session, subject, live, request.timeout)
    if session.settings.server_side_apply and known.field_manager not in (
        "",
        subject.field_manager,
    ):
        relinquish(session, live, known.field_manager)
    return subject.state(live)


def relinquish(session: Session, live: Object, manager: str) -> None:
    """Give up the fields that a manager owns; those that nobody else owns are removed."""
    path = session.path(of_live(live))
    session.client.patch(
        path.item(namespace_of(live), name_of(live)),
        ssa.relinquishing(live),
        APPLY_PATCH,
        fieldManager=manager,
        force="false",
    )


def _preview(
    session: Session, request: UpdateRequest, subject: Subject, known: Checkpoint
) -> Properties:
    if session.connection is None or contains_unknown(subject.inputs):
        return request.new_inputs
    try:
        return subject.state(_apply(session, request, subject, known))
    except ApiError as error:
        if error.forbidden or error.missing:
            return request.new_inputs
        raise ProviderError(_explain(subject, error)) from error
    except ProviderError:
        return request.new_inputs


def _change(
    session: Session, request: UpdateRequest, subject: Subject, known: Checkpoint
) -> Object:
    try:
        return _apply(session, request, subject, known)
    except OutcomeUnknownError:
        raise
    except ApiError as error:
        raise ProviderError(_explain(subject, error)) from error


def _apply(session: Session, request: UpdateRequest, subject: Subject, known: Checkpoint) -> Object:
    path = session.path(subject.kind)
    name = name_of(known.live)
    item = path.item(namespace_of(known.live), name)
    live = session.client.get(item)
    trial = _DRY_RUN if request.preview else {}
    if subject.kind.kind == "CustomResourceDefinition":
        # Replaced as a whole: a merged schema may be one that nobody wrote.
        version = metadata(live).get("resourceVersion")
        body = {
            **subject.inputs,
            "metadata": {**metadata(subject.inputs), "resourceVersion": version},
        }
        return session.client.put(item, body, fieldManager=subject.field_manager, **trial)
    if not session.settings.server_side_apply:
        return _merge(session, item, subject, known, trial)
    patch = is_patch(request.type, subject.kind.kind)
    managed = ssa.managed_fields(live)
    if not patch and not request.preview:
        _take_over(session, item, live, subject.field_manager)
    force = (
        session.settings.patch_force
        or is_true(subject.inputs, PATCH_FORCE)
        or not managed
        or (request.preview and ssa.created_here(managed))
    )
    body = _with_ignored(subject.inputs, live, request.ignore_changes, subject.field_manager)
    return session.client.patch(
        item,
        {**body, "metadata": {**metadata(body), "name": name}},
        APPLY_PATCH,
        fieldManager=subject.field_manager,
        force=str(force).lower(),
        **trial,
    )


def _merge(
    session: Session, item: str, subject: Subject, known: Checkpoint, trial: Mapping[str, str]
) -> Object:
    before = prune(known.live, normalize(known.inputs))
    return session.client.patch(
        item,
        merge_patch(before, subject.inputs),
        MERGE_PATCH,
        fieldManager=ssa.CREATE_MANAGER,
        **trial,
    )


def _take_over(session: Session, item: str, live: Object, manager: str) -> None:
    """Give the fields of the object's creation to the manager that applies from now on."""
    entries = ssa.taken_over(ssa.managed_fields(live), manager)
    if entries is None:
        return
    version = metadata(live).get("resourceVersion")
    session.client.patch(
        item,
        [
            {"op": "replace", "path": "/metadata/managedFields", "value": entries},
            {"op": "replace", "path": "/metadata/resourceVersion", "value": version},
        ],
        JSON_PATCH,
    )


def _with_ignored(inputs: Object, live: Object, ignored: Sequence[str], manager: str) -> Object:
    """Leave ignored fields as they are: to their owner, or at their live value."""
    body = inputs
    for text in ignored:
        path = [part for part in parse_path(text) if isinstance(part, str)]
        if len(path) != len(parse_path(text)) or not path:
            continue  # positions in lists can't be told apart by their owners
        if ssa.owned_by_others_only(ssa.managed_fields(live), manager, path):
            body = _without(body, path)
        else:
            body = _with_live(body, live, path)
    return body


def _without(obj: Object, path: Sequence[str]) -> Object:
    first, rest = path[0], path[1:]
    if not rest:
        return {key: value for key, value in obj.items() if key != first}
    inner = obj.get(first)
    return {**obj, first: _without(inner, rest)} if isinstance(inner, dict) else obj


def _with_live(obj: Object, live: Mapping[str, Any], path: Sequence[str]) -> Object:
    first, rest = path[0], path[1:]
    if first not in live:
        return obj
    if not rest:
        return {**obj, first: live[first]}
    inner, live_inner = obj.get(first, {}), live[first]
    if not isinstance(inner, dict) or not isinstance(live_inner, dict):
        return obj
    return {**obj, first: _with_live(inner, live_inner, rest)}


def _explain(subject: Subject, error: ApiError) -> str:
    told = f"update of {subject.kind.kind} {qualified_name(subject.inputs)!r} failed"
    if error.missing:
        return f"{told}: {error}. It was deleted meanwhile; `pulumi refresh`, then run again"
    if error.conflict and error.details.get("causes"):
        return f"{told}: {ssa.explain_conflict(error, subject.inputs, subject.field_manager)}"
    return f"{told}: {error}"
