"""The life of a release: checked, installed, read, upgraded, uninstalled."""

from typing import Any, Final

from tools.standins.kubernetes.api_errors import UnreachableError
from tools.standins.kubernetes.kind import split_id
from tools.standins.kubernetes.naming import unique_name
from tools.standins.kubernetes.objects.read import UNREACHABLE_HINT, require_connection
from tools.standins.kubernetes.release.arguments import Arguments, complete, read_arguments
from tools.standins.kubernetes.release.chart import ChartError, resolve_version
from tools.standins.kubernetes.release.helm import Helm, HelmError, secret_texts
from tools.standins.kubernetes.release.record import Record, find_record, resource_names
from tools.standins.kubernetes.secrecy import mark_like
from tools.standins.kubernetes.session import Session
from tools.standins.protocol.errors import (
    InitializationFailedError,
    ProviderError,
    ResourceGoneError,
)
from tools.standins.protocol.requests import (
    CheckAnswer,
    CheckFailure,
    CheckRequest,
    CreateAnswer,
    CreateRequest,
    DeleteRequest,
    ReadAnswer,
    ReadRequest,
    UpdateRequest,
)
from tools.standins.protocol.values import UNKNOWN, Properties, Secret, contains_unknown, reveal

_INPUTS: Final = "__inputs"
_IN_PROGRESS: Final = "another operation"


def check(session: Session, request: CheckRequest) -> CheckAnswer:
    """Complete the inputs; find the chart and its exact version, without asking the cluster."""
    news = complete(
        request.new_inputs,
        request.old_inputs,
        name=request.proposed_name or unique_name(f"{request.name}-", request.random_seed),
        namespace=session.default_namespace,
    )
    if not contains_unknown(request.new_inputs):
        try:
            news["version"] = resolve_version(read_arguments(news), _helm(session))
        except ChartError as error:
            reason = f"{error}; check the chart name and repository configuration"
            failure = CheckFailure(property="chart", reason=reason)
            return CheckAnswer(inputs=request.new_inputs, failures=[failure])
    return CheckAnswer(inputs=mark_like(news, request.new_inputs))


def create(session: Session, request: CreateRequest) -> CreateAnswer:
    """Install the release."""
    if request.preview:
        return CreateAnswer(id="", outputs=_foreseen(request.inputs))
    release = read_arguments(request.inputs)
    session.require_connection()
    existing = find_record(session.client, release.namespace, release.name)
    session.engine.status(request.urn, f"helm install {release.name}")
    try:
        _helm(session).install(release, list(secret_texts(request.inputs)))
    except HelmError as error:
        record = _record_or_none(session, release)
        if record is None or existing is not None:
            raise ProviderError(_explain(release, error, existing)) from None
        raise _failed(release, request.inputs, record, error, "was created") from None
    return CreateAnswer(
        id=release.identity, outputs=_outputs(request.inputs, _record(session, release))
    )


def update(session: Session, request: UpdateRequest) -> Properties:
    """Upgrade the release."""
    if request.preview:
        return _foreseen(request.new_inputs)
    release = read_arguments(request.new_inputs)
    session.require_connection()
    before = find_record(session.client, release.namespace, release.name)
    session.engine.status(request.urn, f"helm upgrade {release.name}")
    try:
        _helm(session).upgrade(release, list(secret_texts(request.new_inputs)))
    except HelmError as error:
        record = _record_or_none(session, release)
        if record is None or before is None or record.revision == before.revision:
            raise ProviderError(_explain(release, error, before)) from None
        raise _failed(release, request.new_inputs, record, error, "was upgraded") from None
    return _outputs(request.new_inputs, _record(session, release))


def read(session: Session, request: ReadRequest) -> ReadAnswer:
    """Read what Helm has recorded: values, chart version, status; other drift it doesn't know.

    Raises:
        ResourceGoneError: The release is gone.
    """
    release = read_arguments(request.outputs)
    namespace, name = split_id(request.id)
    if request.outputs:
        namespace, name = release.namespace, release.name
    try:
        require_connection(session)
        record = find_record(session.client, namespace, name)
    except UnreachableError as error:
        return _unreachable(session, request, error)
    if record is None or record.status == "uninstalled":
        msg = f"there is no Helm release {request.id!r}"
        raise ResourceGoneError(msg)
    inputs = reveal_inputs(request.outputs)
    if inputs is None:
        inputs = _inputs_of_import(record)
    return ReadAnswer(id=request.id, outputs=_outputs(inputs, record), inputs=inputs)


def delete(session: Session, request: DeleteRequest) -> None:
    """Uninstall the release."""
    release = read_arguments(request.old_outputs)
    try:
        require_connection(session)
        if find_record(session.client, release.namespace, release.name) is None:
            return
    except UnreachableError as error:
        if not session.settings.delete_unreachable:
            msg = f"can't uninstall Helm release {request.id!r}: {error}. {UNREACHABLE_HINT}"
            raise ProviderError(msg) from error
        session.engine.warn(request.urn, f"{error}. Dropped from the state (deleteUnreachable)")
        return
    session.engine.status(request.urn, f"helm uninstall {release.name}")
    try:
        _helm(session).uninstall(release)
    except HelmError as error:
        msg = f"Helm release {request.id!r} can't be uninstalled: {error}"
        raise ProviderError(msg) from None


def reveal_inputs(outputs: Properties) -> Properties | None:
    """Return the inputs that the state keeps as one secret; their own marks stay."""
    kept = outputs.get(_INPUTS)
    inputs = kept.value if isinstance(kept, Secret) else kept
    return inputs if isinstance(inputs, dict) else None


def _helm(session: Session) -> Helm:
    return Helm(connection=session.connection, files=session.files, cancelled=session.cancelled)


def _foreseen(inputs: Properties) -> Properties:
    return {
        **inputs,
        "resourceNames": UNKNOWN,
        "status": UNKNOWN,
        _INPUTS: Secret(inputs),
    }


def _outputs(inputs: Properties, record: Record) -> Properties:
    status = record.outputs
    plain: dict[str, Any] = {
        **reveal(inputs),
        "values": dict(record.values),
        "version": status["version"],
        "resourceNames": resource_names(record.manifest),
        "status": status,
    }
    return {**mark_like(plain, inputs), _INPUTS: Secret(inputs)}


def _inputs_of_import(record: Record) -> Properties:
    declared = {
        "chart": record.outputs["chart"],
        "version": record.outputs["version"],
        "values": dict(record.values),
    }
    return complete(declared, {}, name=record.name, namespace=record.namespace)


def _record(session: Session, release: Arguments) -> Record:
    record = find_record(session.client, release.namespace, release.name)
    if record is None:
        msg = f"Helm reported success, but there is no release {release.identity!r} in the cluster"
        raise ProviderError(msg)
    return record


def _record_or_none(session: Session, release: Arguments) -> Record | None:
    """Look for what a failed helm has left; an API server that is gone leaves nothing to see."""
    try:
        return find_record(session.client, release.namespace, release.name)
    except ProviderError:
        return None


def _failed(
    release: Arguments, inputs: Properties, record: Record, error: HelmError, done: str
) -> InitializationFailedError:
    headline = (
        f"Helm release {release.identity!r} {done}, but has the status {record.status!r}: {error}"
    )
    advice = (
        f"look with `helm status {release.name} -n {release.namespace}`; the next `pulumi up` "
        "upgrades it again"
    )
    return InitializationFailedError(
        headline,
        id=release.identity,
        properties=_outputs(inputs, record),
        inputs=None,
        reasons=[headline, advice],
    )


def _explain(release: Arguments, error: HelmError, existing: Record | None) -> str:
    told = f"Helm release {release.identity!r}: {error}"
    name, namespace = release.name, release.namespace
    if existing is not None and (existing.pending or _IN_PROGRESS in str(error)):
        return (
            f"{told}. Its status is {existing.status!r}: helm was interrupted, or another one is at "
            f"work. When none is, remove the first attempt with `helm uninstall {name} -n "
            f"{namespace}`, or return to the last good revision with `helm rollback {name} -n "
            f"{namespace}`, and run again"
        )
    if existing is not None and "cannot re-use a name" in str(error):
        return (
            f"{told}. A release of that name exists ({existing.status}, chart "
            f"{existing.outputs['chart']} {existing.outputs['version']}); adopt it with `pulumi "
            f"import kubernetes:helm.sh/v3:Release <name> {release.identity}`, or remove it with "
            f"`helm uninstall {name} -n {namespace}`"
        )
    if existing is None and "has no deployed releases" in str(error):
        return f"{told}. It was uninstalled by hand; `pulumi refresh`, then run again"
    return told


def _unreachable(session: Session, request: ReadRequest, error: UnreachableError) -> ReadAnswer:
    if session.settings.delete_unreachable:
        session.engine.warn(request.urn, f"{error}. Dropped from the state (deleteUnreachable)")
        raise ResourceGoneError(str(error))
    if session.settings.skip_update_unreachable:
        session.engine.warn(request.urn, f"{error}. Left as it was (skipUpdateUnreachable)")
        return ReadAnswer(id=request.id, outputs=request.outputs, inputs=request.inputs)
    msg = f"failed to read Helm release {request.id!r}: {error}. {UNREACHABLE_HINT}"
    raise ProviderError(msg)
