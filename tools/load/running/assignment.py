"""What a sending process is told, as JSON on its standard input."""

from typing import Self

from pydantic import BaseModel, ConfigDict, SecretStr, field_serializer

from tools.load.scenario.model import Scenario


class Assignment(BaseModel):
    """One process' work."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scenario: Scenario
    """What to send."""

    base: str
    """The target's base URL."""

    models: tuple[str, ...]
    """Whom requests ask that name no model."""

    seed: int
    """Decides what is random."""

    index: int
    """The process' number, from 0."""

    of: int
    """How many processes there are."""

    interval_seconds: float
    """Length of the report's intervals."""

    ca_file: str | None = None
    """CA that an HTTPS target is verified with; None: the public ones."""

    api_key: SecretStr | None = None
    """Sent as a bearer token."""

    @field_serializer("api_key", when_used="json")
    def _key(self, key: SecretStr | None) -> str | None:
        return None if key is None else key.get_secret_value()

    def to_line(self) -> bytes:
        """One line of text; it holds the key, so it goes through a pipe and nowhere else."""
        return self.model_dump_json(by_alias=True).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """The other way."""
        return cls.model_validate_json(line)
