"""Pulumi's `ResourceProvider` gRPC service over a `Provider`.

Messages become typed requests here, answers and errors become messages again; nothing below
this module sees protobuf.
"""

import functools
from collections.abc import Callable, Mapping
from typing import NoReturn, ParamSpec, TypeVar

from typing_extensions import override

from tools.standins.protocol import requests
from tools.standins.protocol.errors import (
    InitializationFailedError,
    OutcomeUnknownError,
    ProviderError,
    ResourceGoneError,
)
from tools.standins.protocol.provider import Provider
from tools.standins.protocol.stubs import (
    Message,
    empty_pb2,
    grpc,
    plugin_pb2,
    provider_pb2,
    provider_pb2_grpc,
    status_pb2,
)
from tools.standins.protocol.values import decode, encode

_P = ParamSpec("_P")
_Answer = TypeVar("_Answer")


def _reports_errors(handler: Callable[_P, _Answer]) -> Callable[_P, _Answer]:
    """Answer a failure with the status that the engine understands, never with a trace."""

    @functools.wraps(handler)
    def wrapped(*args: _P.args, **kwargs: _P.kwargs) -> _Answer:
        context: Message = args[-1]
        try:
            return handler(*args, **kwargs)
        except InitializationFailedError as error:
            _abort_initialization_failed(context, error)
        except OutcomeUnknownError as error:
            _abort(context, grpc.StatusCode.UNKNOWN, error)
        except ResourceGoneError as error:
            _abort(context, grpc.StatusCode.NOT_FOUND, error)
        except ProviderError as error:
            _abort(context, grpc.StatusCode.FAILED_PRECONDITION, error)

    return wrapped


def _abort(context: Message, code: Message, error: Exception) -> NoReturn:
    context.abort(code, str(error))
    raise AssertionError  # abort always raises


def _abort_initialization_failed(context: Message, error: InitializationFailedError) -> NoReturn:
    detail = provider_pb2.ErrorResourceInitFailed(
        id=error.id,
        properties=encode(error.properties),
        reasons=list(error.reasons),
        inputs=None if error.inputs is None else encode(error.inputs),
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error))
    status.details.add().Pack(detail)
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    _abort(context, grpc.StatusCode.UNKNOWN, error)


class Service(provider_pb2_grpc.ResourceProviderServicer):
    """The service's methods, by their protobuf names.

    Args:
        provider: The package to serve.
    """

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    @override
    def Handshake(
        self, request: provider_pb2.ProviderHandshakeRequest, context: Message
    ) -> provider_pb2.ProviderHandshakeResponse:
        """Agree on what both sides understand."""
        self._provider.engine.attach(request.engine_address)
        return provider_pb2.ProviderHandshakeResponse(
            accept_secrets=True,
            accept_resources=False,
            accept_outputs=False,
            supports_autonaming_configuration=True,
        )

    @override
    def Attach(self, request: plugin_pb2.PluginAttach, context: Message) -> Message:
        """Serve another engine, used with PULUMI_DEBUG_PROVIDERS."""
        self._provider.engine.attach(request.address)
        return empty_pb2.Empty()

    @override
    def GetPluginInfo(self, request: Message, context: Message) -> plugin_pb2.PluginInfo:
        """Tell the version."""
        return plugin_pb2.PluginInfo(version=self._provider.version)

    @override
    def Cancel(self, request: Message, context: Message) -> Message:
        """End running operations."""
        self._provider.cancel()
        return empty_pb2.Empty()

    @_reports_errors
    @override
    def CheckConfig(
        self, request: provider_pb2.CheckRequest, context: Message
    ) -> provider_pb2.CheckResponse:
        """Validate the provider's own configuration."""
        return _check_response(self._provider.check_config(_check_request(request)))

    @_reports_errors
    @override
    def DiffConfig(
        self, request: provider_pb2.DiffRequest, context: Message
    ) -> provider_pb2.DiffResponse:
        """Compare the provider's configurations."""
        return _diff_response(self._provider.diff_config(_diff_request(request)))

    @_reports_errors
    @override
    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: Message
    ) -> provider_pb2.ConfigureResponse:
        """Take over the provider's configuration."""
        self._provider.configure(requests.ConfigureRequest(inputs=decode(request.args)))
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, supports_autonaming_configuration=True
        )

    @_reports_errors
    @override
    def Check(
        self, request: provider_pb2.CheckRequest, context: Message
    ) -> provider_pb2.CheckResponse:
        """Validate a resource's inputs."""
        return _check_response(self._provider.check(_check_request(request)))

    @_reports_errors
    @override
    def Diff(
        self, request: provider_pb2.DiffRequest, context: Message
    ) -> provider_pb2.DiffResponse:
        """Compare a resource's inputs."""
        return _diff_response(self._provider.diff(_diff_request(request)))

    @_reports_errors
    @override
    def Create(
        self, request: provider_pb2.CreateRequest, context: Message
    ) -> provider_pb2.CreateResponse:
        """Make a resource."""
        answer = self._provider.create(
            requests.CreateRequest(
                urn=request.urn,
                name=_name(request),
                type=_type(request),
                inputs=decode(request.properties),
                timeout=request.timeout,
                preview=request.preview,
            )
        )
        return provider_pb2.CreateResponse(id=answer.id, properties=encode(answer.outputs))

    @_reports_errors
    @override
    def Read(
        self, request: provider_pb2.ReadRequest, context: Message
    ) -> provider_pb2.ReadResponse:
        """Look up a resource."""
        try:
            answer = self._provider.read(
                requests.ReadRequest(
                    id=request.id,
                    urn=request.urn,
                    name=_name(request),
                    type=_type(request),
                    inputs=decode(request.inputs),
                    outputs=decode(request.properties),
                    timeout=request.timeout,
                )
            )
        except ResourceGoneError:
            return provider_pb2.ReadResponse(id="")
        return provider_pb2.ReadResponse(
            id=answer.id, properties=encode(answer.outputs), inputs=encode(answer.inputs)
        )

    @_reports_errors
    @override
    def Update(
        self, request: provider_pb2.UpdateRequest, context: Message
    ) -> provider_pb2.UpdateResponse:
        """Change a resource in place."""
        outputs = self._provider.update(
            requests.UpdateRequest(
                id=request.id,
                urn=request.urn,
                name=_name(request),
                type=_type(request),
                old_inputs=decode(request.old_inputs),
                old_outputs=decode(request.olds),
                new_inputs=decode(request.news),
                timeout=request.timeout,
                preview=request.preview,
                ignore_changes=tuple(request.ignoreChanges),
            )
        )
        return provider_pb2.UpdateResponse(properties=encode(outputs))

    @_reports_errors
    @override
    def Delete(self, request: provider_pb2.DeleteRequest, context: Message) -> Message:
        """Remove a resource."""
        self._provider.delete(
            requests.DeleteRequest(
                id=request.id,
                urn=request.urn,
                name=_name(request),
                type=_type(request),
                old_inputs=decode(request.old_inputs),
                old_outputs=decode(request.properties),
                timeout=request.timeout,
            )
        )
        return empty_pb2.Empty()

    @override
    def GetSchema(self, request: provider_pb2.GetSchemaRequest, context: Message) -> NoReturn:
        """Refuse: the program's SDK carries the schema's types already."""
        self._refuse(context, "a schema (YAML programs and `pulumi package` need one)")

    @override
    def Invoke(self, request: provider_pb2.InvokeRequest, context: Message) -> NoReturn:
        """Refuse functions."""
        self._refuse(context, f"the function {request.tok}")

    @override
    def Call(self, request: provider_pb2.CallRequest, context: Message) -> NoReturn:
        """Refuse methods."""
        self._refuse(context, f"the method {request.tok}")

    @override
    def Construct(self, request: provider_pb2.ConstructRequest, context: Message) -> NoReturn:
        """Refuse remote components."""
        self._refuse(context, f"the component {request.type}")

    @override
    def Parameterize(self, request: provider_pb2.ParameterizeRequest, context: Message) -> NoReturn:
        """Refuse parameters."""
        self._refuse(context, "parameters")

    @override
    def List(self, request: provider_pb2.ListRequest, context: Message) -> NoReturn:
        """Refuse listings."""
        self._refuse(context, f"listing {request.token}")

    @override
    def GetMapping(
        self, request: provider_pb2.GetMappingRequest, context: Message
    ) -> provider_pb2.GetMappingResponse:
        """Answer that there is no mapping from another ecosystem."""
        return provider_pb2.GetMappingResponse()

    @override
    def GetMappings(
        self, request: provider_pb2.GetMappingsRequest, context: Message
    ) -> provider_pb2.GetMappingsResponse:
        """Answer that there are no mappings from other ecosystems."""
        return provider_pb2.GetMappingsResponse()

    def _refuse(self, context: Message, what: str) -> NoReturn:
        package = self._provider.package
        context.abort(
            grpc.StatusCode.UNIMPLEMENTED,
            f"the stand-in for Pulumi's {package} plug-in does not offer {what}; install the "
            f"official plug-in (`pulumi plugin install resource {package}`) to use it",
        )
        raise AssertionError  # abort always raises


def _type(request: Message) -> str:
    """Return the type token; older engines send it in the URN only."""
    token: str = request.type or request.urn.split("::")[2].split("$")[-1]
    return token


def _name(request: Message) -> str:
    name: str = request.name or request.urn.split("::", 3)[3]
    return name


def _check_request(request: Message) -> requests.CheckRequest:
    proposed = request.autonaming.proposed_name if request.HasField("autonaming") else None
    return requests.CheckRequest(
        urn=request.urn,
        name=_name(request),
        type=_type(request),
        old_inputs=decode(request.olds),
        new_inputs=decode(request.news),
        random_seed=request.randomSeed,
        proposed_name=proposed,
    )


def _check_response(answer: requests.CheckAnswer) -> provider_pb2.CheckResponse:
    failures = [
        provider_pb2.CheckFailure(property=failure.property, reason=failure.reason)
        for failure in answer.failures
    ]
    return provider_pb2.CheckResponse(inputs=encode(answer.inputs), failures=failures)


def _diff_request(request: Message) -> requests.DiffRequest:
    return requests.DiffRequest(
        id=request.id,
        urn=request.urn,
        name=_name(request),
        type=_type(request),
        old_inputs=decode(request.old_inputs),
        old_outputs=decode(request.olds),
        new_inputs=decode(request.news),
        ignore_changes=tuple(request.ignoreChanges),
    )


def _diff_response(answer: requests.DiffAnswer) -> provider_pb2.DiffResponse:
    changed = bool(answer.changes) or answer.touched
    replaces = answer.replaces
    if replaces is None:
        replaces = [path for path, change in answer.changes.items() if change.replace]
    return provider_pb2.DiffResponse(
        changes=(
            provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
        ),
        diffs=sorted({_top_level(path) for path in answer.changes}),
        replaces=list(replaces),
        deleteBeforeReplace=answer.delete_before_replace,
        detailedDiff=_detailed_diff(answer.changes),
        hasDetailedDiff=bool(answer.changes),
    )


def _detailed_diff(
    changes: Mapping[str, requests.PropertyChange],
) -> dict[str, provider_pb2.PropertyDiff]:
    kinds = provider_pb2.PropertyDiff.Kind
    return {
        path: provider_pb2.PropertyDiff(
            kind=kinds.Value(change.kind.value + ("_REPLACE" if change.replace else "")),
            inputDiff=change.input_only,
        )
        for path, change in changes.items()
    }


def _top_level(path: str) -> str:
    return path.split(".", 1)[0].split("[", 1)[0]
