"""What every group of settings has in common."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Closed(BaseModel):
    """A group of settings: unknown keys are errors, values never change."""

    model_config = ConfigDict(
        extra="forbid",
        # A limit that is infinite is never exceeded.
        allow_inf_nan=False,
        frozen=True,
        # Built once, as part of the whole.
        defer_build=True,
        alias_generator=to_camel,
        hide_input_in_errors=True,
    )
