"""The interface that a provider stand-in implements."""

from abc import ABC, abstractmethod

from tools.standins.protocol.engine import Engine
from tools.standins.protocol.requests import (
    CheckAnswer,
    CheckRequest,
    ConfigureRequest,
    CreateAnswer,
    CreateRequest,
    DeleteRequest,
    DiffAnswer,
    DiffRequest,
    ReadAnswer,
    ReadRequest,
    UpdateRequest,
)
from tools.standins.protocol.values import Properties


class Provider(ABC):
    """One Pulumi package. Methods are called from several threads at once.

    They raise `ProviderError` for what went wrong, `InitializationFailedError` for an object that
    exists but isn't ready.
    """

    package: str
    """The package's name, `kubernetes` for example."""

    version: str
    """The version to report. The engine compares it with what the program's SDK asks for."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @abstractmethod
    def check_config(self, request: CheckRequest) -> CheckAnswer:
        """Validate the provider's own configuration."""

    @abstractmethod
    def diff_config(self, request: DiffRequest) -> DiffAnswer:
        """Compare the provider's old and new configuration."""

    @abstractmethod
    def configure(self, request: ConfigureRequest) -> None:
        """Take over the checked configuration; called before any resource operation."""

    @abstractmethod
    def check(self, request: CheckRequest) -> CheckAnswer:
        """Validate a resource's inputs and fill in defaults."""

    @abstractmethod
    def diff(self, request: DiffRequest) -> DiffAnswer:
        """Compare a resource's old and new inputs."""

    @abstractmethod
    def create(self, request: CreateRequest) -> CreateAnswer:
        """Make a resource."""

    @abstractmethod
    def read(self, request: ReadRequest) -> ReadAnswer:
        """Look up a resource."""

    @abstractmethod
    def update(self, request: UpdateRequest) -> Properties:
        """Change a resource in place and return its outputs."""

    @abstractmethod
    def delete(self, request: DeleteRequest) -> None:
        """Remove a resource; one that is gone already counts as removed."""

    @abstractmethod
    def cancel(self) -> None:
        """End running operations as soon as it is safe to."""
