"""Runs the real program against recording mocks: no engine, no cluster, real inputs."""

import asyncio
import json
import runpy
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pulumi
import yaml
from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]
from pulumi.runtime import rpc, set_all_config, set_mocks
from pulumi.runtime import settings as runtime_settings
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.stack import run_in_stack

REPO: Final = Path(__file__).resolve().parents[2]
PROJECT: Final = "llmd-monitoring"

_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """One resource as the program registered it.

    Attributes:
        type: Type token.
        name: Logical name.
        parent: Logical name of the parent; empty for the stack.
        inputs: Inputs as they went over the wire, secrets still wrapped.
        provider: Logical name of the explicit provider; empty for a component.
        protect: Whether deletion is refused.
        retain_on_delete: Whether a destroy leaves it where it is.
        depends_on: Logical names of what it waits for.
        secret_outputs: Outputs that the engine keeps encrypted, whatever the provider says.
    """

    type: str
    name: str
    parent: str
    inputs: Mapping[str, Any]
    provider: str
    protect: bool
    retain_on_delete: bool
    depends_on: tuple[str, ...]
    secret_outputs: tuple[str, ...]


class _AnsweringMocks(Mocks):
    """Answers with the outputs that the program reads."""

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        return f"{args.name}-id", {**args.inputs, **_computed(args.typ, args.name)}

    def call(self, args: MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        raise AssertionError(
            f"the program calls no function of a provider, but called {args.token}"
        )


class _RecordingMonitor(MockMonitor):
    """Keeps each registration whole: the mocks' own arguments lack parent, protection and dependencies."""

    def __init__(self) -> None:
        super().__init__(_AnsweringMocks())
        self.recorded: list[Recorded] = []
        self.outputs: dict[str, Any] = {}

    def RegisterResource(  # noqa: N802 - gRPC's name
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        if request.type != "pulumi:pulumi:Stack":
            self.recorded.append(
                Recorded(
                    type=request.type,
                    name=request.name,
                    parent=_logical_name(request.parent),
                    # The SDK's own reading leaves out nulls, by which Helm deletes a chart's default.
                    inputs=MessageToDict(request.object),
                    provider=_provider_name(request.provider, dict(request.providers), request),
                    protect=request.protect,
                    retain_on_delete=request.retainOnDelete,
                    depends_on=tuple(sorted({_logical_name(urn) for urn in request.dependencies})),
                    secret_outputs=tuple(sorted(request.additionalSecretOutputs)),
                )
            )
        return super().RegisterResource(request)  # type: ignore[no-untyped-call, no-any-return]

    def RegisterResourceOutputs(  # noqa: N802 - gRPC's name
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> Any:  # noqa: ANN401 - gRPC's empty message has no type here
        if request.urn.split("::")[2] == "pulumi:pulumi:Stack":
            self.outputs = rpc.deserialize_properties(request.outputs)
        return super().RegisterResourceOutputs(request)  # type: ignore[no-untyped-call]


def _logical_name(urn: str) -> str:
    return "" if "pulumi:pulumi:Stack::" in urn else urn.rpartition("::")[2]


def _provider_name(
    reference: str, providers: Mapping[str, str], request: resource_pb2.RegisterResourceRequest
) -> str:
    """A reference is `<urn>::<id>`; the urn ends with the provider's logical name."""
    if not request.custom:
        return ""
    found = reference or providers.get(request.type.partition(":")[0], "")
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
        return {"certPem": f"certificate of {name}"}
    return {}


def in_clear(value: object) -> object:
    """Returns what anybody may read of a recorded input: it without its secrets."""
    if is_secret(value):
        return "[secret]"
    if isinstance(value, dict):
        return {key: in_clear(item) for key, item in value.items()}
    if isinstance(value, list):
        return [in_clear(item) for item in value]
    return value


def is_secret(value: object) -> bool:
    """Tells whether a recorded input went over the wire as a secret."""
    return isinstance(value, dict) and value.get(_SIGNATURE) == _SECRET


def revealed(value: object) -> object:
    """Returns a recorded input with each secret shown as what it is: `{"secret": value}`.

    Whole numbers are whole again: on the wire each number is a floating-point one.
    """
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if is_secret(value):
        assert isinstance(value, dict)
        return {"secret": revealed(value["value"])}
    if isinstance(value, dict):
        return {key: revealed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [revealed(item) for item in value]
    return value


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one run of the program did."""

    resources: tuple[Recorded, ...]
    outputs: Mapping[str, Any]

    def of_type(self, suffix: str) -> tuple[Recorded, ...]:
        """Returns the resources whose type ends so, e.g. `:Secret`."""
        return tuple(resource for resource in self.resources if resource.type.endswith(suffix))

    def one(self, suffix: str, name: str | None = None) -> Recorded:
        """Returns the only resource of a type, or the one of that name."""
        found = [r for r in self.of_type(suffix) if name is None or r.name == name]
        assert len(found) == 1, f"{suffix} {name or ''}: found {[r.name for r in found]}"
        return found[0]


def stack_configuration(stack: str) -> dict[str, Any]:
    """Returns the configuration of a stack file, by full key."""
    text = (REPO / "stacks" / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8")
    return dict((yaml.safe_load(text) or {}).get("config") or {})


def stacks() -> tuple[str, ...]:
    """Returns the names of all stacks that have a file."""
    files = sorted((REPO / "stacks").glob("Pulumi.*.yaml"))
    return tuple(file.name.split(".")[1] for file in files)


def stacks_on(platform: str) -> tuple[str, ...]:
    """Returns the names of the stacks of a platform."""
    key = f"{PROJECT}:platform"
    return tuple(s for s in stacks() if stack_configuration(s).get(key, "generic") == platform)


def run_program(
    configuration: Mapping[str, Any], *, secret_keys: tuple[str, ...] = (), stack: str = "test"
) -> Run:
    """Runs `__main__.py` as the engine would, with a configuration by full key.

    Raises:
        pulumi.RunError: The program refused its configuration.
    """
    monitor = _RecordingMonitor()
    _run(monitor, configuration, secret_keys, stack)
    return Run(resources=tuple(monitor.recorded), outputs=monitor.outputs)


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """How the program refused its configuration.

    Attributes:
        message: What the user is told.
        resources: What had been registered by then.
    """

    message: str
    resources: tuple[Recorded, ...]


def refusal_of(configuration: Mapping[str, Any], *, stack: str = "test") -> Refusal:
    """Runs the program with a configuration that it has to refuse."""
    monitor = _RecordingMonitor()
    try:
        _run(monitor, configuration, (), stack)
    except pulumi.RunError as error:
        return Refusal(message=str(error), resources=tuple(monitor.recorded))
    raise AssertionError("the program took the configuration")


def _run(
    monitor: _RecordingMonitor,
    configuration: Mapping[str, Any],
    secret_keys: tuple[str, ...],
    stack: str,
) -> None:
    with _event_loop() as loop:
        try:
            set_mocks(
                _AnsweringMocks(), project=PROJECT, stack=stack, preview=False, monitor=monitor
            )
            # set_mocks makes a stack of its own; the program brings one.
            runtime_settings.ROOT.set(None)
            texts = {key: _as_text(value) for key, value in configuration.items()}
            set_all_config(texts, list(secret_keys))
            loop.run_until_complete(run_in_stack(_main))
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


def _main() -> None:
    runpy.run_path(str(REPO / "__main__.py"), run_name="__main__")


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
