"""Pulumi's generated gRPC messages, loaded without the rest of the SDK.

A provider starts on the path of every preview, and `import pulumi` costs more than everything
else that it does. The generated modules need only protobuf and grpc, so their parent packages
are registered empty, with the installed SDK's folders as their search path.
"""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Final, TypeAlias

import grpc  # type: ignore[import-untyped]
from google.protobuf import empty_pb2, struct_pb2  # type: ignore[import-untyped]

__all__ = [
    "Message",
    "empty_pb2",
    "engine_pb2",
    "engine_pb2_grpc",
    "grpc",
    "plugin_pb2",
    "provider_pb2",
    "provider_pb2_grpc",
    "status_pb2",
    "struct_pb2",
]

Message: TypeAlias = Any
"""A protobuf message or gRPC context; neither library ships types."""

_PARENTS: Final = ("pulumi", "pulumi.runtime", "pulumi.runtime.proto")


def _register_empty_parents() -> None:
    if "pulumi" in sys.modules:
        return
    spec = importlib.util.find_spec("pulumi")
    if spec is None or not spec.submodule_search_locations:
        msg = "the Pulumi SDK is not installed in this Python environment; run the set-up again"
        raise ImportError(msg)
    root = Path(spec.submodule_search_locations[0]).parent
    for name in _PARENTS:
        package = ModuleType(name, "Registered empty: only the generated messages are used.")
        package.__path__ = [str(root.joinpath(*name.split(".")))]
        sys.modules[name] = package


_register_empty_parents()

from pulumi.runtime.proto import (  # noqa: E402
    engine_pb2,
    engine_pb2_grpc,
    plugin_pb2,
    provider_pb2,
    provider_pb2_grpc,
    status_pb2,
)
