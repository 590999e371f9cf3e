"""Compares an object's old and new inputs."""

from tools.standins.kubernetes.diff import diff, ignore
from tools.standins.kubernetes.kind import Object, is_patch, metadata, name_of, of_object
from tools.standins.kubernetes.kubeconfig import DEFAULT_NAMESPACE
from tools.standins.kubernetes.naming import is_autonamed, is_named
from tools.standins.kubernetes.normalization import normalize
from tools.standins.kubernetes.pruning import prune
from tools.standins.kubernetes.replacement import replaces_for
from tools.standins.kubernetes.scopes import is_built_in
from tools.standins.kubernetes.session import Session
from tools.standins.kubernetes.state import read_checkpoint, to_object
from tools.standins.protocol.requests import DiffAnswer, DiffRequest


def compare(session: Session, request: DiffRequest) -> DiffAnswer:
    """Say what an update would change, and whether it needs a new object.

    Built-in kinds are compared input with input: the server stores some values differently, which
    is no change. For custom kinds the live values of the declared fields count, as a CRD may drop
    fields that it doesn't know.
    """
    known = read_checkpoint(request.old_outputs)
    news = normalize(to_object(request.new_inputs))
    kind = of_object(news, request.type)
    declared = normalize(known.inputs)
    olds = declared if is_built_in(kind) else prune(known.live, declared)
    namespaced = bool(metadata(known.live).get("namespace"))
    olds = _aligned(olds, namespaced=namespaced)
    news = _aligned(news, namespaced=namespaced)
    if is_named(news):
        olds["metadata"]["name"] = name_of(known.live)
    patch = is_patch(request.type, kind.kind)
    rule = replaces_for(kind, news, session.settings, patch=patch)
    changes = ignore(diff(olds, news, rule), request.ignore_changes)
    replaced = any(change.replace for change in changes.values())
    return DiffAnswer(
        changes=changes,
        delete_before_replace=replaced and _keeps_its_name(news, known.live),
    )


def _aligned(obj: Object, *, namespaced: bool) -> Object:
    """Give objects of the same scope comparable metadata."""
    meta = obj.get("metadata")
    if not isinstance(meta, dict):
        return {**obj, "metadata": {}} if meta is None else obj
    meta = {key: value for key, value in meta.items() if namespaced or key != "namespace"}
    if namespaced and not meta.get("namespace"):
        meta["namespace"] = DEFAULT_NAMESPACE
    return {**obj, "metadata": meta}


def _keeps_its_name(news: Object, live: Object) -> bool:
    """Whether the new object can only be made once the old one is gone."""
    new, old = metadata(news), metadata(live)
    return (
        is_named(news)
        and not is_autonamed(news)
        and new.get("name") == old.get("name")
        and new.get("namespace") == old.get("namespace")
    )
