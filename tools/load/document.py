"""What every part of a report has in common."""

from pydantic import ConfigDict

from components.settings.closed import Closed


class Document(Closed):
    """A closed, frozen record: camelCase as JSON, its own names in Python."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)
