"""How a provider tells the engine that an operation failed."""

from collections.abc import Sequence

from tools.standins.protocol.values import Properties


class ProviderError(Exception):
    """A refused or failed operation whose outcome is known: nothing was half done.

    The engine shows the message at the resource, without a trace.
    """


class OutcomeUnknownError(ProviderError):
    """An operation that may or may not have taken effect, a broken connection for example.

    The engine keeps it as a pending operation, so that the next run can look.
    """


class ResourceGoneError(ProviderError):
    """The object no longer exists; a read answers with an empty id."""


class InitializationFailedError(Exception):
    """The object exists, but did not become ready.

    The engine keeps the object in its state, shows the reasons and tries again at the next update.
    """

    def __init__(
        self,
        message: str,
        *,
        id: str,  # noqa: A002 - the engine's word
        properties: Properties,
        inputs: Properties | None,
        reasons: Sequence[str],
    ) -> None:
        super().__init__(message)
        self.id = id
        self.properties = properties
        self.inputs = inputs
        self.reasons = tuple(reasons)
