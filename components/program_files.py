"""Which files of the project are the program."""

from typing import Final

PROGRAM: Final = ("Pulumi.yaml", "__main__.py", "components", "dashboards", "rules")
"""What decides on a stack's resources, beside its settings."""
