"""Validates and completes an object's inputs."""

from collections.abc import Iterator
from typing import Final

from tools.standins.kubernetes.annotations import WAIT_FOR
from tools.standins.kubernetes.kind import (
    Kind,
    Object,
    annotation,
    is_patch,
    metadata,
    name_of,
    of_object,
)
from tools.standins.kubernetes.naming import is_autonamed, is_named, unique_name, with_name
from tools.standins.kubernetes.normalization import normalize
from tools.standins.kubernetes.readiness.declared import declared_judge
from tools.standins.kubernetes.secrecy import mark_like
from tools.standins.kubernetes.session import Session
from tools.standins.kubernetes.state import from_object, to_object
from tools.standins.protocol.errors import ProviderError
from tools.standins.protocol.requests import CheckAnswer, CheckFailure, CheckRequest
from tools.standins.protocol.values import UNKNOWN

_MANAGED_BY: Final = "app.kubernetes.io/managed-by"


def check(session: Session, request: CheckRequest) -> CheckAnswer:
    """Fill in name and namespace, bring values into the API server's form."""
    olds = to_object(request.old_inputs)
    news = normalize(to_object(request.new_inputs))
    kind = of_object(news, request.type)
    failures = list(_failures(session, request, news, kind))
    if failures:
        return CheckAnswer(inputs=request.new_inputs, failures=failures)
    news = _named(request, news, olds)
    news = _placed(session, kind, news, olds)
    if not session.settings.server_side_apply:
        news = _labelled(news, olds)
    if kind.kind == "CustomResourceDefinition":
        session.plan_definition(news)
    return CheckAnswer(inputs=mark_like(from_object(news), request.new_inputs))


def _failures(
    session: Session, request: CheckRequest, news: Object, kind: Kind
) -> Iterator[CheckFailure]:
    if is_patch(request.type, kind.kind):
        if not session.settings.server_side_apply:
            yield CheckFailure(
                property="",
                reason="patch resources need server-side apply; set `enableServerSideApply` on "
                "the provider to true",
            )
        if not is_named(news):
            yield CheckFailure(
                property="metadata.name",
                reason="patch resources require the `.metadata.name` of the object to patch",
            )
    if metadata(news).get("generateName") and not is_named(news):
        yield CheckFailure(
            property="metadata.generateName",
            reason="`.metadata.generateName` is not supported with server-side apply; leave the "
            "name out, and one is made",
        )
    if request.proposed_name == "" and not request.old_inputs and not is_named(news):
        yield CheckFailure(
            property="metadata.name",
            reason="autonaming is disabled, so `.metadata.name` must be set",
        )
    if annotation(news, WAIT_FOR):
        try:
            declared_judge(annotation(news, WAIT_FOR))
        except ProviderError as error:
            yield CheckFailure(property="metadata.annotations", reason=str(error))


def _named(request: CheckRequest, news: Object, olds: Object) -> Object:
    if is_named(news):
        return news
    if olds:
        return with_name(news, name_of(olds)) if is_autonamed(olds) else news
    made = request.proposed_name or unique_name(f"{request.name}-", request.random_seed)
    return with_name(news, made)


def _placed(session: Session, kind: Kind, news: Object, olds: Object) -> Object:
    meta = news.get("metadata")
    if not isinstance(meta, dict) or meta.get("namespace"):
        return news
    if _is_namespaced(session, kind, olds):
        return {**news, "metadata": {**meta, "namespace": session.default_namespace}}
    return news


def _is_namespaced(session: Session, kind: Kind, olds: Object) -> bool:
    """Take the answer from the last run when there is one: it costs no request."""
    if olds:
        return bool(metadata(olds).get("namespace"))
    return session.is_namespaced(kind)


def _labelled(news: Object, olds: Object) -> Object:
    """Without server-side apply, a label says who manages the object."""
    meta = news.get("metadata")
    labels = meta.get("labels") or {} if isinstance(meta, dict) else UNKNOWN
    if labels is UNKNOWN or (olds and _MANAGED_BY not in (metadata(olds).get("labels") or {})):
        return news
    return {**news, "metadata": {**metadata(news), "labels": {_MANAGED_BY: "pulumi", **labels}}}
