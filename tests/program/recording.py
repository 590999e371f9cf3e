"""Runs the real program against recording mocks: no engine, no cluster, real inputs."""

import asyncio
import json
import runpy
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from google.protobuf import empty_pb2
from pulumi.runtime import rpc, set_all_config, set_mocks
from pulumi.runtime import settings as runtime_settings
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks
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
        depends_on: Logical names of what it waits for.
    """

    type: str
    name: str
    parent: str
    inputs: Mapping[str, Any]
    provider: str
    protect: bool
    depends_on: tuple[str, ...]


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

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        if request.type != "pulumi:pulumi:Stack":
            self.recorded.append(
                Recorded(
                    type=request.type,
                    name=request.name,
                    parent=_logical_name(request.parent),
                    inputs=rpc.deserialize_properties(request.object),
                    provider=_provider_name(request.provider, dict(request.providers), request),
                    protect=request.protect,
                    depends_on=tuple(sorted({_logical_name(urn) for urn in request.dependencies})),
                )
            )
        return super().RegisterResource(request)

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        if request.urn.split("::")[2] == "pulumi:pulumi:Stack":
            self.outputs = rpc.deserialize_properties(request.outputs)
        return empty_pb2.Empty()


def _logical_name(urn: str) -> str:
    return "" if "pulumi:pulumi:Stack::" in urn else urn.rpartition("::")[2]


def _provider_name(reference: str, providers: Mapping[str, str], request: Any) -> str:
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


def is_secret(value: object) -> bool:
    """Tells whether a recorded input went over the wire as a secret."""
    return isinstance(value, dict) and value.get(_SIGNATURE) == _SECRET


def revealed(value: object) -> object:
    """Returns a recorded input with each secret shown as what it is: `{"secret": value}`."""
    if is_secret(value):
        assert isinstance(value, dict)
        return {"secret": value["value"]}
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


def run_program(
    configuration: Mapping[str, Any], *, secret_keys: tuple[str, ...] = (), stack: str = "test"
) -> Run:
    """Runs `__main__.py` as the engine would, with a configuration by full key.

    Raises:
        pulumi.RunError: The program refused its configuration.
    """
    monitor = _RecordingMonitor()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        set_mocks(_AnsweringMocks(), project=PROJECT, stack=stack, preview=False, monitor=monitor)
        runtime_settings.ROOT.set(
            None
        )  # set_mocks makes a stack of its own; the program brings one
        set_all_config(
            {key: _as_text(value) for key, value in configuration.items()}, list(secret_keys)
        )
        loop.run_until_complete(run_in_stack(_main))
    finally:
        runtime_settings.reset_options()
        set_all_config({}, [])
        asyncio.set_event_loop(None)
        loop.close()
    return Run(resources=tuple(monitor.recorded), outputs=monitor.outputs)


def _main() -> None:
    runpy.run_path(str(REPO / "__main__.py"), run_name="__main__")


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
