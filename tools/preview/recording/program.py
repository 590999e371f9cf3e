"""Runs a Pulumi program against recording mocks: no engine, no cluster, no credentials, real inputs."""

import asyncio
import base64
import runpy
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]
from pulumi.runtime import set_all_config, set_mocks
from pulumi.runtime import settings as runtime_settings
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.rpc import deserialize_properties
from pulumi.runtime.stack import run_in_stack

_STACK_TYPE: Final = "pulumi:pulumi:Stack"


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """One resource as the program registered it.

    Attributes:
        type: Type token.
        name: Logical name.
        parent: Logical name of the parent; empty for the stack.
        inputs: Inputs as they went over the wire, secrets still wrapped.
        provider: Logical name of the explicit provider; empty for a component.
        custom: Whether a provider makes it; a component is only a parent.
        protect: Whether deletion is refused.
        retain_on_delete: Whether a destroy leaves it where it is.
        depends_on: Logical names of what it waits for.
        secret_outputs: Outputs that the engine keeps encrypted, whatever the provider says.
        origins: By input, the resources (`<type>::<name>`) whose outputs it is made of.
    """

    type: str
    name: str
    parent: str
    inputs: Mapping[str, Any]
    provider: str
    custom: bool
    protect: bool
    retain_on_delete: bool
    depends_on: tuple[str, ...]
    secret_outputs: tuple[str, ...]
    origins: Mapping[str, tuple[str, ...]]


@dataclass(kw_only=True)
class Recording:
    """What a run registered; it fills up while the program runs, so that a refusal leaves it readable."""

    resources: list[Recorded] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)


class _AnsweringMocks(Mocks):
    """Answers with the outputs that the program reads."""

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        if args.resource_id:
            return args.resource_id, _found(args.typ, args.resource_id)
        return f"{args.name}-id", {**args.inputs, **_computed(args.typ, args.name)}

    def call(self, args: MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        raise AssertionError(
            f"the program calls no function of a provider, but called {args.token}"
        )


class _RecordingMonitor(MockMonitor):
    """Keeps each registration whole: the mocks' own arguments lack parent, protection and dependencies."""

    def __init__(self, recording: Recording) -> None:
        super().__init__(_AnsweringMocks())
        self.recording = recording

    def RegisterResource(  # noqa: N802 - gRPC's name
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        if request.type != _STACK_TYPE:
            self.recording.resources.append(_recorded(request))
        return super().RegisterResource(request)  # type: ignore[no-untyped-call, no-any-return]

    def RegisterResourceOutputs(  # noqa: N802 - gRPC's name
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> Any:  # noqa: ANN401 - gRPC's empty message has no type here
        if request.urn.split("::")[2] == _STACK_TYPE:
            self.recording.outputs = deserialize_properties(request.outputs)
        return super().RegisterResourceOutputs(request)  # type: ignore[no-untyped-call]


def _recorded(request: resource_pb2.RegisterResourceRequest) -> Recorded:
    return Recorded(
        type=request.type,
        name=request.name,
        parent=_logical_name(request.parent),
        # The SDK's own reading leaves out nulls, by which Helm deletes a chart's default.
        inputs=MessageToDict(request.object),
        provider=_provider_name(request),
        custom=request.custom,
        protect=request.protect,
        retain_on_delete=request.retainOnDelete,
        depends_on=tuple(sorted({_logical_name(urn) for urn in request.dependencies})),
        secret_outputs=tuple(sorted(request.additionalSecretOutputs)),
        origins={
            key: tuple(sorted(_type_and_name(urn) for urn in of.urns))
            for key, of in sorted(request.propertyDependencies.items())
            if of.urns
        },
    )


def _logical_name(urn: str) -> str:
    return "" if f"{_STACK_TYPE}::" in urn else urn.rpartition("::")[2]


def _type_and_name(urn: str) -> str:
    _, _, qualified_type, name = urn.split("::", 3)
    return f"{qualified_type.rpartition('$')[2]}::{name}"


def _provider_name(request: resource_pb2.RegisterResourceRequest) -> str:
    """A reference is `<urn>::<id>`; the urn ends with the provider's logical name."""
    if not request.custom:
        return ""
    found = request.provider or dict(request.providers).get(request.type.partition(":")[0], "")
    return found.split("::")[-2] if found else ""


def _computed(typ: str, name: str) -> dict[str, str]:
    if typ == "tls:index/privateKey:PrivateKey":
        return {"privateKeyPem": f"private key of {name}"}
    if typ == "tls:index/certRequest:CertRequest":
        return {"certRequestPem": f"request of {name}"}
    if typ in {
        "tls:index/selfSignedCert:SelfSignedCert",
        "tls:index/locallySignedCert:LocallySignedCert",
    }:
        return {"certPem": f"certificate of {name}", "validityEndTime": "2036-01-31T12:00:00Z"}
    return {}


def _found(typ: str, resource_id: str) -> dict[str, Any]:
    """What an object holds that the program reads."""
    if typ == "kubernetes:core/v1:Secret":
        authorities = base64.b64encode(f"CA in Secret {resource_id}".encode()).decode()
        return {"data": {"ca.crt": authorities}}
    return {}


def record(
    recording: Recording,
    program: Path,
    configuration: Mapping[str, str],
    *,
    project: str,
    stack: str,
    secret_keys: tuple[str, ...] = (),
) -> None:
    """Runs a program as the engine would.

    Args:
        recording: Filled up with what the program registers.
        program: The program's `__main__.py`.
        configuration: Texts by full key, secrets decrypted.
        project: Name of the project.
        stack: Name of the stack.
        secret_keys: Full keys whose value is, or holds, a secret.

    Raises:
        pulumi.RunError: The program refused its configuration.
    """

    def main() -> None:
        runpy.run_path(str(program), run_name="__main__")

    monitor = _RecordingMonitor(recording)
    with _event_loop() as loop:
        try:
            set_mocks(
                _AnsweringMocks(), project=project, stack=stack, preview=False, monitor=monitor
            )
            # set_mocks makes a stack of its own; the program brings one.
            runtime_settings.ROOT.set(None)
            set_all_config(dict(configuration), list(secret_keys))
            loop.run_until_complete(run_in_stack(main))
        finally:
            runtime_settings.reset_options()
            set_all_config({}, [])


@contextmanager
def _event_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Gives one run its event loops: the SDK leaves those of its threads open, so its threads are ours."""
    loops: list[asyncio.AbstractEventLoop] = []

    def bring_a_loop() -> None:
        loops.append(asyncio.new_event_loop())
        asyncio.set_event_loop(loops[-1])

    bring_a_loop()
    try:
        with ThreadPoolExecutor(initializer=bring_a_loop) as threads:
            loops[0].set_default_executor(threads)
            yield loops[0]
    finally:
        asyncio.set_event_loop(None)
        for loop in loops:
            loop.close()
