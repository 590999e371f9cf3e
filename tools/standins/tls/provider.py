"""The tls package: what the engine asks, answered without making anything until it has to.

Nothing here loads `cryptography`: a run in which nothing changes never does.
"""

import importlib.util
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from typing_extensions import override

from tools.standins.protocol.engine import Engine
from tools.standins.protocol.errors import ProviderError
from tools.standins.protocol.provider import Provider
from tools.standins.protocol.requests import (
    ChangeKind,
    CheckAnswer,
    CheckFailure,
    CheckRequest,
    ConfigureRequest,
    CreateAnswer,
    CreateRequest,
    DeleteRequest,
    DiffAnswer,
    DiffRequest,
    PropertyChange,
    ReadAnswer,
    ReadRequest,
    UpdateRequest,
)
from tools.standins.protocol.values import UNKNOWN, Properties, Value, contains_unknown, reveal
from tools.standins.tls.changes import compare
from tools.standins.tls.renewal import is_due, is_due_at_once, parse_rfc3339
from tools.standins.tls.schema import (
    RESOURCES,
    Resource,
    failures,
    is_bookkeeping,
    with_defaults,
)

READY: Final = "readyForRenewal"

_PROVIDER_INPUTS: Final = frozenset({"proxy", "version", "pluginDownloadURL"})
"""`proxy` serves functions only, which the stand-in doesn't have."""


def sdk_version() -> str:
    """The version of the installed SDK, from the file that names its plug-in.

    `importlib.metadata` knows it too, and takes a fifth of the provider's start.
    """
    spec = importlib.util.find_spec("pulumi_tls")
    folders = (spec and spec.submodule_search_locations) or []
    for folder in folders:
        content = json.loads((Path(folder) / "pulumi-plugin.json").read_text(encoding="utf-8"))
        return str(content["version"])
    msg = "the package pulumi-tls is not installed in this Python environment; run the set-up again"
    raise ImportError(msg)


class TlsProvider(Provider):
    """Keys, requests and certificates.

    Args:
        engine: The way back to the engine.
        now: The present, for tests.
    """

    package = "tls"
    version = sdk_version()

    def __init__(
        self, engine: Engine, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        super().__init__(engine)
        self._now = now

    @override
    def check_config(self, request: CheckRequest) -> CheckAnswer:
        unknown = [
            CheckFailure(property=key, reason="is unknown; the provider takes `proxy` only")
            for key in request.new_inputs
            if key not in _PROVIDER_INPUTS and not is_bookkeeping(key)
        ]
        return CheckAnswer(inputs=request.new_inputs, failures=unknown)

    @override
    def diff_config(self, request: DiffRequest) -> DiffAnswer:
        return DiffAnswer(touched=request.old_inputs != request.new_inputs)

    @override
    def configure(self, request: ConfigureRequest) -> None:
        """Nothing to take over."""

    @override
    def check(self, request: CheckRequest) -> CheckAnswer:
        resource = _resource(request.type)
        return CheckAnswer(
            inputs=request.new_inputs, failures=failures(resource, request.new_inputs)
        )

    @override
    def diff(self, request: DiffRequest) -> DiffAnswer:
        resource = _resource(request.type)
        old = with_defaults(resource, request.old_inputs or request.old_outputs)
        new = with_defaults(resource, request.new_inputs)
        changes: dict[str, PropertyChange] = {}
        for name, field in resource.fields.items():
            changes |= compare(old.get(name), new.get(name), name, replace=field.replaces)
        if resource.renews and self._is_due(request.old_outputs, new):
            changes[READY] = PropertyChange(kind=ChangeKind.UPDATE, replace=True, input_only=False)
        return DiffAnswer(changes=changes)

    @override
    def create(self, request: CreateRequest) -> CreateAnswer:
        resource = _resource(request.type)
        complete = with_defaults(resource, request.inputs)
        if resource.renews:
            complete[READY] = _is_ready_when_made(complete)
        if request.preview:
            unknown = dict.fromkeys(resource.computed, UNKNOWN)
            return CreateAnswer(id="", outputs={**complete, **unknown})
        # Loading `cryptography` takes longer than everything that a run without changes does.
        from tools.standins.tls import making  # noqa: PLC0415

        made = making.make(request.type, reveal(complete), now=self._now())
        if made.warning:
            self.engine.warn(request.urn, made.warning)
        return CreateAnswer(id=made.id, outputs={**complete, **made.outputs})

    @override
    def read(self, request: ReadRequest) -> ReadAnswer:
        resource = _resource(request.type)
        if not request.outputs:
            msg = f"{request.type} can't be imported or looked up: it exists in Pulumi's state only"
            raise ProviderError(msg)
        outputs = dict(request.outputs)
        if resource.renews and self._is_due(outputs, outputs):
            outputs[READY] = True
        return ReadAnswer(id=request.id, outputs=outputs, inputs=request.inputs)

    @override
    def update(self, request: UpdateRequest) -> Properties:
        resource = _resource(request.type)
        complete = with_defaults(resource, request.new_inputs)
        ready = {READY: False} if resource.renews else {}
        return {**request.old_outputs, **complete, **ready}

    @override
    def delete(self, request: DeleteRequest) -> None:
        """Nothing exists outside the state."""

    @override
    def cancel(self) -> None:
        """Nothing takes long enough."""

    def _is_due(self, outputs: Mapping[str, Value], inputs: Mapping[str, Value]) -> bool:
        end, early = outputs.get("validityEndTime"), inputs.get("earlyRenewalHours")
        if not isinstance(end, str) or not isinstance(early, int):
            return False
        return is_due(end=parse_rfc3339(end), early_renewal_hours=early, now=self._now())


def _is_ready_when_made(complete: Mapping[str, Value]) -> Value:
    validity, early = complete["validityPeriodHours"], complete["earlyRenewalHours"]
    if contains_unknown([validity, early]):
        return UNKNOWN
    return is_due_at_once(validity_period_hours=validity, early_renewal_hours=early)


def _resource(token: str) -> Resource:
    resource = RESOURCES.get(token)
    if resource is None:
        known = ", ".join(sorted(RESOURCES))
        msg = f"the stand-in for Pulumi's tls plug-in has no {token}; it has {known}"
        raise ProviderError(msg)
    return resource
