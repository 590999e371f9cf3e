"""The provider's way back to the engine: messages shown at a resource."""

import threading

from tools.standins.protocol.stubs import Message, engine_pb2, engine_pb2_grpc, grpc


class Engine:
    """A connection that is made at the first message.

    Args:
        address: The engine's gRPC address, empty when the provider runs on its own.
    """

    def __init__(self, address: str) -> None:
        self._lock = threading.Lock()
        self._address = address
        self._stub: Message = None

    def attach(self, address: str) -> None:
        """Talk to this engine from now on."""
        with self._lock:
            self._address = address
            self._stub = None

    def status(self, urn: str, message: str) -> None:
        """Show a passing message in the resource's line of the progress display."""
        self._log(engine_pb2.INFO, message, urn, ephemeral=True)

    def info(self, urn: str, message: str) -> None:
        """Show a message that stays."""
        self._log(engine_pb2.INFO, message, urn, ephemeral=False)

    def warn(self, urn: str, message: str) -> None:
        """Show a warning that stays."""
        self._log(engine_pb2.WARNING, message, urn, ephemeral=False)

    def debug(self, urn: str, message: str) -> None:
        """Show a message in verbose output only."""
        self._log(engine_pb2.DEBUG, message, urn, ephemeral=False)

    def _log(
        self, severity: engine_pb2.LogSeverity.ValueType, message: str, urn: str, *, ephemeral: bool
    ) -> None:
        stub = self._connect()
        if stub is None:
            return
        request = engine_pb2.LogRequest(
            severity=severity, message=message, urn=urn, ephemeral=ephemeral
        )
        try:
            stub.Log(request, timeout=5)
        except grpc.RpcError:
            # The engine is going away; what it can't show, nobody misses.
            return

    def _connect(self) -> Message:
        with self._lock:
            if self._stub is None and self._address:
                channel = grpc.insecure_channel(self._address)
                self._stub = engine_pb2_grpc.EngineStub(channel)
            return self._stub
